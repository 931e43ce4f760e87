/** The model at OpenAI or a compatible service, with retries within the time limit. */
import type { OpenAiConfig } from '../config/config.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { Clock, CompletionEvent, CompletionRequest, Logger, Model, Usage } from '../core/ports.js';
import { backoffMs } from '../core/retry-policy.js';
import { chatCompletions } from './chat.js';
import { clientFor, secretsOf } from './client.js';
import { imageTokensOf } from './image-tokens.js';
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

/** Attempts at one completion. */
const MAX_ATTEMPTS = 5;
/** Attempts when the answer is empty. */
const MAX_EMPTY_ATTEMPTS = 2;
const BACKOFF = { firstMs: 500, longestMs: 8_000 };

/** Throws `ConfigError` if the settings leave a prompt no room. */
export function openAiModel(config: OpenAiConfig, dependencies: ModelDependencies): Model {
  const client = clientFor(config, dependencies.fetch);
  const { clock, logger } = dependencies;
  const retirement = retirementWarning(config, clock.now());
  if (retirement !== undefined) logger.warn({ model: config.model }, retirement);
  const api =
    config.api === 'responses'
      ? responses(client, config, new RefusedOptions(RESPONSES_OPTIONS, logger))
      : chatCompletions(client, config, new RefusedOptions(CHAT_OPTIONS, logger));
  return modelOver(api, config, dependencies);
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
          if (!failure.retry || !inTime || attempt === MAX_ATTEMPTS || empty === MAX_EMPTY_ATTEMPTS)
            throw failure.error;
          const { problem, message: reason } = failure.error;
          logger.warn({ attempt, status: failure.status, waitMs, problem, reason }, 'completion failed, trying again');
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
  const more = imageTokens && { imageTokens };
  return { name: config.model, limits, complete, ...more, costOf: (usage) => costOf(usage, config) };
}

function withCost(event: Done, config: OpenAiConfig): Done {
  const costUsd = event.usage && costOf(event.usage, config);
  return event.usage && costUsd !== undefined ? { ...event, usage: { ...event.usage, costUsd } } : event;
}
