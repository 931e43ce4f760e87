/** `quantile`: 0 to 1. NaN without samples. */
export function percentile(samples: readonly number[], quantile: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}

/** Samples in milliseconds. */
export function summary(samples: readonly number[]): string {
  const at = (quantile: number): string => percentile(samples, quantile).toFixed(1);
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms, max ${Math.max(...samples).toFixed(1)} ms (${samples.length})`;
}
