/**
 * The words of the core. Times that identify a message (`ts`) are Slack's: seconds with six decimals in a
 * string ("1766458026.240809"), unique in a channel and, all being of one length, ordered as text.
 */

/** Where a conversation lives: a thread, or a direct message's top level. */
export interface ConversationId {
  /** Workspace that received the message, `T…` (or `E…`). */
  team: string;
  /** `C…`, `G…` or `D…`. */
  channel: string;
  /** `ts` of the thread's first message; `DM_TOP_LEVEL` for what is said in a DM outside any thread. */
  thread: string;
}

export const DM_TOP_LEVEL = 'dm';

/** A conversation's key in store and queue: `<team>:<channel>:<thread>`. */
export type ConversationKey = string;

/** What a person said. */
export interface PersonTurn {
  role: 'person';
  ts: string;
  /** User id, `U…` or `W…`. */
  author: string;
  /** Plain text; people are named in it as `<@U…>`, the bot's own mention is taken out. May be empty. */
  text: string;
  /** Of `text`; not there where nobody has counted yet. */
  tokens?: number;
}

/** What a call of the model took. */
export interface Usage {
  /** Tokens read, of which `cachedTokens` came from the provider's prompt cache. */
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  /** US dollars; not there where the model's price is not known. */
  costUsd?: number;
}

/** One message of the bot's. A long reply is several of them, one after another. */
export interface AssistantTurn {
  role: 'assistant';
  ts: string;
  text: string;
  /** Of `text`; not there where nobody has counted yet. */
  tokens?: number;
  /** `ts` of the newest turn that the reply had read: the turn belongs right behind it, whenever it was posted. */
  after: string;
  /** Says that the oldest turns were not read. */
  omits?: true;
  /** Set on what the bot said for itself (an error, say): people see it, the model does not. */
  notice?: true;
  /** What the whole reply took, on the first of its turns; not there where the model was not asked, or did not say. */
  usage?: Usage;
}

export type Turn = PersonTurn | AssistantTurn;

/** A reply that was begun and is not settled yet; what a process that takes over needs to finish it. */
export interface ReplyInProgress {
  /** `ts` of the newest turn that the reply answers: the reply's messages are newer. */
  after: string;
  /** `ts` of the messages posted so far, in order. */
  messages: string[];
  /** True from just before a message is posted until its `ts` is recorded in `messages`. */
  opening: boolean;
}

/** What the beginning of a conversation came to, in place of its turns. They stay stored. */
export interface Summary {
  text: string;
  /** `ts` of the turns that it stands for. */
  covers: string[];
}

/** Everything remembered of a thread, as of one moment. */
export interface Conversation {
  id: ConversationId;
  /** In the order of a transcript, see `inOrder`. */
  turns: Turn[];
  /** `ts` of the turns that ask for an answer and have none, oldest first. */
  pending: string[];
  /** True when what was said before the bot was named is already among the turns. */
  backlogRead: boolean;
  /** `ts` of what was heard, or edited, before the message that the conversation begins with had come: part of the backlog. */
  missed?: string[];
  reply?: ReplyInProgress;
  /** The reply in progress was finished once, with these turns, and what it answers was edited since. */
  redo?: AssistantTurn[];
  summary?: Summary;
  /** How often a turn that was kept has been edited or removed, or a summary made. */
  changes?: number;
}

/** A message that somebody said where the bot could hear it. */
export interface IncomingMessage {
  conversation: ConversationId;
  ts: string;
  author: string;
  text: string;
  /** Of `text`; not there where nobody has counted yet. */
  tokens?: number;
  /** `bot`: names the bot, or is a DM. `others`: names another person. `open`: names nobody. */
  addressed: 'bot' | 'others' | 'open';
}

/** A thread that begins with the message itself, or that cannot have anything before the bot's first turn. */
export function beginsConversation(message: IncomingMessage): boolean {
  const { thread } = message.conversation;
  return thread === DM_TOP_LEVEL || thread === message.ts;
}

/** Seconds after which a message is not late any more, but lost: Slack sends again for six minutes. https://docs.slack.dev/apis/events-api/#retries */
export const LATEST_S = 600;

/** Whether a message of the time `ts` may still be delivered at `now`, a `ts` as well. */
export function mayStillCome(ts: string, now: string): boolean {
  return Number(now) - Number(ts) < LATEST_S;
}

/** A direct message between one person and the bot: Slack's ids of those begin with D. */
export function isDirect({ channel }: Partial<ConversationId> & Pick<ConversationId, 'channel'>): boolean {
  return channel.startsWith('D');
}

export function keyOf(id: ConversationId): ConversationKey {
  return `${id.team}:${id.channel}:${id.thread}`;
}

export function idOf(key: ConversationKey): ConversationId {
  const [team, channel, thread, ...rest] = key.split(':');
  if (!team || !channel || !thread || rest.length > 0) throw new TypeError(`not a conversation key: ${key}`);
  return { team, channel, thread };
}

/** `ts` of the newest of these turns; '' when there are none. */
export function newestOf(turns: readonly Turn[]): string {
  return turns.reduce((newest, { ts }) => (ts > newest ? ts : newest), '');
}

/** The place of a turn in the transcript: an assistant's turn stands right behind the newest turn it had read. */
function place(turn: Turn): [string, number, string] {
  return turn.role === 'assistant' ? [turn.after, 1, turn.ts] : [turn.ts, 0, turn.ts];
}

/** Turns in the order in which the transcript reads; pure, leaves its argument alone. */
export function inOrder(turns: Iterable<Turn>): Turn[] {
  return [...turns].toSorted((a, b) => {
    const [x, y] = [place(a), place(b)];
    if (x[0] !== y[0]) return x[0] < y[0] ? -1 : 1;
    if (x[1] !== y[1]) return x[1] - y[1];
    return x[2] < y[2] ? -1 : 1;
  });
}
