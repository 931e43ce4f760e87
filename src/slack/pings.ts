/**
 * What the model writes pings nobody: everything that Slack would turn into a notification keeps its look and loses
 * its effect. Pure.
 */

/** Invisible; behind an @ it keeps Slack from recognising a name. */
const BREAK = '\u200B';
const TOKEN = /<([@!])([^<>\n]*)>/g;
const BROADCAST = /@(channel|here|everyone)\b/gi;
/** The longest token that is waited for: `<!subteam^S…|@some-handle>` and `<!date^…>` are shorter. */
const LONGEST_TOKEN = 200;
const OPEN_TOKEN = /<(?:[@!][^<>\n]*)?$/;
const OPEN_BROADCAST = /@[a-z]{0,8}$/i;

export function withoutPings(text: string): string {
  return text.replaceAll(TOKEN, (_, sign: string, inner: string) => harmless(sign, inner)).replaceAll(BROADCAST, `@${BREAK}$1`);
}

/** As much of a text that still grows as cannot turn into a ping by what comes next. */
export function settledPrefix(text: string): string {
  const open = OPEN_TOKEN.exec(text) ?? OPEN_BROADCAST.exec(text);
  return open && text.length - open.index <= LONGEST_TOKEN ? text.slice(0, open.index) : text;
}

function harmless(sign: string, inner: string): string {
  const [target = '', label] = inner.split('|', 2);
  // Dates are the one token of this form that calls nobody: their fallback text says the same.
  if (sign === '!' && target.startsWith('date^')) return label ?? '';
  const shown = (label ?? target.replace(/^subteam\^/, '')).replace(/^@/, '');
  return `@${BREAK}${shown}`;
}
