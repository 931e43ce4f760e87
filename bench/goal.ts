/** Lines about what was measured, with the goal if there is one. */

export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** Digits behind the point. */
  readonly digits?: number;
  /** The goal: at most this. */
  readonly atMost?: number;
}

export function isMet({ value, atMost }: Figure): boolean {
  return atMost === undefined || value <= atMost;
}

export function figureLine(figure: Figure): string {
  const { what, value, unit, digits = 1, atMost } = figure;
  const measured = `${what}: ${amount(value, unit, digits)}`;
  if (atMost === undefined) return `    ${measured}`;
  return `  ${isMet(figure) ? '✓' : '✗'} ${measured}, at most ${amount(atMost, unit, digits)}`;
}

function amount(value: number, unit: string, digits: number): string {
  const number = value.toLocaleString('en', { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return unit === '' ? number : `${number} ${unit}`;
}
