/** Turns Slack's text into plain text for a model. Pure. https://docs.slack.dev/messaging/formatting-message-text */
import { mention } from '../../core/mentions.js';

const TOKEN = /<([^<>\n]+)>/g;
const PERSON = /^@([UW][A-Z0-9]+)(?:\|.*)?$/;

/** Mentions of people stay, without a label. Mentions of the bot are removed, with a comma or colon behind them. */
export function plainText(text: string, botUserId: string): string {
  const withoutOwn = withoutMention(text, botUserId);
  let plain = '';
  let from = 0;
  for (const match of withoutOwn.matchAll(TOKEN)) {
    plain += unescape(withoutOwn.slice(from, match.index)) + readable(match[1] ?? '');
    from = match.index + match[0].length;
  }
  return plain + unescape(withoutOwn.slice(from));
}

/** User ids that a text mentions, and whether it mentions a group or everybody. */
export function mentionsIn(text: string): { people: Set<string>; groups: boolean } {
  const people = new Set<string>();
  let groups = false;
  for (const [, inner = ''] of text.matchAll(TOKEN)) {
    const person = PERSON.exec(inner)?.[1];
    if (person) people.add(person);
    groups ||= /^!(subteam|here|channel|everyone)/.test(inner);
  }
  return { people, groups };
}

/** Also removes the blanks before it. Not by a regular expression: it would take minutes for a long run of blanks. */
function withoutMention(text: string, userId: string): string {
  const parts = text.split(new RegExp(`<@${userId}(?:\\|[^<>\\n]*)?>[,:]?`));
  const last = parts.pop() ?? '';
  return [...parts.map(withoutBlanksAtEnd), last].join('').trim();
}

function withoutBlanksAtEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === ' ' || text[end - 1] === '\t') end -= 1;
  return text.slice(0, end);
}

function readable(inner: string): string {
  const person = PERSON.exec(inner)?.[1];
  if (person) return mention(person);
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : unescape(inner.slice(bar + 1));
  if (target.startsWith('#')) return `#${label || 'channel'}`;
  if (target.startsWith('!subteam')) return label || '@group';
  if (target.startsWith('!date^')) return label || 'a date';
  if (target.startsWith('!')) return `@${(label || target.slice(1)).replace(/^@/, '')}`;
  const url = unescape(target).replace(/^mailto:/, '');
  return label === '' || url.endsWith(label) ? url : `[${label}](${url})`;
}

/** What somebody typed as `<@…` must not become a mention. */
function unescape(text: string): string {
  return text.replaceAll('&lt;@', '<\u200B@').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
