/** Tables as comma-separated values that a spreadsheet does not take for formulas. Pure. */
import type { Tokens } from 'marked';
import { stringOf } from '../inbound/nodes.js';
import { inlineElements } from './rich-text.js';

/** https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^\s*[=+\-@＝＋－＠]/;
/** `-5`, `+3.14`, `-1,000.50 €`, `-2e-3`, and a dash for nothing. */
const NUMBER = /^(?:[+-]?\s?[$€£¥]?\d[\d., ']*(?:e[+-]?\d+)?\s?[%$€£¥]?|-)$/i;
const LONGEST_NUMBER = 40;
/** A cell, in quotes or not, and what ends it. Readers of other countries separate with semicolons. */
const CELL = /("[^"]*(?:""[^"]*)*"|[^,;\t\r\n]*)([,;\t]|\r?\n|\r|$)/g;
/** Breaks pings, see `pings.ts`: nothing pings in a file. */
const BREAK = /\u200B/g;

/** The text with an apostrophe before what a spreadsheet would run. Numbers stay as they are. */
export function guardedCsv(text: string): string {
  return text.replaceAll(CELL, (whole, cell: string, end: string) => {
    if (cell === '') return whole;
    const isQuoted = cell.startsWith('"') && cell.endsWith('"') && cell.length > 1;
    return isQuoted ? `"${guarded(cell.slice(1, -1))}"${end}` : `${guarded(cell)}${end}`;
  });
}

/** The words of a Markdown table, without its markup; of links the address too. */
export function tableCsv({ header, rows }: Pick<Tokens.Table, 'header' | 'rows'>): string {
  const lines = [header, ...rows].map((row) => row.map((cell) => quoted(guarded(wordsOf(cell)))).join(','));
  return `${lines.join('\r\n')}\r\n`;
}

function guarded(cell: string): string {
  if (!FORMULA.test(cell)) return cell;
  const bare = cell.trim();
  return bare.length <= LONGEST_NUMBER && NUMBER.test(bare) ? cell : `'${cell}`;
}

function quoted(cell: string): string {
  return /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function wordsOf({ tokens }: Tokens.TableCell): string {
  const words = inlineElements(tokens).map((element) => {
    const [text, url] = [stringOf(element['text']), stringOf(element['url'])];
    return text !== '' && url !== '' && text !== url ? `${text} (${url})` : text || url;
  });
  return words.join('').replaceAll(BREAK, '').trim();
}
