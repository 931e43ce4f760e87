import type { Json } from './types.js';

/** Typed text that Slack does not escape: mentions of users, channels or everyone, and links. */
const TOKEN =
  /<(?:@[UW][A-Z0-9]+|#C[A-Z0-9]+(?:\|[^<>]*)?|!(?:here|channel|everyone|subteam\^S[A-Z0-9]+))>|https?:\/\/[^\s<>]+/g;
const STORED_TOKEN = /<([^<>]+)>/g;
const MENTION = /<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>/g;

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function unescape(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** Punctuation that ends a sentence rather than a link, and brackets that were opened before it. */
const AFTER_LINK = /[.,;:!?'"”’*_~\])}]$/;
const OPENING: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };

/** A typed address without what only follows it: `http://x.y` of `http://x.y).`, but `http://x.y/a_(b)` as a whole. */
function linkIn(typed: string): string {
  let link = typed;
  while (AFTER_LINK.test(link)) {
    const last = link.at(-1) ?? '';
    const opening = OPENING[last];
    const count = (character: string): number => link.split(character).length - 1;
    if (opening !== undefined && count(last) <= count(opening)) break;
    link = link.slice(0, -1);
  }
  return link;
}

/** Converts typed text to Slack's stored form: escaped except for mentions, links in angle brackets. */
export function storedText(typed: string): string {
  let stored = '';
  let from = 0;
  for (const match of typed.matchAll(TOKEN)) {
    stored += escape(typed.slice(from, match.index));
    const isToken = match[0].startsWith('<');
    const token = isToken ? match[0] : linkIn(match[0]);
    stored += isToken ? token : `<${escape(token)}>`;
    from = match.index + token.length;
  }
  return stored + escape(typed.slice(from));
}

/** Ids of the users mentioned in a stored text. */
export function mentionedUsers(stored: string): string[] {
  return Array.from(stored.matchAll(MENTION), (match) => match[1] ?? '');
}

/** The `rich_text` block Slack makes from a stored text: text, mentions and links, without styles. */
export function richText(stored: string, blockId: string): Json {
  const elements: Json[] = [];
  let from = 0;
  for (const match of stored.matchAll(STORED_TOKEN)) {
    pushText(elements, stored.slice(from, match.index));
    elements.push(element(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  pushText(elements, stored.slice(from));
  return { type: 'rich_text', block_id: blockId, elements: [{ type: 'rich_text_section', elements }] };
}

function pushText(elements: Json[], stored: string): void {
  if (stored !== '') elements.push({ type: 'text', text: unescape(stored) });
}

function element(token: string): Json {
  const [target = '', label] = token.split('|');
  if (target.startsWith('@')) return { type: 'user', user_id: target.slice(1) };
  if (target.startsWith('#')) return { type: 'channel', channel_id: target.slice(1) };
  if (target.startsWith('!subteam^')) return { type: 'usergroup', usergroup_id: target.slice('!subteam^'.length) };
  if (target.startsWith('!')) return { type: 'broadcast', range: target.slice(1) };
  const link: Json = { type: 'link', url: unescape(target) };
  if (label !== undefined) link['text'] = unescape(label);
  return link;
}
