/** A feature is one file that registers itself, and one entry in `bot.ts`. */
import type { App } from '@slack/bolt';
import type { ReplyActs } from '../../conversation/reply-acts.js';
import type { StopReply } from '../../conversation/stop.js';
import type { BotMessages, Clock, ConversationStore, FeedbackStore, Logger } from '../../core/ports.js';
import type { SuggestedPrompt } from '../../core/settings.js';
import type { Interaction } from '../inbound/interaction.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import type { ManifestNeeds } from './manifest.js';

export interface Feature {
  readonly name: string;
  /** What the app's manifest must contain for it. */
  readonly needs: ManifestNeeds;
  register(app: FeatureApp, deps: FeatureDeps): void;
}

export interface FeatureDeps {
  readonly suggestedPrompts: readonly SuggestedPrompt[];
  readonly workspaces: Workspaces;
  readonly stopReply: StopReply;
  readonly replyActs: ReplyActs;
  /** Whether the bot answers this person: not one of another company, unless that is set. Throws while Slack does not tell. */
  readonly mayAsk: (person: Interaction) => Promise<boolean>;
  readonly botMessages: BotMessages;
  readonly feedback: FeedbackStore;
  /** Id of the channel that is told of bad answers. */
  readonly feedbackChannel: string | undefined;
  readonly conversations: Pick<ConversationStore, 'load'>;
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
  command(name: string, description: string, handler: InteractionHandler): void;
  /** A button or menu with this `action_id`. */
  action(id: string, handler: InteractionHandler): void;
  /** A submitted modal with this `callback_id`. */
  submission(id: string, handler: InteractionHandler): void;
  /** A global or message shortcut with this `callback_id`. */
  shortcut(id: string, handler: InteractionHandler): void;
  /** Bolt itself, for events that may be lost: its listeners run after the ack. */
  readonly bolt: Pick<App, 'event'>;
  /** All commands registered so far, for the help. */
  readonly commands: ReadonlyMap<string, string>;
}
