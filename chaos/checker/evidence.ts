/** What the checker reads. Times are in milliseconds since 1970. */

export interface PersonMessage {
  /** Part of the text: `q-12` for a question, `c-12` for a comment that needs no reply. */
  readonly token: string;
  readonly asks: boolean;
  /** The conversation: `<channel>/<ts of the thread's first message>`, or `<channel>/dm`. */
  readonly place: string;
  readonly ts: string;
  /** When its first event was sent to the bot; undefined if never. */
  readonly sentAt: number | undefined;
  /** When the bot acknowledged it; undefined if never. */
  readonly ackedAt: number | undefined;
  /** Deleted by its author, at any time. */
  readonly deleted: boolean;
  readonly deletionAckedAt?: number | undefined;
  /** When the bot acknowledged each edit, in order; undefined for an edit without an ack. */
  readonly edits?: readonly (number | undefined)[];
}

/** A message of the bot as it is at the end of the run. */
export interface BotMessage {
  readonly place: string;
  readonly ts: string;
  readonly text: string;
  /** A stream that was never stopped. */
  readonly live: boolean;
  /** A person pressed stop. */
  readonly stopped?: boolean;
  /** For one person, apart from the conversation: perhaps with the words of an answer that its place refused. */
  readonly isNote?: boolean;
}

/** A person's message in a prompt. */
export interface PromptTurn {
  readonly token: string;
  /** 0 for the original text, 1 for the text after the first edit, and so on. */
  readonly wording: number;
  /** It stands in a summary. */
  readonly summarized?: true;
}

/** An earlier reply of the bot in a prompt. */
export interface PromptReply {
  readonly tokens: readonly string[];
  readonly count: number;
  /** As in `Answer`. */
  readonly stoppedAt?: number;
  readonly whole: boolean;
}

/** A request to the model. */
export interface Prompt {
  readonly sentAt: number;
  /** When the first attempt was sent; the same as `sentAt` unless this is a retry. */
  readonly firstSentAt: number;
  /** When it may have begun to wait for what its recordings say. Not set: it had not to wait. */
  readonly waitedSince?: number;
  readonly turns: readonly PromptTurn[];
  readonly replies: readonly PromptReply[];
  /** What it has of the channel before the conversation. Not set: nothing. */
  readonly before?: readonly PromptTurn[];
  /** Tokens after the last reply: what the model is asked to answer. */
  readonly open: readonly string[];
  /** Numbers of the files that it names, without what they say. Not set: none. */
  readonly unread?: readonly string[];
  /** `failed`: the model gave no answer. `disconnected`: the client closed the connection before the end. */
  readonly outcome: 'pending' | 'answered' | 'failed' | 'disconnected';
}

/** A slash command. */
export interface Command {
  readonly token: string;
  readonly acked: boolean;
  /** When its answer was shown to the person who typed it; more than once if it was shown again. */
  readonly shownAt: readonly number[];
  /** Somebody else saw an answer. */
  readonly shownToOthers: boolean;
}

/** A person's choice, looked at several times, by way of any process. */
interface Setting {
  readonly user: string;
  /** All that they have chosen, in no order: commands may overtake each other. */
  readonly chosen: readonly string[];
  readonly shown: readonly string[];
}

/** Somebody told the bot to stop a reply that it was writing. */
export interface Stop {
  readonly place: string;
  /** `ts` of the words, if somebody said it. */
  readonly said: string | undefined;
  /** When the bot acknowledged it; undefined if never. */
  readonly ackedAt: number | undefined;
  /** When all of the reply stood there; undefined if never. */
  readonly wholeAt: number | undefined;
}

/** Somebody did not like a reply, and a channel is to be told. */
export interface Complaint {
  /** `ts` of the reply. */
  readonly reply: string;
  readonly acked: boolean;
  /** When the channel was told; more than once if it was told again. */
  readonly toldAt: readonly number[];
}

/** The bot was added to a channel, perhaps several times. */
export interface Invitation {
  readonly channel: string;
  readonly acked: boolean;
  /** When it said hello there; more than once if it said so again. */
  readonly saidAt: readonly number[];
}

export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export interface Evidence {
  readonly personMessages: readonly PersonMessage[];
  readonly botMessages: readonly BotMessage[];
  readonly prompts: readonly Prompt[];
  /** That the bot has posted, and that stand there. Not set: none. */
  readonly pictures?: readonly { readonly place: string; readonly name: string }[];
  /** Requests for summaries. Not set: none. */
  readonly summaries?: readonly Prompt[];
  /** Places whose status line was not cleared by the bot: it is still shown, or Slack removed it after two minutes. */
  readonly statuses: readonly string[];
  /** Where and when Slack permanently refused a reply. */
  readonly refusals: readonly { readonly place: string; readonly at: number }[];
  /** Events without an ack. */
  readonly unacknowledged: readonly string[];
  /** When a process hung. Its next prompt may be as old as the start of the hang. */
  readonly hangs: readonly TimeSpan[];
  /** When a process ended, for any reason. */
  readonly exits: readonly number[];
  readonly commands: readonly Command[];
  /** What people see of their own settings at the end. Not set: nobody has looked. */
  readonly settings?: readonly Setting[];
  /** Not set: none. */
  readonly stops?: readonly Stop[];
  /** Not set: none. */
  readonly complaints?: readonly Complaint[];
  /** Not set: none. */
  readonly invitations?: readonly Invitation[];
  /** When Redis did not work as it should. */
  readonly redisFaults: readonly TimeSpan[];
  /** When keys of the queue were lost, until the processes had put back what they ran: two may run the same for a moment. */
  readonly keyLosses: readonly TimeSpan[];
}
