/**
 * Model output never pings anyone: whatever Slack would turn into a notification looks the same and has no effect. Text
 * that only resembles that (`<!DOCTYPE html>`, `List<@NonNull String>`, bob@here.com) stays unchanged, and so do code and
 * addresses, which people copy: `safe-blocks.ts` shows those in a form that cannot ping. Pure.
 * https://docs.slack.dev/messaging/formatting-message-text
 */
import { wellFormed, wholeAtEnd } from '../../core/text.js';
import { openCodeSpan, verbatimRanges } from './verbatim.js';

/** Zero-width space: behind an @ or a <, or between them and the name, it keeps Slack from recognising a mention. */
const BREAK = '\u200B';
const TOKEN = /<(?:@(\w+)|!(channel|here|everyone|group|subteam\^[^<>|\n]*|date\^[^<>|\n]*))(?:\|([^<>\n]*))?>/gi;
const PERSON_ID = /^[UWB][A-Z0-9]+$/;
/** Beginnings of tokens: a token that contains another one becomes complete when that one is removed. */
const OPEN_PERSON = /<(?=@[UWB][A-Z0-9])/g;
const OPEN_GROUP = /<(?=!(?:channel|here|everyone|group)\b|!(?:subteam|date)\^)/gi;
/** An underscore around it is Markdown's emphasis, which Slack takes away; `@everyone_else` is a word of its own. */
const BROADCAST = /(?<![A-Za-z0-9])@(channel|here|everyone)(?!_*[A-Za-z0-9])/gi;
/**
 * The same in entities and escapes, which Markdown takes for the characters themselves: `&lt;!here&gt;`, `<\!here>`,
 * `&#64;here`. Whether Slack looks for mentions before or after that is not documented.
 */
const LESS = String.raw`(?:&lt;|&#0*60;|&#x0*3c;)`;
const MARK = String.raw`(?:\\[!@]|&excl;|&commat;|&#0*(?:33|64);|&#x0*(?:21|40);)`;
const AT = String.raw`(?:&commat;|&#0*64;|&#x0*40;)`;
const SPELLED_TOKEN = new RegExp(`(?:<${MARK}|${LESS}(?:[!@]|${MARK}))(?!${BREAK})`, 'gi');
const SPELLED_BROADCAST = new RegExp(`(?:@[a-z]{0,8}&#\\w{1,8};|${AT}(?=[a-z&]))(?!${BREAK})`, 'gi');
/** A growing text is held back for a token up to this length: `<!subteam^S…|@some-handle>` and `<!date^…>` are shorter. */
const LONGEST_TOKEN = 200;
const OPEN_TOKEN = /<(?:[@!][^<>\n]*)?$/;
const OPEN_BROADCAST = /@[a-z]{0,8}_*$/i;

/** Breaks what would ping, except in code and addresses. */
export function withoutPings(text: string): string {
  const whole = wellFormed(text);
  if (!hasPings(whole)) return whole;
  let safe = '';
  let from = 0;
  for (const [start, end] of verbatimRanges(whole)) {
    safe += breakPings(whole.slice(from, start)) + whole.slice(start, end);
    from = end;
  }
  return safe + breakPings(whole.slice(from));
}

/** Whether Slack might ping somebody, at the worst: code might not protect. */
export function hasPings(text: string): boolean {
  return breakPings(text) !== text;
}

/** Breaks everything that would ping, in code and addresses too. */
export function breakPings(text: string): string {
  return wellFormed(text)
    .replaceAll(TOKEN, harmless)
    .replaceAll(OPEN_PERSON, `<${BREAK}`)
    .replaceAll(OPEN_GROUP, `<${BREAK}`)
    .replaceAll(BROADCAST, `@${BREAK}$1`)
    .replaceAll(SPELLED_TOKEN, `$&${BREAK}`)
    .replaceAll(SPELLED_BROADCAST, `$&${BREAK}`);
}

/** The beginning of a growing text that no later text can turn into a ping, without half a character at its end. */
export function settledPrefix(text: string): string {
  const token = OPEN_TOKEN.exec(text);
  if (token && text.length - token.index <= LONGEST_TOKEN) return text.slice(0, token.index);
  const broadcast = OPEN_BROADCAST.exec(text);
  const settled = broadcast ? text.slice(0, broadcast.index) : wholeAtEnd(text);
  // What follows may turn out to be code, which stays as it is.
  const code = openCodeSpan(settled);
  const isShort = code !== undefined && text.length - code <= LONGEST_TOKEN;
  return isShort && hasPings(settled.slice(code)) ? settled.slice(0, code) : settled;
}

function harmless(token: string, person: string | undefined, target = '', label?: string): string {
  if (person !== undefined && !PERSON_ID.test(person)) return token;
  // A date pings nobody, but Markdown does not render it: show its fallback text.
  if (/^date\^/i.test(target)) return `${BREAK}${label ?? ''}${BREAK}`;
  const shown = label ?? person ?? target.replace(/^subteam\^/i, '');
  return `@${BREAK}${shown.replaceAll('@', '')}`;
}
