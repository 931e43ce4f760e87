/** Formats usage as text. Pure. */
import type { OwnerUsage, UsageOwner } from '../../core/ports.js';
import { usdOf } from '../../usage/totals.js';

export interface WorkspaceUsage {
  /** `T…` */
  readonly workspace: string;
  readonly totals: readonly OwnerUsage[];
}

const HEADER = ['', '', 'calls', 'tokens in', 'cached', 'cache writes', 'tokens out', 'cost'];
const ORDER: readonly UsageOwner[] = ['workspace', 'channel', 'person'];
const COST_DIGITS = 4;

/** One table per workspace: the workspace, its channels, its people; within each, the most expensive first. */
export function usageTable(period: string, workspaces: readonly WorkspaceUsage[]): string {
  if (workspaces.length === 0) return `Nothing was used in ${period} (UTC).`;
  return workspaces
    .map(
      ({ workspace, totals }) => `${workspace}, ${period} (UTC)\n\n${columns([HEADER, ...sorted(totals).map(rowOf)])}`,
    )
    .join('\n\n');
}

/** A JSON array with one object per owner. */
export function usageJson(period: string, workspaces: readonly WorkspaceUsage[]): string {
  const rows = workspaces.flatMap(({ workspace, totals }) =>
    sorted(totals).map((total) => ({ workspace, period, ...total, costUsd: usdOf(total.costNanos) })),
  );
  return JSON.stringify(rows, undefined, 2);
}

function sorted(totals: readonly OwnerUsage[]): OwnerUsage[] {
  return totals.toSorted(
    (a, b) =>
      ORDER.indexOf(a.owner) - ORDER.indexOf(b.owner) ||
      b.costNanos - a.costNanos ||
      b.promptTokens - a.promptTokens ||
      (a.id < b.id ? -1 : 1),
  );
}

function rowOf(total: OwnerUsage): string[] {
  const { owner, id, calls, promptTokens, cachedTokens, cacheWriteTokens, completionTokens } = total;
  return [
    owner,
    id,
    ...[calls, promptTokens, cachedTokens, cacheWriteTokens, completionTokens].map((count) =>
      count.toLocaleString('en-US'),
    ),
    costOf(total),
  ];
}

function costOf({ calls, unpriced, costNanos }: OwnerUsage): string {
  if (unpriced === calls) return 'price not known';
  const cost = `$${usdOf(costNanos).toFixed(COST_DIGITS)}`;
  return unpriced === 0 ? cost : `at least ${cost}`;
}

/** Aligns the first two columns left, the others right. */
function columns(rows: readonly string[][]): string {
  const widths = HEADER.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0)));
  const line = (row: string[]): string =>
    row.map((cell, at) => (at < 2 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0))).join('  ');
  return rows.map((row) => line(row).trimEnd()).join('\n');
}
