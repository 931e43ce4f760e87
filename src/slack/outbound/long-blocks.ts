/** Finds what goes out as a file: long code, long tables, and code whose fence names a file. Pure. */
import { lexer, type Tokens } from 'marked';
import { fileName, type TakenNames } from '../../core/file-name.js';
import { PICTURE_LANGUAGE } from '../../core/pictures.js';
import { wholeAtEnd } from '../../core/text.js';
import { guardedCsv, tableCsv } from './csv.js';
import { afterLine, type LineState } from './open-block.js';
import { wholeTable } from './tables.js';

/** Longer code is a file. */
const FILE_CODE_LINES = 200;
/** So is a longer table. */
const FILE_TABLE_ROWS = 50;
/** What stays of each in the message. */
const PREVIEW_LINES = 10;
const PREVIEW_CHARACTERS = 1_500;
const MAX_FILES = 10;

const OPENER = /^(.*?)(`{3,}|~{3,})([^\n]*)\n?$/;
/** What the instructions ask the model to write: `csv name=report.csv`. */
const NAMED = /(?:^|\s)name=(?:"([^"]*)"|'([^']*)'|(\S+))/;
const DELIMITER_ROW = /^ {0,3}\|?(?:[ \t]*:?-+:?[ \t]*\|)+(?:[ \t]*:?-+:?[ \t]*)?\n?$/;

/** A part of a text, in UTF-16 units, and what stands in its place. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface LongBlock {
  readonly name: string;
  readonly content: string;
  readonly size: BlockSize;
  /** What the message shows of it, with `note` below. */
  edits(note: string): TextEdit[];
}

interface BlockSize {
  readonly unit: 'lines' | 'rows';
  readonly count: number;
}

interface Line {
  readonly start: number;
  readonly text: string;
}

/** In the order of the text, ten at most. Code that is not closed, as in an answer that was cut off, stays where it is. */
export function longBlocks(text: string): LongBlock[] {
  const lines = linesOf(text);
  const names = new Map<string, number>();
  const found: LongBlock[] = [];
  let state: LineState = { previous: '' };
  for (let at = 0; at < lines.length && found.length < MAX_FILES; at += 1) {
    const line = lines[at]?.text ?? '';
    state = afterLine(state, line);
    if (state.open?.kind === 'fence') {
      const fence = state.open;
      const first = at;
      while (at + 1 < lines.length && state.open === fence) {
        at += 1;
        state = afterLine(state, lines[at]?.text ?? '');
      }
      // A quote that ends before its code does has no closing line.
      if (state.open === undefined && isMarker(lines[at]?.text ?? '', fence.marker))
        push(codeBlock(text, lines, { first, last: at, ...fence }, names));
    } else if (DELIMITER_ROW.test(line) && isRow(lines[at - 1]?.text)) {
      const first = at - 1;
      while (isRow(lines[at + 1]?.text)) {
        at += 1;
        state = afterLine(state, lines[at]?.text ?? '');
      }
      push(tableBlock(text, lines, first, at, names));
    }
  }
  return found;

  function push(block: LongBlock | undefined): void {
    if (block) found.push(block);
  }
}

interface Fenced {
  /** Indexes of the fence's own lines. */
  readonly first: number;
  readonly last: number;
  readonly prefix: string;
  readonly marker: string;
}

function codeBlock(
  text: string,
  lines: readonly Line[],
  { first, last, prefix, marker }: Fenced,
  names: TakenNames,
): LongBlock | undefined {
  const opener = lines[first] ?? { start: 0, text: '' };
  const [, before = '', , info = ''] = OPENER.exec(opener.text) ?? [];
  const [named, ...quoted] = NAMED.exec(info) ?? [];
  const inside = lines.slice(first + 1, last);
  const count = inside.length;
  if (count === 0 || (named === undefined && count <= FILE_CODE_LINES)) return undefined;
  const [language = ''] = info.trim().split(/\s/, 1);
  // It says what a picture is to show.
  if (language === PICTURE_LANGUAGE) return undefined;
  const own = language.includes('=') ? '' : language;
  const name = fileName(
    quoted.find((one) => one !== undefined),
    own,
    'code',
    names,
  );
  const plain = inside.map((line) => withoutPrefix(line.text, prefix)).join('');
  const content = /\.[ct]sv$/i.test(name) ? guardedCsv(plain) : plain;
  if (content === '') return undefined;
  const infoStart = opener.start + before.length + marker.length;
  const start = previewEnd(lines, first + 1, last);
  return {
    name,
    content,
    size: { unit: 'lines', count },
    edits(note) {
      const closed = `${endsLine(text, start) ? '' : '\n'}${prefix}${marker}\n${prefix}\n${prefix}${note}`;
      const rest = cutAfter(text, lines, last, start, closed);
      return named === undefined ? [rest] : [{ start: infoStart, end: infoStart + info.length, text: own }, rest];
    },
  };
}

function tableBlock(
  text: string,
  lines: readonly Line[],
  first: number,
  last: number,
  names: TakenNames,
): LongBlock | undefined {
  if (last - first - 1 <= FILE_TABLE_ROWS) return undefined;
  const table = tableIn(text.slice(lines[first]?.start, endOf(lines, last)));
  if (!table || table.rows.length <= FILE_TABLE_ROWS) return undefined;
  const start = previewEnd(lines, first + 2, last + 1, true);
  return {
    name: fileName(undefined, 'csv', 'table', names),
    content: tableCsv(table),
    size: { unit: 'rows', count: table.rows.length },
    edits: (note) => [cutAfter(text, lines, last, start, `\n${note}`)],
  };
}

/** Undefined where it is none, or nested deeper than can be read. */
function tableIn(markdown: string): Tokens.Table | undefined {
  try {
    const [read] = lexer(markdown);
    return read?.type === 'table' ? wholeTable(read as Tokens.Table) : undefined;
  } catch {
    return undefined;
  }
}

/** Cuts from `start` to the end of line `last`, whose newline stays. What follows must not go on with the note's paragraph. */
function cutAfter(text: string, lines: readonly Line[], last: number, start: number, shown: string): TextEdit {
  const full = endOf(lines, last);
  const end = endsLine(text, full) ? full - 1 : full;
  const next = lines[last + 1]?.text;
  return { start, end, text: next === undefined || next.trim() === '' ? shown : `${shown}\n` };
}

/** Where the first lines end, of those from `from` up to `to`. `isWhole`: not within a line. */
function previewEnd(lines: readonly Line[], from: number, to: number, isWhole = false): number {
  const start = lines[from]?.start ?? 0;
  let end = start;
  for (const line of lines.slice(from, Math.min(to, from + PREVIEW_LINES))) {
    const left = start + PREVIEW_CHARACTERS - end;
    if (line.text.length > left) return isWhole ? end : end + wholeAtEnd(line.text.slice(0, left)).length;
    end += line.text.length;
  }
  return end;
}

function linesOf(text: string): Line[] {
  let start = 0;
  return text.split(/(?<=\n)/).map((line) => {
    const at = start;
    start += line.length;
    return { start: at, text: line };
  });
}

function endOf(lines: readonly Line[], at: number): number {
  const { start = 0, text = '' } = lines[at] ?? {};
  return start + text.length;
}

function endsLine(text: string, at: number): boolean {
  return text[at - 1] === '\n';
}

function isRow(line: string | undefined): boolean {
  return line !== undefined && line.includes('|') && !/^(?: {4}|\t)/.test(line);
}

function isMarker(line: string, marker: string): boolean {
  return line.trimEnd().endsWith(marker);
}

/** Code in a list is indented as the list is; a shorter line loses what it has. */
function withoutPrefix(line: string, prefix: string): string {
  if (line.startsWith(prefix)) return line.slice(prefix.length);
  return /\S/.test(prefix) ? line : line.replace(new RegExp(`^[ \\t]{0,${prefix.length}}`), '');
}
