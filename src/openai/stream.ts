/** One try: from what an API streams to the events of the core. */
import type { Clock, CompletionEvent, CompletionRequest, FinishReason, Usage } from '../core/ports.js';
import { BrokenStream, EmptyAnswer } from './problems.js';

/** What one event of a stream says; most say nothing. */
export interface StreamPart {
  /** What a person is to read; a refusal is the model's answer too. */
  text?: string;
  /** What people may see of the model's reasoning; '' where that is no more than that it goes on. */
  thinking?: string;
  finishReason?: FinishReason;
  usage?: Usage;
}

/** One of the APIs that a model can be asked over. */
export interface Api<Chunk> {
  /** Begins an answer; it ends when `signal` aborts. Resolves when the response's headers are there. */
  open(request: CompletionRequest, signal: AbortSignal): Promise<AsyncIterable<Chunk>>;
  /** Pure. Throws what the service says went wrong. */
  read(chunk: Chunk): StreamPart;
  /** After a failed try: true when the service refused something that an answer can do without, and it is not asked for any more. */
  asksForLess?(error: unknown): boolean;
}

export type StreamEvent = Exclude<CompletionEvent, { type: 'restart' }>;

export interface StreamTimeouts {
  clock: Clock;
  /** The first text has to be there at this time, in milliseconds since 1970. */
  firstTextBy: number;
  /** Milliseconds that a model gets from each sign that it thinks. */
  timeoutMs: number;
  /** Milliseconds of silence after it. */
  idleTimeoutMs: number;
}

/**
 * The events of one stream, thinking, text and then `done`. Throws what the server said, `BrokenStream` when the stream is not
 * whole or fell silent, `EmptyAnswer`, or the reason of the request's signal. The request ends when this ends.
 */
export async function* completionEvents<Chunk>(
  api: Api<Chunk>,
  asked: CompletionRequest,
  patience: StreamTimeouts,
): AsyncGenerator<StreamEvent, void, undefined> {
  const { signal } = asked;
  const { clock, idleTimeoutMs, timeoutMs } = patience;
  signal.throwIfAborted();
  const request = new AbortController();
  const follow = (): void => request.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  let answer = '';
  let finishReason: FinishReason | undefined;
  let usage: Usage | undefined;
  try {
    let { firstTextBy } = patience;
    const limit = (): number => (answer ? idleTimeoutMs : firstTextBy - clock.now());
    for await (const chunk of patiently(() => api.open(asked, request.signal), request, clock, limit)) {
      const said = api.read(chunk);
      const { text = '', thinking } = said;
      if (thinking !== undefined) {
        firstTextBy = clock.now() + timeoutMs;
        yield { type: 'thinking', text: thinking };
      }
      answer += text;
      if (text) yield { type: 'text', text };
      finishReason = said.finishReason ?? finishReason;
      usage = said.usage ?? usage;
    }
    if (!finishReason) throw new BrokenStream('the stream ended before the answer did');
  } catch (error) {
    signal.throwIfAborted();
    // Only what comes behind the answer is missing, such as the usage: asking again would cost more than it is worth.
    if (!finishReason) throw error;
  } finally {
    signal.removeEventListener('abort', follow);
    request.abort();
  }
  if (!answer.trim() && finishReason !== 'content_filter') throw emptiness(finishReason, usage);
  yield { type: 'done', finishReason, ...(usage && { usage }) };
}

/** The chunks; throws `BrokenStream`, and ends the request, when `limit()` milliseconds bring none. */
async function* patiently<Chunk>(
  open: () => Promise<AsyncIterable<Chunk>>,
  request: AbortController,
  clock: Clock,
  limit: () => number,
): AsyncGenerator<Chunk, void, undefined> {
  const within = async <T>(work: Promise<T>): Promise<T> => {
    const ms = limit();
    const timer = new AbortController();
    const silence = clock.sleep(ms, timer.signal).then(
      () => request.abort(new BrokenStream(`nothing came for ${ms} ms`)),
      () => undefined,
    );
    try {
      return await work;
    } finally {
      // With a reason of our own: making the default one costs a stack trace for each chunk.
      timer.abort('came');
      await silence;
      // The SDK ends an aborted stream as if it were whole.
      request.signal.throwIfAborted();
    }
  };
  const chunks = (await within(open()))[Symbol.asyncIterator]();
  for (;;) {
    const next = await within(chunks.next());
    if (next.done) return;
    yield next.value;
  }
}

function emptiness(finishReason: FinishReason, usage: Usage | undefined): EmptyAnswer {
  return finishReason === 'length'
    ? // The limit went into reasoning, as it would again.
      new EmptyAnswer('the limit of output tokens was reached before any text', false, usage)
    : new EmptyAnswer('the model answered with nothing', true, usage);
}
