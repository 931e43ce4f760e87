import { isObject } from './arguments.js';

/**
 * Slack documents these in `text`; whether code and Markdown protect is not documented, so here they do not.
 * https://docs.slack.dev/messaging/formatting-message-text#mentioning-users
 */
const MENTION = /<(?:@[UWB][A-Z0-9]+|!(?:channel|here|everyone|group|subteam\^[^<>|]+))(?:\|[^<>]*)?>/gi;
/** Only with `link_names` or `parse: full`, as documented; `chat.update` parses like a client unless told otherwise. */
const NAME = /(?<![A-Za-z0-9])@(?:channel|here|everyone)(?!_*[A-Za-z0-9])/gi;
/** Elements of rich text that mention somebody. Its texts and links never do. */
const MENTIONING = new Set(['user', 'usergroup', 'broadcast']);

/** What may notify somebody in a message's text and blocks, at the worst. */
export function pingsIn(text: string, blocks: readonly unknown[] = []): string[] {
  return [...inText(text), ...blocks.flatMap(inBlock)];
}

function inText(text: string): string[] {
  return [...text.matchAll(MENTION), ...text.matchAll(NAME)].map(([found]) => found);
}

function inBlock(block: unknown): string[] {
  if (Array.isArray(block)) return block.flatMap(inBlock);
  if (!isObject(block)) return [];
  const { type, text, elements, rows, fields } = block;
  if (typeof type === 'string' && MENTIONING.has(type)) return [type];
  if (type === 'rich_text') return richElements(block).flatMap((element) => mentionOf(element));
  if (type === 'table' || type === 'data_table') return inBlock(rows);
  if (type === 'markdown') return [...inText(String(text)), ...inText(rendered(String(text)))];
  return [...(typeof text === 'string' ? inText(text) : inBlock(text)), ...inBlock(elements), ...inBlock(fields)];
}

/** Whether Slack looks for mentions before or after Markdown's escapes are read is not documented either. */
function rendered(markdown: string): string {
  const characters: Record<string, string> = { lt: '<', gt: '>', excl: '!', commat: '@', amp: '&' };
  return markdown
    .replaceAll(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|(lt|gt|excl|commat|amp));/gi, (entity, decimal, hex, name) => {
      if (name !== undefined) return characters[String(name).toLowerCase()] ?? entity;
      const point = decimal === undefined ? Number.parseInt(String(hex), 16) : Number(decimal);
      return point <= 0x10_ff_ff ? String.fromCodePoint(point) : entity;
    })
    .replaceAll(/\\([!-/:-@[-`{-~])/g, '$1');
}

function richElements({ elements }: Record<string, unknown>): Record<string, unknown>[] {
  const found = Array.isArray(elements) ? elements.filter(isObject) : [];
  return found.flatMap((element) => [element, ...richElements(element)]);
}

function mentionOf({ type }: Record<string, unknown>): string[] {
  return typeof type === 'string' && MENTIONING.has(type) ? [type] : [];
}
