/**
 * Reads a thread so that its newest messages are there, however long it is. `conversations.replies` gives a range of time
 * from its oldest message on and has no other order: the first pages of a long thread lack its end. So after the first
 * page, which holds all of most threads, ranges are read backwards from the newest message, each as wide as one page
 * probably holds. https://docs.slack.dev/reference/methods/conversations.replies
 */

interface Page<Message> {
  /** Oldest first; the thread's first message may come before them. */
  messages: readonly Message[];
  /** The range holds more, newer ones. */
  more: boolean;
}

/**
 * A page of the messages from `oldest` to `latest` (both `ts`, both included). Undefined ends the reading. `isUrgent`: the
 * newest messages are not there yet.
 */
export type ReadPage<Message> = (
  oldest: string,
  latest: string,
  isUrgent: boolean,
) => Promise<Page<Message> | undefined>;

interface Threaded {
  ts: string;
  /** On a thread's first message. */
  reply_count?: number | undefined;
}

/** Of what a page holds: messages are spread unevenly. */
const SHARE_OF_PAGE = 0.8;
/** A range is at most this many times wider, or narrower, than the one above it. */
const MOST_CHANGE = 4;
const MICROS_PER_SECOND = 1_000_000;

/** Messages from `first` to `latest`, in no order: those of the first page, then the newest, up to `maxPages` pages. */
export async function readNewestFirst<Message extends Threaded>(
  read: ReadPage<Message>,
  first: string,
  latest: string,
  maxPages: number,
): Promise<Message[]> {
  const [start, end] = [microsOf(first), microsOf(latest)];
  const found = new Map<string, Message>();
  /** Below `unread`, oldest first: ranges of which everything has been read. */
  const islands: { from: number; to: number }[] = [];
  /** Everything above has been read. */
  let unread = end;
  /** Of the next range, in microseconds. */
  let width = Infinity;
  let wanted = 1;
  for (let pages = 0; pages < maxPages && (unread > start || pages === 0); pages += 1) {
    const from = Math.max(islands.at(-1)?.to ?? start, Math.floor(unread - width));
    const page = await read(tsOf(from), tsOf(unread), unread === end);
    if (!page) break;
    for (const message of page.messages) found.set(message.ts, message);
    const times = page.messages.map(({ ts }) => microsOf(ts)).filter((at) => at >= from);
    if (pages === 0) wanted = SHARE_OF_PAGE * page.messages.length;
    if (page.more) {
      const newest = Math.max(from, ...times);
      islands.push({ from, to: newest });
      width = pages === 0 ? firstWidth(page.messages, wanted, unread - newest) : width / MOST_CHANGE;
    } else {
      unread = from;
      width *= Math.min(MOST_CHANGE, Math.max(1 / MOST_CHANGE, wanted / Math.max(1, times.length)));
    }
    for (let below = islands.at(-1); below && below.to >= unread; below = islands.at(-1)) {
      unread = below.from;
      islands.pop();
    }
  }
  return [...found.values()];
}

/** Of `rest`, which is all that the first page does not hold, as much as probably holds the `wanted` newest messages. */
function firstWidth(messages: readonly Threaded[], wanted: number, rest: number): number {
  const replies = messages.find((message) => message.reply_count !== undefined)?.reply_count;
  const missing = replies === undefined ? 2 * wanted : replies + 1 - messages.length;
  return rest * Math.min(1, wanted / Math.max(1, missing));
}

/** Microseconds since 1970, which a double holds exactly. */
function microsOf(ts: string): number {
  const [seconds = '0', micros = ''] = ts.split('.');
  return Number(seconds) * MICROS_PER_SECOND + Number(micros.padEnd(6, '0'));
}

function tsOf(micros: number): string {
  return `${Math.floor(micros / MICROS_PER_SECOND)}.${String(micros % MICROS_PER_SECOND).padStart(6, '0')}`;
}
