/** The value below which the share `of` (0 to 1) of the samples lies. */
function percentile(samples: readonly number[], of: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * of))] ?? Number.NaN;
}

export function summary(samples: readonly number[]): string {
  const at = (of: number): string => percentile(samples, of).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${Math.max(...samples).toFixed(1)} ms (${samples.length})`;
}
