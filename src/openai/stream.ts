/** One attempt: turns an API's stream into the core's events. */
import type { Clock, CompletionEvent, CompletionRequest, FinishReason, Usage } from '../core/ports.js';
import type { JsonObject } from './error-body.js';
import { BrokenStream, EmptyAnswer } from './problems.js';
import { END, type ServerEvent } from './server-events.js';
import { limitSilence } from './silence.js';
import { ThinkTags } from './think-tags.js';

/** The content of one stream event; most have none. */
export interface StreamPart {
  /** For people to read. A refusal is the model's answer too. */
  text?: string;
  /** Reasoning that people may see; '' if it only shows that the model is working. */
  thinking?: string;
  finishReason?: FinishReason;
  usage?: Usage;
}

/** An API of model services. */
export interface Api {
  /** Starts an answer, until `signal` aborts. Resolves when the response's headers are there. */
  open(request: CompletionRequest, signal: AbortSignal): Promise<AsyncIterable<ServerEvent>>;
  /** For the events of one answer, in order. Throws the error that the service reports. */
  reader(): (event: JsonObject) => StreamPart;
  /** After a failed attempt at `request`: true if the service refused something optional in it, which is left out from now on. */
  learnFromRefusal(error: unknown, request: CompletionRequest): boolean;
}

/** From the finish reason on, for the usage: people wait, and usage that is missing is estimated. */
const USAGE_TIMEOUT_MS = 1_000;
/** From the end on, or once the usage is there too, for the end of the body: then the connection can be used again. */
const CLOSE_TIMEOUT_MS = 500;
/** For one answer, however lively it is: some models never come to an end. */
const TOTAL_TIMEOUT_MS = 30 * 60_000;

export type StreamEvent = Exclude<CompletionEvent, { type: 'restart' }>;

export interface StreamTimeouts {
  clock: Clock;
  /** Deadline of the first text, milliseconds since 1970. */
  firstTextBy: number;
  /** Each sign of reasoning moves that deadline to this many milliseconds from now. */
  timeoutMs: number;
  /** Longest silence after the first text, milliseconds. */
  idleTimeoutMs: number;
  /** Called when the process itself stood still: the deadline of the first text has been moved. */
  onStall?: () => void;
}

/**
 * The events of one stream: thinking and text, then `done`. Throws the server's error, `BrokenStream` if the stream is
 * incomplete or fell silent, `EmptyAnswer`, or the signal's reason. The request ends with the generator.
 */
export async function* completionEvents(
  api: Api,
  asked: CompletionRequest,
  timeouts: StreamTimeouts,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal } = asked;
  const { clock, idleTimeoutMs, timeoutMs } = timeouts;
  signal.throwIfAborted();
  const request = new AbortController();
  const follow = (): void => request.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  const read = api.reader();
  const tags = new ThinkTags();
  let answer = '';
  let finishReason: FinishReason | undefined;
  let usage: Usage | undefined;
  const totalBy = clock.now() + TOTAL_TIMEOUT_MS;
  /** When the answer counts as over though the connection is still open. Later events do not move it. */
  let overBy = Infinity;
  const overWithin = (ms: number): void => {
    overBy = Math.min(overBy, clock.now() + Math.min(ms, idleTimeoutMs));
  };
  let { firstTextBy } = timeouts;
  const onStall = (): void => {
    firstTextBy = clock.now() + timeoutMs;
    timeouts.onStall?.();
  };
  const onSilence = (ms: number): void => request.abort(new BrokenStream(`no data for ${ms} ms`));
  const within = async <T>(work: Promise<T>): Promise<T> => {
    const silence = answer ? idleTimeoutMs : firstTextBy - clock.now();
    const longest = Math.min(finishReason ? overBy - clock.now() : silence, totalBy - clock.now());
    try {
      return await limitSilence(work, Math.max(0, longest), clock, { onSilence, onStall });
    } finally {
      // The reason says more than the error of a read that was cut off.
      request.signal.throwIfAborted();
    }
  };
  try {
    const events = (await within(api.open(asked, request.signal)))[Symbol.asyncIterator]();
    for (;;) {
      const next = await within(events.next());
      if (next.done) break;
      const event = next.value;
      if (event === END) {
        // Some servers give no reason.
        finishReason ??= 'stop';
        overWithin(CLOSE_TIMEOUT_MS);
        continue;
      }
      const part = read(event);
      const { text, thought } = tags.take(part.text ?? '');
      const thinking = part.thinking ?? (thought ? '' : undefined);
      if (thinking !== undefined) {
        firstTextBy = clock.now() + timeoutMs;
        yield { type: 'thinking', text: thinking };
      }
      answer += text;
      if (text) yield { type: 'text', text };
      finishReason = part.finishReason ?? finishReason;
      usage = part.usage ?? usage;
      if (finishReason) overWithin(usage ? CLOSE_TIMEOUT_MS : USAGE_TIMEOUT_MS);
      // Whoever goes on sending never falls silent.
      if (clock.now() >= Math.min(overBy, totalBy)) break;
    }
    if (!finishReason && clock.now() < totalBy) throw new BrokenStream('the stream ended before the answer did');
  } catch (error) {
    signal.throwIfAborted();
    // The answer is complete, only what follows is missing, the usage for example: not worth asking again.
    if (!finishReason && clock.now() < totalBy) throw error;
  } finally {
    signal.removeEventListener('abort', follow);
    // The default reason would have a stack trace.
    request.abort('over');
  }
  // What there is counts, like an answer that reached its length limit.
  finishReason ??= 'length';
  const held = tags.end();
  answer += held;
  if (held) yield { type: 'text', text: held };
  if (!answer.trim() && finishReason !== 'content_filter') throw emptyAnswer(finishReason, usage);
  yield { type: 'done', finishReason, ...(usage && { usage }) };
}

function emptyAnswer(finishReason: FinishReason, usage: Usage | undefined): EmptyAnswer {
  return finishReason === 'length'
    ? // The limit went into reasoning, as it would again.
      new EmptyAnswer('reached the output token limit or the time limit before any text', false, usage)
    : new EmptyAnswer('the model returned an empty answer', true, usage);
}
