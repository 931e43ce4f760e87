/** The model at OpenAI or a compatible service, with retries within the time limit. */
import { LRUCache } from 'lru-cache';
import type { OpenAiConfig } from '../config/config.js';
import { ConfigError } from '../config/faults.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { Clock, CompletionEvent, CompletionRequest, Logger, Model, ModelWishes, Usage } from '../core/ports.js';
import { backoffMs } from '../core/retry-policy.js';
import { chatCompletions } from './chat.js';
import { clientFor, secretsOf } from './client.js';
import { imageTokensOf, readsPdfs } from './image-tokens.js';
import { costOf, limitsOf } from './models.js';
import { CHAT_OPTIONS, RESPONSES_OPTIONS } from './options.js';
import { EmptyAnswer, modelFailure } from './problems.js';
import { RefusedOptions } from './refused-options.js';
import { responses } from './responses.js';
import { retirementWarning } from './retirements.js';
import { type Api, completionEvents } from './stream.js';

export interface ModelDependencies {
  clock: Clock;
  logger: Logger;
  /** Default: Node's. */
  fetch?: typeof fetch;
  /** Like `Math.random`. */
  random?: () => number;
  observe?: Observe;
}

type Done = CompletionEvent & { type: 'done' };

/** Attempts at one completion. A rate limit ends by itself: against it they go on until the time is up. */
const MAX_ATTEMPTS = 5;
/** Attempts when the answer is empty. */
const MAX_EMPTY_ATTEMPTS = 2;
/** Models, efforts and verbosities that people have chosen. */
const MAX_OTHERS = 100;
const BACKOFF = { firstMs: 500, longestMs: 8_000 };

/** Throws `ConfigError` if the settings leave a prompt no room. */
export function openAiModel(config: OpenAiConfig, dependencies: ModelDependencies): Model {
  const client = clientFor(config, dependencies.fetch);
  const { clock, logger } = dependencies;
  const others = new LRUCache<string, Model>({ max: MAX_OTHERS });
  const retirement = retirementWarning(config, clock.now());
  if (retirement !== undefined) logger.warn({ model: config.model }, retirement);
  const api =
    config.api === 'responses'
      ? responses(client, config, new RefusedOptions(RESPONSES_OPTIONS, logger))
      : chatCompletions(client, config, new RefusedOptions(CHAT_OPTIONS, logger));
  const plain = modelOver(api, config, dependencies);

  /** Each learns for itself what its service refuses. */
  function as(wishes: ModelWishes): Model {
    const { name = config.model, effort = config.reasoningEffort, verbosity = config.verbosity } = wishes;
    if (name === config.model && effort === config.reasoningEffort && verbosity === config.verbosity) return model;
    const key = JSON.stringify([name, effort, verbosity]);
    const known = others.get(key);
    if (known) return known;
    const wished = {
      ...config,
      model: name,
      ...(effort !== undefined && { reasoningEffort: effort }),
      ...(verbosity !== undefined && { verbosity }),
    };
    const other = wishedModel(wished);
    others.set(key, other);
    return other;
  }

  function wishedModel(wished: OpenAiConfig): Model {
    try {
      return openAiModel(wished, dependencies);
    } catch (error) {
      // OPENAI_MAX_OUTPUT_TOKENS may be more than that model can do.
      if (!(error instanceof ConfigError) || wished.maxOutputTokens === undefined) throw error;
      const { maxOutputTokens: _, ...unlimited } = wished;
      return openAiModel(unlimited, dependencies);
    }
  }

  const model: Model = { ...plain, as };
  return model;
}

function modelOver(api: Api, config: OpenAiConfig, dependencies: ModelDependencies): Model {
  const { clock, logger, random = Math.random, observe = unobserved } = dependencies;
  const secrets = secretsOf(config);
  const limits = limitsOf(config);

  async function* complete(request: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    const { signal } = request;
    let deadline = clock.now() + config.timeoutMs;
    let empty = 0;
    for (let attempt = 1; ;) {
      let alive = false;
      let shown = false;
      let wastedUsage: Usage | undefined;
      try {
        const timeouts = {
          clock,
          firstTextBy: deadline,
          timeoutMs: config.timeoutMs,
          idleTimeoutMs: config.idleTimeoutMs,
          onStall: () => {
            deadline = clock.now() + config.timeoutMs;
          },
        };
        for await (const event of completionEvents(api, request, timeouts)) {
          alive ||= event.type !== 'done';
          if (event.type === 'thinking' && event.text === '') continue;
          shown ||= event.type !== 'done';
          yield event.type === 'done' ? withCost(event, config) : event;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof EmptyAnswer) {
          empty += 1;
          wastedUsage = error.usage;
        }
        // The service is alive but slow: the next attempt gets as much time as the first.
        if (alive || error instanceof EmptyAnswer) deadline = clock.now() + config.timeoutMs;
        const failure = modelFailure(error, clock.now(), secrets);
        // At once, and not counted as a failure: a server may refuse one thing after another, each only once.
        if (!api.learnFromRefusal(error, request)) {
          const waitMs = Math.max(failure.afterMs ?? 0, backoffMs(BACKOFF, attempt, random()));
          const inTime = clock.now() + waitMs < deadline;
          const { problem, message: reason } = failure.error;
          const isLast = attempt >= MAX_ATTEMPTS && problem !== 'rate_limited';
          if (!failure.retry || !inTime || isLast || empty === MAX_EMPTY_ATTEMPTS) throw failure.error;
          logger.warn(
            { attempt, status: failure.status, waitMs, problem, reason },
            'the model request failed, trying again',
          );
          observe(request.conversation, { type: 'retrying', problem, reason, waitMs });
          attempt += 1;
          await clock.sleep(waitMs, signal);
        }
      }
      // Only after the wait: until then people may read what there is.
      if (shown || wastedUsage) yield { type: 'restart', ...(wastedUsage && { usage: wastedUsage }) };
    }
  }

  const imageTokens = imageTokensOf(config);
  const more = { ...(imageTokens && { imageTokens }), ...(readsPdfs(config) && { readsPdfs: true as const }) };
  return { name: config.model, limits, complete, ...more, costOf: (usage) => costOf(usage, config) };
}

function withCost(event: Done, config: OpenAiConfig): Done {
  const costUsd = event.usage && costOf(event.usage, config);
  return event.usage && costUsd !== undefined ? { ...event, usage: { ...event.usage, costUsd } } : event;
}
