/** Formats numbers, times and texts for the inspector. Pure. */

const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const MENTION = /<@([UW][A-Z0-9]+)>/g;

export function number(value) {
  return value.toLocaleString('en');
}

/** `counted(2, 'turn')` is "2 turns". */
export function counted(count, noun) {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

/** Rounded to whole percent; "< 1 %" and "> 99 %" where rounding would give 0 or 100. */
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

/** Two significant digits below one dollar: an answer costs fractions of a cent. */
export function dollars(usd) {
  if (usd === 0) return '$0';
  if (usd < 0.000_001) return 'less than $0.000001';
  return `$${usd >= 1 ? usd.toFixed(2) : usd.toFixed(Math.max(2, 1 - Math.floor(Math.log10(usd))))}`;
}

/** Local time of day. */
export function clock(ms) {
  return CLOCK.format(ms);
}

/** Milliseconds since 1970 of a Slack `ts`. */
export function millisecondsOf(ts) {
  return Number(ts) * 1000;
}

/** Truncates to `longest` characters on one line, never inside a surrogate pair. */
export function shortened(text, longest) {
  // For speed, only the beginning of a long text is processed.
  const line = text
    .slice(0, longest * 4)
    .replace(/\s+/g, ' ')
    .trim();
  const characters = Array.from(line);
  if (characters.length <= longest && text.length <= longest * 4) return line;
  return `${characters.slice(0, longest).join('').trimEnd()}…`;
}

/** Replaces user ids in mentions with names. */
export function withNames(text, nameOf) {
  return text.replaceAll(MENTION, (_, id) => `@${nameOf(id)}`);
}
