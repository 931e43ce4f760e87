/** What the core needs of the world. The semantics stand here; contract suites check them on every adapter. */
import type { AssistantTurn, Conversation, ConversationId, ConversationKey, IncomingMessage, PersonTurn, ReplyInProgress, Summary, Usage } from './types.js';

export type { Usage } from './types.js';

/**
 * How a message asks. `yes` begins the conversation if it is new; the others are kept only in a conversation that is
 * known: `known` asks there, `no` is context, and `auto` asks unless several people have written there and the
 * newest message is one of theirs that did not ask.
 */
export type Asking = 'yes' | 'known' | 'auto' | 'no';

/**
 * `pending`: kept, wants an answer. `context`: kept as context. `duplicate`: was kept (or deleted) before.
 * `ignored`: a conversation that the bot has no part in. That it was there is known for ten minutes, in case the
 * conversation's first message is only late.
 */
export type Appended = 'pending' | 'context' | 'duplicate' | 'ignored';

/** What became of an edit or a removal. `unknown`: it is of no turn that is known yet. */
export type Amended = 'changed' | 'unchanged' | 'unknown';

/** What an edit means, besides other words. */
interface EditMeaning {
  /** It asks the bot: of a conversation that is not known it is kept too. */
  asks?: boolean;
  /** It asks the bot and did not before: the turn is pending from now on. */
  newlyAsks?: boolean;
  /**
   * What answers the old words is to be written anew. A run that is at it has to load again; where the newest reply
   * answered them, and nothing waits, that reply is in progress again (`redo`) and its questions pending, unless
   * somebody took a message of it away.
   */
  anew?: boolean;
}

/** The memory. Every method is atomic, may be repeated with the same arguments, and keeps the conversation from expiring. */
export interface ConversationStore {
  /**
   * Idempotent by `message.ts`. A turn of the backlog that asks by itself does ask, until a reply is settled that had
   * read it, with no earlier reply behind it. One round trip.
   */
  append(message: IncomingMessage, asking: Asking): Promise<Appended>;
  /**
   * Replaces the turn of the same `ts`, unless a newer edit was there first (`editedTs`, a `ts`). Pending
   * stays pending. Of a turn that has not come yet the edit is kept for ten minutes, to be what comes; in a conversation
   * that is not known, only if it `asks`, else no more than that it was there (`missed`). Throws `NewerFormError`.
   */
  edit(key: ConversationKey, turn: PersonTurn, editedTs: string, meaning?: EditMeaning): Promise<Amended>;
  /**
   * The turn, a person's or the bot's, is gone for good: whatever brings that `ts` later changes nothing (an `append`
   * of it is a `duplicate`); in a conversation that is not known, for ten minutes. A run that is answering it has to load again.
   */
  remove(key: ConversationKey, ts: string): Promise<Amended>;
  /**
   * The whole conversation at one moment; undefined when it is unknown or has expired. With a `run`, that run owns the
   * reply from here on, and whatever an earlier one still writes is refused. Throws `NewerFormError`.
   */
  load(key: ConversationKey, run?: string): Promise<Conversation | undefined>;
  /** Throws `StaleRunError` when another run has begun since this one, `AmendedError` when what it answers was changed. */
  confirm(key: ConversationKey, run: string): Promise<void>;
  /**
   * What was said before the bot was named: turns not yet known are added, none as pending, and `backlogRead` becomes true.
   * Of those known only one that was `missed`, and came since, gets these words, unless an edit of it is known: an earlier
   * one was not kept.
   */
  addBacklog(key: ConversationKey, turns: (PersonTurn | AssistantTurn)[]): Promise<void>;
  /** Replaces the reply in progress. Throws as `confirm` does, having changed nothing. */
  recordReply(key: ConversationKey, reply: ReplyInProgress, run?: string): Promise<void>;
  /**
   * Adds the reply's turns, takes `answered` out of the pendings and forgets the reply in progress, all or nothing.
   * Throws as `confirm` does, having changed nothing.
   */
  settle(key: ConversationKey, answered: string[], reply: AssistantTurn[], run?: string): Promise<void>;
  /**
   * Puts a summary in place of the turns that it covers, and of the summary before; it goes when one of them is edited
   * or removed. False, having done nothing, when that has happened to any turn since the conversation had so many
   * `changes`, or another summary was made.
   */
  compact(key: ConversationKey, summary: Summary, changes: number): Promise<boolean>;
}

/** What is asked of the worker that answers a conversation. */
export interface Wake {
  key: ConversationKey;
  /** Names this run; no other one, in any process, ever has the same. */
  run: string;
  /** How many processes have died on it, since something of it was settled. */
  crashes: number;
  /** True when it has failed often enough since then for the people in the thread to be told. */
  overdue: boolean;
  /** To be called when something is settled: deaths and failures count anew. Never rejects. */
  settled(): Promise<void>;
  /** Aborts when the process stops: throw, and another process goes on. */
  signal: AbortSignal;
}

/** How a run ends that could not do its work yet: it wants to be run again after so long. */
export interface HeldBack {
  againInMs: number;
}

export type WakeHandler = (wake: Wake) => Promise<HeldBack | undefined>;

/**
 * Wake-ups. At most one `handler` runs for a conversation in the whole fleet. A `wake` that returned is followed by
 * a whole run of the handler that began after it, even if one was running at the time; many wakes may share a run.
 * A handler that throws is tried again later, and at once when a wake-up comes; for about a day, then only for a wake-up.
 * One that is held back is run again when its time has come, and at once when a wake-up comes or came during the run;
 * that is no failed try, and those before it still count.
 */
export interface WorkQueue {
  wake(key: ConversationKey): Promise<void>;
  start(handler: WakeHandler): Promise<void>;
  /** Takes no new work, waits `timeoutMs` at most for what runs, then aborts it; what was aborted, or is held back, is left to others. */
  stop(timeoutMs: number): Promise<void>;
}

/** Whose limit it is. */
export type LimitOwner = 'person' | 'workspace';

/** No answer now: the limit is reached. */
export interface LimitReached {
  owner: LimitOwner;
  /** Milliseconds until there is room again, if nobody else takes it. */
  waitMs: number;
  /** Whom to tell so: nobody twice in a window, whichever process asks. */
  tell: string[];
}

/**
 * How many answers the model gives in a window of time, counted over the whole fleet: one for each person whose turns
 * an answer is for, and one for the workspace. A window begins with the first answer counted in it.
 */
export interface Limits {
  /**
   * Counts an answer for `people`; undefined when it may be given, as it may while one of them is within the limit.
   * Where it may not, it costs nobody anything who was within the limit. Atomic for each person and each workspace.
   */
  take(team: string, people: string[]): Promise<LimitReached | undefined>;
}

/** Whose usage is counted. A person's and a channel's budget is for a day, a workspace's for a month; both are of UTC. */
export type UsageOwner = 'person' | 'channel' | 'workspace';

/** What calls of the model took together. */
export interface UsageTotal {
  calls: number;
  promptTokens: number;
  cachedTokens: number;
  completionTokens: number;
  /** Billionths of a US dollar: whole numbers, so that sums are exact. */
  costNanos: number;
  /** How many of the calls the cost is without: their price is not known. */
  unpriced: number;
}

export interface OwnerUsage extends UsageTotal {
  owner: UsageOwner;
  /** `U…`, `C…` or `D…`, `T…`. */
  id: string;
}

/** A call of the model, as the ledger knows it. */
export interface ModelCall {
  /** No other call, in any process, ever has the same. */
  id: string;
  /** At most one call is under way for a conversation and a purpose. */
  conversation: ConversationId;
  purpose: 'answer' | 'summary';
  /** Whom it may be counted to, those first who are to be asked first. Not empty. */
  people: string[];
  /** Milliseconds since 1970. In that day and month it is counted, however long it takes. */
  at: number;
}

/** `used_up`: nothing is left until the period ends. `reserved`: calls that are under way may leave something. */
export type Reservation = { outcome: 'granted'; person: string } | { outcome: 'used_up' | 'reserved'; owner: UsageOwner };

/** A call of the model took an owner past the mark near the end of its budget. */
export interface NearBudget {
  owner: UsageOwner;
  spentNanos: number;
}

/**
 * What the model's calls took, counted over the whole fleet by person, channel and workspace, by day and month, and
 * what the budgets leave. A call is counted to one person, one channel and one workspace, so that the persons' sum and
 * the channels' are the workspace's. Every method is atomic and may be repeated with the same arguments.
 */
export interface UsageLedger {
  /**
   * Sets `nanos` aside for a call: granted while there is something left that is neither spent nor set aside, so that
   * calls which begin at the same moment overspend a budget by no more than the last of them. It is counted to the first of
   * `people` who has something left, one who has not keeps nobody else from an answer. What was set aside before for the
   * same conversation and purpose is free again, for whoever had begun that is dead; anything is after a while.
   */
  reserve(call: ModelCall, nanos: number): Promise<Reservation>;
  /**
   * The call is over: what was set aside for it is free again, and its `usage` is counted, once however often this is
   * said, whether it was set aside or not. Without `usage` it took nothing. Of whom it took past the mark near the end
   * of a budget, it says so: once in a period.
   */
  settle(call: ModelCall, person: string, usage?: Usage): Promise<NearBudget[]>;
  /** Of a workspace in a day (`2026-11-05`, kept for 40 days) or a month (`2026-11`, kept for 400), in no order. */
  totals(team: string, period: string): Promise<OwnerUsage[]>;
  /** Those of which something is counted in a day or month. Looks at every key there is. */
  workspaces(period: string): Promise<string[]>;
}

/** A few words of the bot's, as a sentence, and as what can stand behind its name while it has them wait. */
export interface Note {
  sentence: string;
  status?: string;
}

/** Words that are no part of the conversation. */
export interface Notes {
  /** Says it to this person alone, in time or not at all. Returns at once and never throws. */
  tell(conversation: Conversation, person: string, note: Note): void;
}

/** One message of the list that the model reads. */
export interface PromptMessage {
  role: 'system' | 'user' | 'assistant';
  content: string;
}

export type FinishReason = 'stop' | 'length' | 'content_filter';

export type CompletionEvent =
  | { type: 'text'; text: string }
  /** What people may see of the model's reasoning, piece by piece: never a part of the answer. Many models show none. */
  | { type: 'thinking'; text: string }
  /** The answer broke, or was empty, and is begun again: what came so far does not count. `usage`: what it took, where that is known. */
  | { type: 'restart'; usage?: Usage }
  /** Always the last. */
  | { type: 'done'; finishReason: FinishReason; usage?: Usage };

export interface CompletionRequest {
  messages: PromptMessage[];
  /** Stable name of the conversation, for the provider's prompt cache. Holds no secret. */
  conversation: ConversationKey;
  signal: AbortSignal;
}

export interface ModelLimits {
  /** Tokens that a prompt and its answer have together. */
  contextWindow: number;
  /** Tokens of the longest answer. */
  maxOutput: number;
}

/**
 * The model. Tries again by itself what trying again can cure, saying `restart` when something had come already.
 * Throws `ModelError` for the rest, and the signal's reason when it is aborted.
 */
export interface Model {
  readonly name: string;
  readonly limits: ModelLimits;
  /** US dollars. Undefined, or not there, where the price is not known. */
  costOf?(usage: Usage): number | undefined;
  complete(request: CompletionRequest): AsyncIterable<CompletionEvent>;
}

/** A reply under way in Slack: what is written becomes visible in time, in one or more messages. */
export interface ReplyWriter {
  write(text: string): void;
  /** Shows what the model thinks, as far as there is a place for it. Nothing of it is kept. */
  thinking(text: string): void;
  /** Forgets what was written; the messages that show it are used again for what comes. */
  restart(): void;
  /** Resolves when all of it stands in Slack; the messages' turns, in order. Throws `ReplyError`. */
  finish(): Promise<{ ts: string; text: string }[]>;
  /** Stops writing where it is; for another process to finish. Never throws. */
  abandon(): Promise<void>;
}

export interface ReplyRequest {
  conversation: Conversation;
  /** The newest pending turn, the one that the reply is addressed to. */
  to: PersonTurn;
  /** `ts` of the newest turn the reply has read. */
  after: string;
  /** Called before and after each post; a message is posted only when the first call has resolved. Throws `StaleRunError`. */
  record(reply: ReplyInProgress): Promise<void>;
  /** Called before each change of a message: throws `StaleRunError` when another run writes this reply by now. */
  stillOwned(): Promise<void>;
  signal: AbortSignal;
}

/** Opens replies where the person spoke; takes up the messages of `conversation.reply` if one was begun. */
export interface Replies {
  /** Shows that the bot is at work; resolves at once. */
  open(request: ReplyRequest): ReplyWriter;
  /** Removes what `conversation.reply` left in Slack, when nobody waits for it any more. Safe to repeat. */
  takeBack(conversation: Conversation): Promise<void>;
}

/** What a thread held before the bot was named, oldest first, as far as one may read. */
export interface Backlog {
  read(conversation: Conversation): Promise<(PersonTurn | AssistantTurn)[]>;
}

/** Display names. A person who cannot be looked up has none; never throws. */
export interface People {
  names(ids: Iterable<string>): Promise<Map<string, string>>;
}

export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** Structured log lines: facts first, then the sentence. pino's shape. */
export interface Logger {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}
