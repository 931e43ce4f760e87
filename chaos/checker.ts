/**
 * Whether the promise was kept: every message that asks gets exactly one reply, whole, in order, in its place, and the
 * model read what it should. Reads only what stands in the workspace and what the model was sent. Pure.
 */

/** A message of a person's. Its token (`q-12`, or `c-12` when it asks nothing) stands in its text. */
export interface Said {
  readonly token: string;
  readonly asks: boolean;
  /** Names the thread, or the DM. */
  readonly place: string;
  readonly ts: string;
  /** When the bot had acknowledged it, in milliseconds since 1970; undefined when it never did. */
  readonly ackedAt: number | undefined;
  /** Its author took it away, whenever that was. */
  readonly deleted: boolean;
  /** When the bot had acknowledged that. */
  readonly deletionAckedAt?: number | undefined;
}

/** A message of the bot's as it stands in the end. */
export interface Shown {
  readonly place: string;
  readonly ts: string;
  readonly text: string;
  /** A stream that nobody has ended. */
  readonly live: boolean;
}

/** What the model was sent, and when. */
export interface Prompt {
  readonly at: number;
  readonly tokens: readonly string[];
  /** Those behind the bot's last reply: what is to be answered. */
  readonly open: readonly string[];
}

export interface Evidence {
  readonly said: readonly Said[];
  readonly shown: readonly Shown[];
  readonly prompts: readonly Prompt[];
  /** Places whose status line still stands. */
  readonly statuses: readonly string[];
}

export interface Finding {
  readonly kind: 'lost' | 'doubled' | 'out of order' | 'half-written' | 'wrong thread' | 'turn missing' | 'deleted turn read' | 'status left';
  readonly detail: string;
}

export interface Verdict {
  readonly findings: readonly Finding[];
  /** Questions with a reply of their own. */
  readonly answered: number;
  /** Questions whose reply is a sentence about what went wrong. */
  readonly apologies: number;
}

/** Between an ack and what it changes in a prompt that is just being built. */
const SLACK_MS = 2_000;
/** The first line of each answer, before as many words as it says, and the mark at the end: see model.ts. */
const REPLY = /\[\[([^\]]*)\]\](\d+):((?:w\d+)*)∎/g;
const APOLOGY = /^:warning:/;

export function verdictOn(evidence: Evidence): Verdict {
  const findings: Finding[] = [];
  const find = (kind: Finding['kind'], detail: string): void => void findings.push({ kind, detail });
  const byToken = new Map(evidence.said.map((said) => [said.token, said]));
  const repliesByPlace = repliesIn(evidence.shown, find);
  const repliesByToken = groupedBy([...repliesByPlace.values()].flat(), ({ tokens }) => tokens);
  const apologies = evidence.shown.filter(({ text }) => APOLOGY.test(text));
  let answered = 0;
  let apologised = 0;

  for (const said of evidence.said.filter(({ asks }) => asks)) {
    const own = repliesByToken.get(said.token) ?? [];
    for (const reply of own) if (reply.place !== said.place) find('wrong thread', `${said.token} of ${said.place} is answered in ${reply.place}`);
    for (const reply of own) if (reply.ts < said.ts) find('out of order', `the reply to ${said.token} stands before it`);
    if (own.length > 1) find('doubled', `${said.token} has ${own.length} replies in ${said.place}`);
    if (own.length > 0) answered += 1;
    else if (said.deleted) continue;
    else if (apologies.some(({ place, ts }) => place === said.place && ts > said.ts)) apologised += 1;
    else find('lost', `${said.token} in ${said.place} has no reply`);
  }
  for (const replies of repliesByPlace.values()) {
    for (const [at, reply] of replies.entries()) for (const earlier of replies.slice(0, at)) checkOrder(earlier, reply, byToken, find);
  }
  const saidByPlace = groupedBy(evidence.said, ({ place }) => [place]);
  for (const prompt of evidence.prompts) checkPrompt(prompt, saidByPlace, byToken, find);
  for (const place of evidence.statuses) find('status left', place);
  return { findings, answered, apologies: apologised };
}

type Find = (kind: Finding['kind'], detail: string) => void;

interface WholeReply {
  readonly place: string;
  readonly ts: string;
  readonly tokens: readonly string[];
}

/** The bot's messages of a place, read as one text: a long reply is several of them. */
function repliesIn(shown: readonly Shown[], find: Find): Map<string, WholeReply[]> {
  const byPlace = new Map<string, WholeReply[]>();
  const answers = shown.filter(({ text }) => !APOLOGY.test(text));
  for (const [place, messages] of groupedBy(answers, (message) => [message.place])) {
    const replies: WholeReply[] = [];
    byPlace.set(place, replies);
    let text = '';
    const begins: { at: number; ts: string }[] = [];
    for (const message of messages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1))) {
      if (message.live) find('half-written', `a stream in ${place} was never ended`);
      begins.push({ at: text.length, ts: message.ts });
      text += message.text.replaceAll(/\s/g, '');
    }
    let end = 0;
    for (const match of text.matchAll(REPLY)) {
      const [whole, tokens = '', count, words = ''] = match;
      if (match.index > end) find('half-written', `in ${place}: ${excerpt(text.slice(end, match.index))}`);
      if (words !== wordsUpTo(Number(count))) find('half-written', `in ${place} words are missing from the reply to ${tokens}`);
      replies.push({ place, ts: begins.findLast(({ at }) => at <= match.index)?.ts ?? '', tokens: tokens.split(',').filter(Boolean) });
      end = match.index + whole.length;
    }
    if (end < text.length) find('half-written', `in ${place}: ${excerpt(text.slice(end))}`);
  }
  return byPlace;
}

/** By each of the keys that one has. */
function groupedBy<T>(all: readonly T[], keysOf: (one: T) => readonly string[]): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) {
    for (const key of keysOf(one)) {
      const group = groups.get(key);
      if (group) group.push(one);
      else groups.set(key, [one]);
    }
  }
  return groups;
}

/** What was said and known earlier is answered earlier. */
function checkOrder(earlier: WholeReply, later: WholeReply, byToken: ReadonlyMap<string, Said>, find: Find): void {
  for (const token of later.tokens) {
    const late = byToken.get(token);
    const overtakers = earlier.tokens.filter((other) => {
      const early = byToken.get(other);
      return late && early && early.ts > late.ts && (late.ackedAt ?? Number.POSITIVE_INFINITY) < (early.ackedAt ?? 0);
    });
    if (overtakers.length > 0) find('out of order', `${overtakers.join()} answered before ${token}`);
  }
}

/** Up to the newest question: a reply that another process goes on with leaves later ones out, for a reply of their own. */
function checkPrompt(prompt: Prompt, saidByPlace: ReadonlyMap<string, readonly Said[]>, byToken: ReadonlyMap<string, Said>, find: Find): void {
  const questions = prompt.open.flatMap((token) => byToken.get(token) ?? []).filter(({ asks }) => asks);
  const newest = questions.toSorted((a, b) => (a.ts < b.ts ? -1 : 1)).at(-1);
  if (!newest) return;
  const before = prompt.at - SLACK_MS;
  for (const one of saidByPlace.get(newest.place) ?? []) {
    const held = prompt.tokens.includes(one.token);
    if (held && one.deletionAckedAt !== undefined && one.deletionAckedAt < before) find('deleted turn read', `${one.token} in the prompt for ${newest.token}`);
    if (!held && !one.deleted && one.ts < newest.ts && one.ackedAt !== undefined && one.ackedAt < before) find('turn missing', `${one.token} in the prompt for ${newest.token}`);
  }
}

export function wordsUpTo(count: number): string {
  return Array.from({ length: count }, (_, at) => `w${at + 1}`).join('');
}

function excerpt(text: string): string {
  return text.length > 90 ? `${text.slice(0, 45)} … ${text.slice(-40)}` : text;
}
