/**
 * What the model writes pings nobody: everything that Slack would turn into a notification keeps its look and loses
 * its effect. What only resembles that (`<!DOCTYPE html>`, `List<@NonNull String>`, bob@here.com) is left alone. Pure.
 * https://docs.slack.dev/messaging/formatting-message-text
 */

/** Invisible; behind an @ or a < it keeps Slack from recognising a name. */
const BREAK = '\u200B';
const TOKEN = /<(?:@(\w+)|!(channel|here|everyone|group|subteam\^[^<>|\n]*|date\^[^<>|\n]*))(?:\|([^<>\n]*))?>/gi;
const PERSON_ID = /^[UWB][A-Z0-9]+$/;
/** What is left of these beside whole tokens: one that holds another token becomes whole when that one is taken out. */
const OPEN_PERSON = /<(?=@[UWB][A-Z0-9])/g;
const OPEN_GROUP = /<(?=!(?:channel|here|everyone|group)\b|!(?:subteam|date)\^)/gi;
const BROADCAST = /(?<!\w)@(channel|here|everyone)\b/gi;
/** The longest token that is waited for: `<!subteam^S…|@some-handle>` and `<!date^…>` are shorter. */
const LONGEST_TOKEN = 200;
const OPEN_TOKEN = /<(?:[@!][^<>\n]*)?$/;
const OPEN_BROADCAST = /@[a-z]{0,8}$/i;

export function withoutPings(text: string): string {
  return text
    .replaceAll(TOKEN, harmless)
    .replaceAll(OPEN_PERSON, `<${BREAK}`)
    .replaceAll(OPEN_GROUP, `<${BREAK}`)
    .replaceAll(BROADCAST, `@${BREAK}$1`);
}

/** As much of a text that still grows as cannot turn into a ping by what comes next. */
export function settledPrefix(text: string): string {
  const token = OPEN_TOKEN.exec(text);
  if (token && text.length - token.index <= LONGEST_TOKEN) return text.slice(0, token.index);
  const broadcast = OPEN_BROADCAST.exec(text);
  return broadcast ? text.slice(0, broadcast.index) : text;
}

function harmless(token: string, person: string | undefined, target = '', label?: string): string {
  if (person !== undefined && !PERSON_ID.test(person)) return token;
  // A date calls nobody, but is no markup in Markdown: its fallback text says the same.
  if (/^date\^/i.test(target)) return `${BREAK}${label ?? ''}${BREAK}`;
  const shown = label ?? person ?? target.replace(/^subteam\^/i, '');
  return `@${BREAK}${shown.replaceAll('@', '')}`;
}
