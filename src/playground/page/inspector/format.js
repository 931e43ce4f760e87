/** Numbers, times and texts as the inspector says them. Pure. */

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const MENTION = /<@([UW][A-Z0-9]+)>/g;

export function number(value) {
  return value.toLocaleString('en');
}

/** `counted(2, 'turn')` is "2 turns". */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** A share in whole percent; "< 1 %" and "> 99 %" keep something from looking like nothing or all. */
export function percent(part, whole) {
  if (part <= 0 || whole <= 0) return '0 %';
  const share = (part / whole) * 100;
  if (share < 1) return '< 1 %';
  return share > 99 && share < 100 ? '> 99 %' : `${Math.round(share)} %`;
}

export function duration(ms) {
  const rounded = Math.round(ms);
  if (rounded < 1000) return `${rounded} ms`;
  if (rounded < 10_000) return `${(rounded / 1000).toFixed(2)} s`;
  if (rounded < 60_000) return `${(rounded / 1000).toFixed(1)} s`;
  const seconds = Math.round(rounded / 1000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** One answer costs fractions of a cent: two digits that say something. */
export function dollars(usd) {
  if (usd === 0) return '$0';
  if (usd < 0.000_001) return 'less than $0.000001';
  return `$${usd >= 1 ? usd.toFixed(2) : usd.toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd))))}`;
}

/** The time of day, here. */
export function clock(ms) {
  return CLOCK.format(ms);
}

/** Milliseconds since 1970 of a Slack `ts`. */
export function momentOf(ts) {
  return Number(ts) * 1000;
}

/** On one line, cut at `longest` characters; never through a character that takes two places. */
export function shortened(text, longest) {
  // Of a long text only what can be shown is looked at.
  const line = text
    .slice(0, longest * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  if (characters.length <= longest && text.length <= longest * 4) return line;
  return `${characters.slice(0, longest).join('').trimEnd()}…`;
}

/** A remembered text names people by their ids. */
export function withNames(text, nameOf) {
  return text.replaceAll(MENTION, (_, id) => `@${nameOf(id)}`);
}
