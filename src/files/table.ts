/** Tables of separated values. */
import { parse } from 'csv-parse/sync';
import type { CellValue } from 'read-excel-file/universal';
import type { FileContent } from '../core/files.js';

const SEPARATORS = [',', ';', '\t', '|'];
const FORMAT = { bom: true, relax_quotes: true, relax_column_count: true, skip_empty_lines: true } as const;

/** The first rows as they stand there, with the size of the whole. Undefined if the text is no table. */
export function tableContent(text: string, maxRows: number): FileContent | undefined {
  const [first = ''] = text.split('\n', 1);
  const [delimiter = ','] = SEPARATORS.toSorted((a, b) => first.split(b).length - first.split(a).length);
  let [records, columns, end] = [0, 0, 0];
  try {
    parse(text, {
      ...FORMAT,
      delimiter,
      // Returns nothing, so that none is kept.
      on_record(record: string[], { bytes }) {
        records += 1;
        columns = Math.max(columns, record.length);
        if (records <= maxRows + 1) end = bytes;
        return null;
      },
    });
  } catch {
    return undefined;
  }
  if (records === 0) return undefined;
  const rows = records - 1;
  const shown = rows > maxRows ? Buffer.from(text).subarray(0, end).toString() : text;
  return {
    kind: 'text',
    text: shown.trimEnd(),
    about: `table of ${counted(columns, 'column')} and ${counted(rows, 'row')} below its heading`,
    ...(rows > maxRows && { cut: { unit: 'rows', shown: maxRows, of: rows } }),
  };
}

type Cell = CellValue | null;

/** A row as comma-separated values. */
export function rowText(cells: readonly Cell[]): string {
  return cells.map(cellText).join(',');
}

function cellText(cell: Cell): string {
  if (cell === null) return '';
  const text = cell instanceof Date ? cell.toISOString().replace('T00:00:00.000Z', '') : String(cell);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export function counted(count: number, what: string): string {
  return `${count.toLocaleString('en-US')} ${what}${count === 1 ? '' : 's'}`;
}
