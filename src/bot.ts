/** Puts the bot together: the only file that names every adapter. */
import type { Config } from './config/config.js';
import { ConfigError } from './config/faults.js';
import { createIntake } from './conversation/intake.js';
import { createResponder } from './conversation/responder.js';
import type { ConversationKey } from './core/conversation-id.js';
import type { Conversation } from './core/conversation.js';
import type { Observe } from './core/observation.js';
import type {
  Clock,
  ConversationStore,
  Limits,
  Logger,
  Model,
  ModelLimits,
  OwnerUsage,
  Replies,
  UsageLedger,
  WorkQueue,
} from './core/ports.js';
import { endsWithin } from './core/shutdown.js';
import { memoryLedger } from './in-memory/ledger.js';
import { memoryLimits } from './in-memory/limits.js';
import { memoryQueue } from './in-memory/queue.js';
import { memoryStore } from './in-memory/store.js';
import { openAiModel } from './openai/model.js';
import { systemClock } from './ops/clock.js';
import { type Compactor, createCompactor } from './prompt/compactor.js';
import { conversationTokens, LEAST_CONVERSATION_TOKENS, promptBudget } from './prompt/prompt-budget.js';
import { DEFAULT_SYSTEM_PROMPT } from './prompt/prompt.js';
import { thresholdsFor, summaryWordLimit } from './prompt/summary.js';
import { connectRedis, untilReachable } from './redis/connection.js';
import { redisLedger } from './redis/ledger.js';
import { redisLimits } from './redis/limits.js';
import { redisQueue } from './redis/queue.js';
import { redisStore } from './redis/store.js';
import { SlackApp } from './slack/app/app.js';
import { threadReader } from './slack/inbound/thread.js';
import { slackEphemeral } from './slack/outbound/ephemeral.js';
import { slackReplies } from './slack/outbound/replies.js';
import { findInstallation, slackClient } from './slack/workspaces/installation.js';
import { slackPeople } from './slack/workspaces/people.js';
import { meter } from './usage/metering.js';

export interface Bot {
  /** Resolves when events are taken. Throws when Redis or Slack cannot be had within `startTimeoutMs`. */
  start(): Promise<void>;
  /** Takes no new events, finishes what runs within `shutdownTimeoutMs` and leaves the rest to other processes. */
  stop(): Promise<void>;
  /** Everything remembered of a conversation; undefined when nothing is. */
  recall(key: ConversationKey): Promise<Conversation | undefined>;
  /** What was used in a workspace, in a day (`2026-11-05`) or a month (`2026-11`). */
  used(team: string, period: string): Promise<OwnerUsage[]>;
}

interface Ports {
  store: ConversationStore;
  queue: WorkQueue;
  model: Model;
  replies: Replies;
}

/** What is put around a port: is given the real one, and used in its place. */
export type PortDecorators = { readonly [Name in keyof Ports]?: (port: Ports[Name]) => Ports[Name] };

export interface BotOptions {
  logger: Logger;
  /** `memory`: this process alone, forgotten when it ends. */
  storage?: 'redis' | 'memory';
  /** In place of the one that `config.openai` describes. */
  model?: Model;
  /** For what plays faults, or watches. */
  decorate?: PortDecorators;
  observe?: Observe;
  clock?: Clock;
}

interface Storage {
  store: ConversationStore;
  queue: WorkQueue;
  limits: Limits;
  ledger: UsageLedger;
  open(deadline: number): Promise<void>;
  close(): void;
}

/** Throws `ConfigError` for settings that do not fit the model. */
export function createBot(config: Config, options: BotOptions): Bot {
  const { logger, storage = 'redis', decorate = {}, observe, clock = systemClock } = options;
  const model = options.model ?? openAiModel(config.openai, { clock, logger });
  const prompts = promptsFor(config, model.limits);
  const memory = storage === 'memory' ? inMemory(config, clock, logger) : inRedis(config, clock, logger);
  const store = decorate.store?.(memory.store) ?? memory.store;
  const queue = decorate.queue?.(memory.queue) ?? memory.queue;
  const client = slackClient(config.slack.botToken, config.slack.apiUrl, logger);
  const stopping = new AbortController();
  let app: SlackApp | undefined;
  let compactor: Compactor | undefined;

  return {
    async start() {
      const deadline = clock.now() + config.startTimeoutMs;
      await memory.open(deadline);
      const installation = await findInstallation(client, deadline, clock, logger);
      const { threadReplies, edits, allowExternalUsers } = config.conversation;
      const threads = threadReader(
        client,
        { userId: installation.botUserId, teamId: installation.teamId },
        allowExternalUsers,
        clock,
      );
      const replies = slackReplies({ client, threads, streaming: config.replies.streaming, clock, logger });
      const notes = slackEphemeral(client, logger);
      const asked = decorate.model?.(model) ?? model;
      const { maxOutputTokens } = config.openai;
      const surroundings = {
        store,
        model: asked,
        ask: meter({
          model: asked,
          ledger: memory.ledger,
          budgets: config.budgets,
          notes,
          clock,
          logger,
          stopping: stopping.signal,
          ...(maxOutputTokens !== undefined && { maxOutputTokens }),
        }),
        people: slackPeople(client, logger),
        systemPrompt: prompts.system,
        clock,
        logger,
        ...(observe && { observe }),
      };
      compactor = createCompactor({
        ...surroundings,
        promptTokens: prompts.tokens,
        thresholds: thresholdsFor(prompts.tokens, config.conversation.verbatimTokens),
        summaryWords: prompts.summaryWords,
      });
      const respond = createResponder({
        ...surroundings,
        compactor,
        limits: memory.limits,
        notes,
        replies: decorate.replies?.(replies) ?? replies,
        backlog: threads,
      });
      const intake = createIntake({ store, queue, threadReplies, edits, ...(observe && { observe }) });
      app = new SlackApp({ ...config.slack, client, installation, intake, allowExternalUsers, logger });
      const opened = await endsWithin(Math.max(0, deadline - clock.now()), app.open(config.slack.port), clock);
      if (!opened) throw new Error('Slack cannot be reached: no socket could be opened in time');
      // Last: a process that cannot reach Slack must take no work from those that can.
      await queue.start(respond);
    },

    async stop() {
      await app?.stop();
      await queue.stop(config.shutdownTimeoutMs);
      await compactor?.stop();
      stopping.abort(new Error('the process stops'));
      memory.close();
    },

    recall: (key) => store.load(key),
    used: (team, period) => memory.ledger.totals(team, period),
  };
}

interface Prompts {
  system: string;
  /** Upper bound of a prompt. */
  tokens: number;
  /** How long a summary may be. */
  summaryWords: number;
}

/** Throws `ConfigError` when the system prompt leaves a conversation no room: cut to nothing, it would be answered blindly. */
function promptsFor(
  { systemPrompt: system = DEFAULT_SYSTEM_PROMPT, conversation }: Config,
  limits: ModelLimits,
): Prompts {
  const tokens = promptBudget(limits, conversation.promptTokens);
  const summaryWords = summaryWordLimit(limits.maxOutput);
  const room = conversationTokens(tokens, system, summaryWords);
  if (room >= LEAST_CONVERSATION_TOKENS) return { system, tokens, summaryWords };
  const left = `leaves a conversation ${Math.max(0, room)} of the ${tokens} tokens of a prompt, and it needs ${LEAST_CONVERSATION_TOKENS}`;
  const fault = {
    variable: 'SYSTEM_PROMPT',
    problem: `the system prompt, or the file of SYSTEM_PROMPT_FILE, ${left}`,
    hint: `shorten it by ${LEAST_CONVERSATION_TOKENS - room} tokens, raise PROMPT_TOKENS where that is set, or take a model that reads more (MODELS_FILE says how much yours does)`,
  };
  throw new ConfigError([fault]);
}

function inMemory({ limits, budgets }: Config, clock: Clock, logger: Logger): Storage {
  return {
    store: memoryStore(),
    queue: memoryQueue(clock, logger),
    limits: memoryLimits(limits),
    ledger: memoryLedger(budgets, clock),
    open: async () => {},
    close: () => {},
  };
}

function inRedis(config: Config, clock: Clock, logger: Logger): Storage {
  const connections = connectRedis(config.redis, logger);
  return {
    store: redisStore(connections.commands, config.conversation.ttlDays, config.redis.prefix),
    queue: redisQueue(connections, { concurrency: config.concurrency, prefix: config.redis.prefix }, clock, logger),
    limits: redisLimits(connections.commands, config.limits, config.redis.prefix),
    ledger: redisLedger(connections.commands, config.budgets, config.redis.prefix),
    open: (deadline) => untilReachable(connections, deadline, clock, logger),
    close: () => connections.close(),
  };
}
