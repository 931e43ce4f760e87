/**
 * Reads `rich_text` blocks, the form in which Slack stores what people write. Pure.
 * https://docs.slack.dev/reference/block-kit/blocks/rich-text-block
 */
import { type Fields, fieldsOf, listOf, quoted, stringOf, withoutBreaksAtEnd } from './nodes.js';
import { channelText, groupText, joined, linkText, literal, personText } from './text.js';

const INDENT = '  ';
const MAX_INDENT = 8;

/** `inCell`: in a cell of a table, where a link is shown as its label if that says where it leads. */
export function richText(block: unknown, inCell = false): string {
  return withoutBreaksAtEnd(children(fieldsOf(block)['elements'], inCell));
}

/** Inline elements follow each other; sections, lists, quotes and code begin on lines of their own. */
function children(elements: unknown, inCell: boolean): string {
  const pieces: string[] = [];
  let last = '';
  let isAfterLine = false;
  const add = (piece: string): void => {
    if (piece === '') return;
    pieces.push(piece);
    last = piece;
  };
  for (const element of listOf(elements)) {
    const isLine = stringOf(fieldsOf(element)['type']).startsWith('rich_text_');
    if ((isLine || isAfterLine) && last !== '' && !last.endsWith('\n')) add('\n');
    add(elementText(fieldsOf(element), inCell));
    isAfterLine = isLine;
  }
  return joined(pieces);
}

function elementText(element: Fields, inCell: boolean): string {
  switch (element['type']) {
    case 'rich_text_list':
      return listText(element, inCell);
    case 'rich_text_quote':
      return quoted(children(element['elements'], inCell).replace(/\n$/, ''));
    case 'rich_text_preformatted':
      return fenced(children(element['elements'], inCell).replace(/\n$/, ''));
    default:
      return inlineText(element, inCell);
  }
}

function listText({ style, indent, offset, elements }: Fields, inCell: boolean): string {
  const margin = INDENT.repeat(wholeNumber(indent, MAX_INDENT));
  const first = wholeNumber(offset, Number.MAX_SAFE_INTEGER) + 1;
  const items = listOf(elements).map((item, at) => {
    const mark = style === 'ordered' ? `${first + at}. ` : '- ';
    const text = withoutBreaksAtEnd(children([item], inCell));
    return margin + mark + text.replaceAll('\n', `\n${margin}${' '.repeat(mark.length)}`);
  });
  return items.join('\n');
}

function wholeNumber(value: unknown, most: number): number {
  return typeof value === 'number' && value > 0 ? Math.min(Math.floor(value), most) : 0;
}

/** Between fences longer than any run of backticks in the code. */
function fenced(code: string): string {
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2);
  const fence = '`'.repeat(longest + 1);
  return `${fence}\n${code}\n${fence}`;
}

/** An element of a kind that is not known is read by the parts that it shares with known ones. */
function inlineText(element: Fields, inCell: boolean): string {
  const { type, text, value, url, user_id: person, elements } = element;
  switch (type) {
    case 'link':
      return linkIn(stringOf(url), literal(stringOf(text)), inCell);
    case 'emoji':
      return emojiText(element);
    case 'channel':
      return channelText(stringOf(element['channel_id']));
    case 'usergroup':
      return groupText(stringOf(element['usergroup_id']));
    case 'team':
      return '@team';
    case 'broadcast':
      return `@${stringOf(element['range']) || 'channel'}`;
    case 'date':
      return dateText(element);
    default:
      break;
  }
  if (typeof text === 'string') return styled(literal(text), fieldsOf(element['style']));
  if (typeof value === 'number' || typeof value === 'string') return literal(String(value));
  if (typeof url === 'string') return url;
  return typeof person === 'string' ? personText(person) : children(elements, inCell);
}

function linkIn(url: string, label: string, inCell: boolean): string {
  if (inCell && label !== '' && url.endsWith(label)) return label;
  return linkText(literal(url), label);
}

function emojiText({ name, skin_tone: tone }: Fields): string {
  const known = stringOf(name);
  if (known === '') return '';
  return `:${literal(known)}:${typeof tone === 'number' && !known.includes('::') ? `:skin-tone-${tone}:` : ''}`;
}

/** As Slack shows it to clients that cannot, else in UTC. */
function dateText({ fallback, timestamp }: Fields): string {
  if (typeof fallback === 'string' && fallback !== '') return literal(fallback);
  const date = new Date(typeof timestamp === 'number' ? timestamp * 1_000 : Number.NaN);
  return Number.isNaN(date.getTime()) ? 'a date' : `${date.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** Emphasis changes no meaning and is left out; code and struck-out words are marked as in Slack's text. */
function styled(text: string, { code, strike }: Fields): string {
  if (text.trim() === '') return text;
  if (code === true) return `\`${text}\``;
  return strike === true ? `~${text}~` : text;
}
