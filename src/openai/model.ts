/** The model at OpenAI's or a compatible service: what trying again can cure is tried again, in the time there is. */
import type { OpenAiConfig } from '../config/config.js';
import type { Clock, CompletionEvent, CompletionRequest, Logger, Model, Usage } from '../core/ports.js';
import { chatCompletions } from './chat.js';
import { clientFor, secretsOf } from './client.js';
import { costOf, limitsOf } from './models.js';
import { EmptyAnswer, modelFailure } from './problems.js';
import { responses } from './responses.js';
import { type Api, completionEvents } from './stream.js';

export interface ModelDependencies {
  clock: Clock;
  logger: Logger;
  /** From 0 up to 1, as `Math.random` does. */
  random?: () => number;
}

type Done = CompletionEvent & { type: 'done' };

/** Tries of one completion, the first included. */
const MAX_ATTEMPTS = 5;
/** Tries that an answer with nothing in it gets. */
const MAX_EMPTY_ATTEMPTS = 2;
/** The waits between tries double from the first to the longest, and each is between half and all of that. */
const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 8_000;

/** Throws `ConfigError` when the settings leave a prompt no room. */
export function openAiModel(config: OpenAiConfig, surroundings: ModelDependencies): Model {
  const client = clientFor(config);
  return config.api === 'responses'
    ? askedOver(responses(client, config, surroundings.logger), config, surroundings)
    : askedOver(chatCompletions(client, config), config, surroundings);
}

function askedOver<Chunk>(
  api: Api<Chunk>,
  config: OpenAiConfig,
  { clock, logger, random = Math.random }: ModelDependencies,
): Model {
  const secrets = secretsOf(config);
  const limits = limitsOf(config);

  async function* complete(request: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    const { signal } = request;
    let deadline = clock.now() + config.timeoutMs;
    let empty = 0;
    for (let attempt = 1; ; attempt += 1) {
      let alive = false;
      let shown = false;
      let wasted: Usage | undefined;
      try {
        const patience = {
          clock,
          firstTextBy: deadline,
          timeoutMs: config.timeoutMs,
          idleTimeoutMs: config.idleTimeoutMs,
        };
        for await (const event of completionEvents(api, request, patience)) {
          alive ||= event.type !== 'done';
          if (event.type === 'thinking' && event.text === '') continue;
          shown ||= event.type !== 'done';
          yield event.type === 'done' ? priced(event, config) : event;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof EmptyAnswer) {
          empty += 1;
          wasted = error.usage;
        }
        // The service is there, and takes its time: the next try gets as much as the first.
        if (alive || error instanceof EmptyAnswer) deadline = clock.now() + config.timeoutMs;
        const failure = modelFailure(error, clock.now(), secrets);
        const asksForLess = api.asksForLess?.(error) ?? false;
        const waitMs = asksForLess ? 0 : Math.max(failure.afterMs ?? 0, backoff(attempt, random));
        const inTime = clock.now() + waitMs < deadline;
        const mayHelp = failure.retry || asksForLess;
        if (!mayHelp || !inTime || attempt === MAX_ATTEMPTS || empty === MAX_EMPTY_ATTEMPTS) throw failure.error;
        logger.warn(
          { attempt, status: failure.status, waitMs, problem: failure.error.problem, reason: failure.error.message },
          'completion failed, trying again',
        );
        await clock.sleep(waitMs, signal);
      }
      // Not before the wait: until then the reader may keep what there is.
      if (shown || wasted) yield { type: 'restart', ...(wasted && { usage: wasted }) };
    }
  }

  return { name: config.model, limits, complete, costOf: (usage) => costOf(usage, config) };
}

function priced(event: Done, config: OpenAiConfig): Done {
  const costUsd = event.usage && costOf(event.usage, config);
  return event.usage && costUsd !== undefined ? { ...event, usage: { ...event.usage, costUsd } } : event;
}

/** Milliseconds to wait after the given try, counted from 1. */
function backoff(attempt: number, random: () => number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  return Math.round(longest * (1 - random() / 2));
}
