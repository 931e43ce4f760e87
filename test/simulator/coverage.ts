import { readFileSync } from 'node:fs';

/** One row of the table in COVERAGE.md. */
interface Row {
  readonly method: string;
  readonly args: string[];
  /** Error codes. */
  readonly errors: string[];
}

/** The table of methods in COVERAGE.md. */
export function coverageRows(): Row[] {
  const page = readFileSync(new URL('../../src/simulator/COVERAGE.md', import.meta.url), 'utf8');
  const lines = page.split('\n').filter((line) => line.startsWith('| `'));
  return lines.map((line) => {
    const [, method, args, , errors] = line.split('|');
    return { method: quoted(method)[0] ?? '', args: quoted(args), errors: quoted(errors) };
  });
}

function quoted(cell = ''): string[] {
  return Array.from(cell.matchAll(/`([^`]+)`/g), (match) => match[1] ?? '');
}
