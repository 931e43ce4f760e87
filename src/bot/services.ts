/** What the features get of the rest of the bot. */
import type { Config } from '../config/config.js';
import { whyNot } from '../conversation/access.js';
import type { AnswerPrivately, Quoted } from '../conversation/private-answer.js';
import { replyActs } from '../conversation/reply-acts.js';
import type { StopReply } from '../conversation/stop.js';
import { type ConversationId, DM_TOP_LEVEL } from '../core/conversation-id.js';
import type { SettingsReader } from '../core/layers/reader.js';
import type {
  Clock,
  ConversationStore,
  Directory,
  FeedbackStore,
  Logger,
  Model,
  People,
  SettingsStore,
  UsageLedger,
  WorkQueue,
} from '../core/ports.js';
import { botMessagesIn } from '../messages/translated.js';
import { sayIn } from '../messages/words.js';
import type { FeatureServices } from '../slack/app/feature.js';
import { isDirectMessage } from '../slack/channels.js';
import { showHome } from '../slack/features/home.js';
import type { Interaction } from '../slack/inbound/interaction.js';
import type { ThreadReader } from '../slack/inbound/thread.js';
import { refusalCode, refusesEverything } from '../slack/web-api/failure.js';
import type { Organization } from '../slack/workspaces/organization.js';
import type { Workspaces } from '../slack/workspaces/workspaces.js';
import { hasPrice } from '../usage/metering.js';
import { languageFor } from './languages.js';

/** A request is given up after about a quarter of an hour. */
const RECENT_POSTS_MS = 30 * 60_000;

export interface ServiceParts {
  config: Config;
  workspaces: Workspaces;
  organization: Pick<Organization, 'includes'>;
  settings: SettingsStore;
  rules: SettingsReader;
  directory: Directory;
  people: People;
  conversations: ConversationStore;
  queue: Pick<WorkQueue, 'wake'>;
  ledger: UsageLedger;
  model: Model;
  answerPrivately: AnswerPrivately;
  stopReply: StopReply;
  feedback: FeedbackStore;
  threads: Pick<ThreadReader, 'read' | 'findAnswer'>;
  clock: Clock;
  logger: Logger;
}

export function featureServices(parts: ServiceParts): FeatureServices {
  const { config, workspaces, settings, rules, directory, people, model, threads, clock, logger } = parts;

  /** Of another company, where the deployment answers only its own. */
  async function isForeign(team: string, user: string, home: string | undefined): Promise<boolean> {
    const { bot } = await workspaces.of(team);
    if (config.conversation.allowExternalUsers || home === undefined || home === bot.teamId) return false;
    const isColleague = await parts.organization.includes({ team: bot.teamId, user, home });
    if (isColleague === undefined) throw new Error('cannot find out whether a person belongs to the same organization');
    return !isColleague;
  }

  /** Each message with its speaker. */
  async function readThread(id: ConversationId, signal: AbortSignal): Promise<Quoted[] | undefined> {
    // All that was said until now; clocks may differ.
    const now = `${Math.ceil(clock.now() / 1_000) + 60}.000000`;
    const empty = { id, turns: [], pending: [now], backlogRead: false };
    const turns = await threads.read(empty, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      logger.info({ err: error, channel: id.channel }, 'cannot read the thread to summarize');
    });
    if (!turns || turns.length === 0) return undefined;
    const authors = turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : []));
    const names = await people.names(id.team, new Set(authors));
    return turns.map((turn) => {
      if (turn.role === 'assistant') return { speaker: 'Skein', text: turn.text };
      const speaker = turn.name ?? names.get(turn.author) ?? 'Somebody';
      return { speaker, text: turn.text, ...(turn.files && { files: turn.files }) };
    });
  }

  const services: FeatureServices = {
    settings,
    rules,
    settingsBy: config.settingsBy,
    directory,
    conversations: parts.conversations,
    queue: parts.queue,
    ledger: parts.ledger,
    model,
    hasPrice: hasPrice(model),
    answerPrivately: parts.answerPrivately,
    stopReply: parts.stopReply,
    replyActs: replyActs(parts.conversations, parts.queue),
    feedback: parts.feedback,
    channelHello: config.conversation.channelHello,
    feedbackChannel: config.replies.feedbackChannel,
    readThread,
    namesIn: ({ id, turns }) =>
      people.names(id.team, new Set(turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : [])))),

    async findAnswer(thread, request) {
      try {
        return await threads.findAnswer(thread, request, RECENT_POSTS_MS);
      } catch (error) {
        if (refusalCode(error) === undefined || refusesEverything(error)) throw error;
        return undefined;
      }
    },

    async whyNot({ team, channel, person, home }) {
      if (await isForeign(team, person, home)) return 'external';
      return whyNot(team, person, await rules.at({ team, channel, person }), false, directory);
    },

    async wordsFor(place) {
      return sayIn(await languageFor(place, rules, directory));
    },

    async messagesIn(place) {
      return botMessagesIn(await languageFor(place, rules, directory).catch(() => 'en' as const));
    },

    conversationOf({ team, channel, thread }: Interaction) {
      if (channel === undefined) return undefined;
      if (thread !== undefined) return { team, channel, thread };
      const isFlat = isDirectMessage(channel) && config.conversation.dmReplies === 'flat';
      return isFlat ? { team, channel, thread: DM_TOP_LEVEL } : undefined;
    },

    async homeChanged(team, person) {
      await showHome(team, person, { services, workspaces, clock }).catch((error: unknown) =>
        logger.warn({ err: error, person }, 'cannot refresh the Home tab'),
      );
    },
  };
  return services;
}
