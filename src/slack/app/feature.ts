/** A feature is one file that registers itself, and one entry in `bot/features.ts`. */
import type { App } from '@slack/bolt';
import type { AnswerPrivately, Quoted } from '../../conversation/private-answer.js';
import type { ReplyActs } from '../../conversation/reply-acts.js';
import type { StopReply } from '../../conversation/stop.js';
import type { ConversationId } from '../../core/conversation-id.js';
import type { Conversation } from '../../core/conversation.js';
import type { SettingsReader } from '../../core/layers/reader.js';
import type {
  BotMessages,
  Clock,
  ConversationStore,
  Directory,
  FeedbackStore,
  Logger,
  Model,
  NoAnswer,
  SettingsPlace,
  SettingsStore,
  UsageLedger,
  WorkQueue,
} from '../../core/ports.js';
import type { SettingsBy, SuggestedPrompt } from '../../core/settings.js';
import type { Say } from '../../messages/words.js';
import type { WordKey } from '../../messages/words/en.js';
import type { Interaction } from '../inbound/interaction.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { ManifestNeeds } from './manifest.js';

export interface Feature {
  readonly name: string;
  /** What the app's manifest must contain for it. */
  readonly needs: ManifestNeeds;
  register(app: FeatureApp, deps: FeatureDeps): void;
}

/** What features may use of the rest of the bot. */
export interface FeatureServices {
  readonly settings: SettingsStore;
  /** What is in force at a place. */
  readonly rules: SettingsReader;
  readonly settingsBy: SettingsBy;
  readonly directory: Directory;
  readonly conversations: ConversationStore;
  readonly queue: Pick<WorkQueue, 'wake'>;
  readonly ledger: Pick<UsageLedger, 'totals' | 'recent' | 'forgetRecent'>;
  readonly model: Pick<Model, 'name'>;
  /** Whether the price of that model is known: budgets have no effect without. */
  readonly hasPrice: boolean;
  /** An answer that only one person sees, outside any conversation. */
  readonly answerPrivately: AnswerPrivately;
  readonly stopReply: StopReply;
  readonly replyActs: ReplyActs;
  readonly feedback: FeedbackStore;
  /** Whether the bot says hello in channels that it is added to. */
  readonly channelHello: boolean;
  /** Id of the channel that is told of bad answers. */
  readonly feedbackChannel: string | undefined;
  /**
   * Why a person gets no answer at a place; undefined if they get one. `home`: the person's own workspace, where Slack tells
   * it. Throws while Slack does not tell what that depends on.
   */
  whyNot(place: Required<SettingsPlace> & { home?: string | undefined }): Promise<NoAnswer | undefined>;
  /** What the bot says in conversations, in the language of a person or a place. Never rejects. */
  messagesIn(place: SettingsPlace): Promise<BotMessages>;
  /** The words in the person's language. */
  wordsFor(place: SettingsPlace): Promise<Say>;
  /** The conversation that a command was written in; undefined if it does not say which. */
  conversationOf(interaction: Interaction): ConversationId | undefined;
  /** Display names of the people in it, by user id. */
  namesIn(conversation: Conversation): Promise<ReadonlyMap<string, string>>;
  /** What was said in a thread, as text, oldest first; undefined if it cannot be read. */
  readThread(thread: ConversationId, signal: AbortSignal): Promise<Quoted[] | undefined>;
  /** `ts` of the message with which an earlier try has answered this interaction; none where the thread may not be read. */
  findAnswer(thread: ConversationId, id: string): Promise<string | undefined>;
  /** Shows the person's Home tab anew. Never rejects. */
  homeChanged(team: string, person: string): Promise<void>;
}

export interface FeatureDeps {
  readonly services: FeatureServices;
  readonly suggestedPrompts: readonly SuggestedPrompt[];
  readonly workspaces: Workspaces;
  /** For addresses of Slack that are no methods. */
  readonly fetch: typeof fetch;
  readonly clock: Pick<Clock, 'now'>;
  readonly logger: Logger;
}

/**
 * Runs in a worker of any process after the interaction was stored and acknowledged. It may run again for the same
 * interaction: after a throw, and when a process crashed in it. `signal` aborts when the process stops, and after a minute:
 * throw, and it is tried again.
 */
export type InteractionHandler = (interaction: Interaction, signal: AbortSignal) => Promise<void>;

/** What a feature registers with. */
export interface FeatureApp {
  /** `/skein name …`. The description stands in the help. */
  command(name: string, description: WordKey, handler: InteractionHandler): void;
  /** A button or menu with this `action_id`. */
  action(id: string, handler: InteractionHandler): void;
  /** A submitted modal with this `callback_id`. */
  submission(id: string, handler: InteractionHandler): void;
  /** A global or message shortcut with this `callback_id`. */
  shortcut(id: string, handler: InteractionHandler): void;
  /** What happens to the bot: `joined`, it was added to a channel, by `user`. Once for each channel. */
  event(name: 'joined', handler: InteractionHandler): void;
  /** Bolt itself, for events that may be lost: its listeners run after the ack. Messages and mentions do not get there. */
  readonly bolt: Pick<App, 'event'>;
  /** All commands registered so far, for the help. */
  readonly commands: ReadonlyMap<string, WordKey>;
}
