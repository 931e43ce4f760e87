/** Turns Slack's text into plain text for a model. Pure. https://docs.slack.dev/messaging/formatting-message-text */
import { mention, placeMention } from '../../core/mentions.js';

const TOKEN = /<([^<>\n]+)>/g;
/** In Markdown, other angle brackets are what they are: links and code. */
const MARKDOWN_TOKEN = /<([@#!][^<>\n]+)>/g;
const PERSON = /^@([UW][A-Z0-9]+)(?:\|.*)?$/;
const ID = /^[A-Z0-9]+$/;

/** Mentions of people stay, without a label. A mention of the bot that opens the text is removed. */
export function plainText(text: string, botUserId: string): string {
  return withoutOpeningMention(readText(text), botUserId);
}

/** Slack's mrkdwn as plain text. */
export function readText(text: string): string {
  const pieces: string[] = [];
  let from = 0;
  for (const match of text.matchAll(TOKEN)) {
    pieces.push(unescape(text.slice(from, match.index)), readable(match[1] ?? ''));
    from = match.index + match[0].length;
  }
  return joined([...pieces, unescape(text.slice(from))]);
}

/**
 * Two pieces, of which each may be harmless, must not become a mention either. Put together at last: looking at the end of
 * a text that grows takes quadratic time.
 */
export function joined(pieces: readonly string[]): string {
  let last = '';
  const parts: string[] = [];
  for (const piece of pieces) {
    if (piece === '') continue;
    parts.push(last.endsWith('<') && piece.startsWith('@') ? `\u200B${piece}` : piece);
    last = piece;
  }
  return parts.join('');
}

/** Standard Markdown stays as it is, apart from mentions. */
export function readMarkdown(text: string): string {
  return text.replace(MARKDOWN_TOKEN, (_, inner: string) => readable(inner));
}

/** The text of a `plain_text` object: escaped, without mentions. */
export function readPlain(text: string): string {
  return literal(unescape(text));
}

/** What somebody typed as `<@…` must not become a mention. */
export function literal(text: string): string {
  return text.replaceAll('<@', '<\u200B@');
}

/**
 * Whoever opens a message with the bot's mention talks to it; elsewhere the mention is part of a sentence, and so is one
 * with a genitive: `<@bot>'s answer`. A comma or colon behind it goes with it.
 */
export function withoutOpeningMention(plain: string, botUserId: string): string {
  return plain.replace(new RegExp(`^\\s*(?:${mention(botUserId)}(?!['’])[,:]?\\s*)+`), '').trim();
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

function readable(inner: string): string {
  const person = PERSON.exec(inner)?.[1];
  if (person) return mention(person);
  const bar = inner.indexOf('|');
  const target = bar < 0 ? inner : inner.slice(0, bar);
  const label = bar < 0 ? '' : unescape(inner.slice(bar + 1));
  if (target.startsWith('#')) return channelText(target.slice(1), label);
  if (target.startsWith('!subteam')) return groupText(target.replace(/^!subteam\^?/, ''), label);
  if (target.startsWith('!date^')) return label || 'a date';
  if (target.startsWith('!')) return `@${(label || target.slice(1)).replace(/^@/, '')}`;
  return linkText(unescape(target), label);
}

export function personText(id: string): string {
  return PERSON.test(`@${id}`) ? mention(id) : '';
}

/** Slack leaves the label out where the reader has to look the name up: then the id stays, as for people. */
export function channelText(id: string, label = ''): string {
  if (label !== '') return `#${label}`;
  return ID.test(id) ? placeMention({ kind: 'channel', id }) : '#channel';
}

export function groupText(id: string, label = ''): string {
  if (label !== '') return label;
  return ID.test(id) ? placeMention({ kind: 'group', id }) : '@group';
}

export function linkText(address: string, label: string): string {
  if (address === '') return label;
  const url = address.replace(/^mailto:/, '');
  return label === '' || url.endsWith(label) ? url : `[${label}](${url})`;
}

function unescape(text: string): string {
  return text.replaceAll('&lt;@', '<\u200B@').replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
