/** The model over Chat Completions, which OpenAI and every compatible server speak. */
import { OpenAI } from 'openai';
import type { ChatCompletionChunk, ChatCompletionCreateParamsStreaming } from 'openai/resources/chat/completions';
import type { OpenAiConfig } from '../config.js';
import type { Clock, CompletionEvent, CompletionRequest, Logger, Model } from '../conversation/ports.js';
import { paramsOf } from './params.js';
import { costOf } from './prices.js';
import { EmptyAnswer, failureOf, NotAStream } from './problems.js';
import { completionEvents } from './stream.js';

export interface Surroundings {
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
/** What is shorter is no secret, but a word that messages are full of. */
const SHORTEST_SECRET = 8;

export function chatCompletions(config: OpenAiConfig, { clock, logger, random = Math.random }: Surroundings): Model {
  const client = clientFor(config);
  const secrets = secretsOf(config);

  async function* complete(request: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    const { signal } = request;
    const open = (aborted: AbortSignal): Promise<AsyncIterable<ChatCompletionChunk>> =>
      openStream(client, paramsOf(request, config), aborted);
    let deadline = clock.now() + config.timeoutMs;
    let empty = 0;
    for (let attempt = 1; ; attempt += 1) {
      let textCame = false;
      try {
        const patience = { clock, signal, firstTextBy: deadline, idleTimeoutMs: config.idleTimeoutMs };
        for await (const event of completionEvents(open, patience)) {
          textCame ||= event.type === 'text';
          yield event.type === 'done' ? priced(event, config) : event;
        }
        return;
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof EmptyAnswer) empty += 1;
        // The service is there, and takes its time: the next try gets as much as the first.
        if (textCame || error instanceof EmptyAnswer) deadline = clock.now() + config.timeoutMs;
        const failure = failureOf(error, clock.now(), secrets);
        const waitMs = Math.max(failure.afterMs ?? 0, backoff(attempt, random));
        const inTime = clock.now() + waitMs < deadline;
        if (!failure.retry || !inTime || attempt === MAX_ATTEMPTS || empty === MAX_EMPTY_ATTEMPTS) throw failure.error;
        logger.warn(
          { attempt, status: failure.status, waitMs, problem: failure.error.problem, reason: failure.error.message },
          'completion failed, trying again',
        );
        await clock.sleep(waitMs, signal);
      }
      // Not before the wait: until then the reader may keep what there is.
      if (textCame) yield { type: 'restart' };
    }
  }

  return { name: config.model, complete };
}

function priced(event: Done, config: OpenAiConfig): Done {
  const costUsd = event.usage && costOf(event.usage, config);
  return event.usage && costUsd !== undefined ? { ...event, usage: { ...event.usage, costUsd } } : event;
}

/** Headers and query arguments hold keys too, Azure's for one. */
function secretsOf({ apiKey, headers, query }: OpenAiConfig): string[] {
  const values = [apiKey ?? '', ...Object.values(headers), ...Object.values(query)];
  return values.filter((value) => value.length >= SHORTEST_SECRET);
}

/** Milliseconds to wait after the given try, counted from 1. */
function backoff(attempt: number, random: () => number): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  return Math.round(longest * (1 - random() / 2));
}

function clientFor(config: OpenAiConfig): OpenAI {
  return new OpenAI({
    // The SDK wants a key; a server without keys gets no Authorization at all, and Azure its own header.
    apiKey: config.apiKey ?? 'none',
    baseURL: config.baseUrl ?? null,
    defaultHeaders: { ...(config.apiKey === undefined && { Authorization: null }), ...config.headers },
    defaultQuery: config.query,
    timeout: config.timeoutMs,
    // The SDK's own retries sleep through any Retry-After and cannot be aborted then.
    maxRetries: 0,
    // It would write chunks that it cannot read, which are what people wrote, to the console.
    logLevel: 'off',
    // Not from the environment, which only the config reads.
    organization: null,
    project: null,
    adminAPIKey: null,
  });
}

async function openStream(
  client: OpenAI,
  params: ChatCompletionCreateParamsStreaming,
  signal: AbortSignal,
): Promise<AsyncIterable<ChatCompletionChunk>> {
  const { data, response } = await client.chat.completions.create(params, { signal }).withResponse();
  const type = response.headers.get('content-type') ?? '';
  if (type.includes('text/html')) {
    throw new NotAStream(`a web page (${type}) came instead of a stream: is OPENAI_BASE_URL right?`);
  }
  return data;
}
