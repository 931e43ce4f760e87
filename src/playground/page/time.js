/** Days and times, in one form everywhere: as the reader's language writes them, hours from 0 to 23. Pure. */

const TIME = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat('en', { weekday: 'long', month: 'long', day: 'numeric' });
const DATE = new Intl.DateTimeFormat('en', { year: 'numeric', month: 'long', day: 'numeric' });
const MS_PER_DAY = 24 * 60 * 60 * 1000;

/** Local time of day, such as 09:30. `ms`: milliseconds since 1970. */
export function timeOf(ms) {
  return TIME.format(ms);
}

/** The local day as Slack's dividers name it: "Today", "Yesterday", "Monday, November 24", with the year if it differs. */
export function dayOf(ms, now) {
  const age = Math.round((startOfDay(now) - startOfDay(ms)) / MS_PER_DAY);
  if (age === 0) return 'Today';
  if (age === 1) return 'Yesterday';
  return new Date(ms).getFullYear() === new Date(now).getFullYear() ? DAY.format(ms) : DATE.format(ms);
}

export function isSameDay(ms, other) {
  return startOfDay(ms) === startOfDay(other);
}

function startOfDay(ms) {
  return new Date(ms).setHours(0, 0, 0, 0);
}
