/** What the features get of the rest of the bot. */
import type { Config } from '../config/config.js';
import { whyNot } from '../conversation/access.js';
import type { AnswerPrivately } from '../conversation/private-answer.js';
import { type ConversationId, DM_TOP_LEVEL } from '../core/conversation-id.js';
import type { SettingsReader } from '../core/layers/reader.js';
import type {
  Clock,
  ConversationStore,
  Directory,
  Logger,
  Model,
  People,
  SettingsStore,
  UsageLedger,
  WorkQueue,
} from '../core/ports.js';
import { sayIn } from '../messages/words.js';
import type { FeatureServices } from '../slack/app/feature.js';
import { isDirectMessage } from '../slack/channels.js';
import { showHome } from '../slack/features/home.js';
import type { Interaction } from '../slack/inbound/interaction.js';
import type { ThreadReader } from '../slack/inbound/thread.js';
import type { Workspaces } from '../slack/workspaces/workspaces.js';
import { hasPrice } from '../usage/metering.js';
import { languageFor } from './languages.js';

/** A request is given up after about a quarter of an hour. */
const RECENT_POSTS_MS = 30 * 60_000;

export interface ServiceParts {
  config: Config;
  workspaces: Workspaces;
  settings: SettingsStore;
  rules: SettingsReader;
  directory: Directory;
  people: People;
  conversations: ConversationStore;
  queue: Pick<WorkQueue, 'wake'>;
  ledger: UsageLedger;
  model: Model;
  answerPrivately: AnswerPrivately;
  threads: Pick<ThreadReader, 'read' | 'hasAnswered'>;
  clock: Clock;
  logger: Logger;
}

export function featureServices(parts: ServiceParts): FeatureServices {
  const { config, workspaces, settings, rules, directory, people, model, threads, clock, logger } = parts;

  /** As in the prompt of a conversation: a line for each message, with its speaker. */
  async function readThread(id: ConversationId, signal: AbortSignal): Promise<string | undefined> {
    // All that was said until now; clocks may differ.
    const now = `${Math.ceil(clock.now() / 1_000) + 60}.000000`;
    const empty = { id, turns: [], pending: [now], backlogRead: false };
    const turns = await threads.read(empty, signal).catch((error: unknown) => {
      signal.throwIfAborted();
      logger.info({ err: error, channel: id.channel }, 'cannot read a thread that is to be summed up');
    });
    if (!turns || turns.length === 0) return undefined;
    const authors = turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : []));
    const names = await people.names(id.team, new Set(authors));
    return turns
      .map((turn) => {
        const speaker = turn.role === 'assistant' ? 'Skein' : (turn.name ?? names.get(turn.author) ?? 'Somebody');
        return `${speaker}: ${turn.text.replaceAll('\n', '\n  ')}`;
      })
      .join('\n');
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
    readThread,
    namesIn: ({ id, turns }) =>
      people.names(id.team, new Set(turns.flatMap((turn) => (turn.role === 'person' ? [turn.author] : [])))),
    hasAnswered: (thread, request) => threads.hasAnswered(thread, request, RECENT_POSTS_MS),

    async whyNot({ team, channel, person }) {
      return whyNot(team, person, await rules.at({ team, channel, person }), false, directory);
    },

    async wordsFor(place) {
      return sayIn(await languageFor(place, rules, directory));
    },

    conversationOf({ team, channel, thread }: Interaction) {
      if (channel === undefined) return undefined;
      if (thread !== undefined) return { team, channel, thread };
      const isFlat = isDirectMessage(channel) && config.conversation.dmReplies === 'flat';
      return isFlat ? { team, channel, thread: DM_TOP_LEVEL } : undefined;
    },

    async homeChanged(team, person) {
      await showHome(team, person, { services, workspaces, clock }).catch((error: unknown) =>
        logger.warn({ err: error, person }, 'cannot show the Home tab anew'),
      );
    },
  };
  return services;
}
