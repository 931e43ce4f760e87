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

/** Converts typed text to Slack's stored form: escaped except for mentions, links in angle brackets. */
export function storedText(typed: string): string {
  let stored = '';
  let from = 0;
  for (const match of typed.matchAll(TOKEN)) {
    stored += escape(typed.slice(from, match.index));
    stored += match[0].startsWith('<') ? match[0] : `<${escape(match[0])}>`;
    from = match.index + match[0].length;
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
