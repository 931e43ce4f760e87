/** Chunks of Chat Completions to the events of the core. */
import type { ChatCompletionChunk } from 'openai/resources/chat/completions';
import type { CompletionUsage } from 'openai/resources/completions';
import type { Clock, CompletionEvent, FinishReason, Usage } from '../conversation/ports.js';
import { BrokenStream, EmptyAnswer } from './problems.js';

export type StreamEvent = Exclude<CompletionEvent, { type: 'restart' }>;

export interface Patience {
  clock: Clock;
  /** The first text has to be there at this time, in milliseconds since 1970. */
  firstTextBy: number;
  /** Milliseconds of silence after it. */
  idleTimeoutMs: number;
  /** The caller's; its reason is thrown when it aborts. */
  signal: AbortSignal;
}

/** Begins a request that ends when `signal` aborts. Resolves when the response's headers are there. */
export type Open = (signal: AbortSignal) => Promise<AsyncIterable<ChatCompletionChunk>>;

/**
 * One try: the events of one stream, text and then `done`. Throws what the server said, `BrokenStream` when the
 * stream is not whole or fell silent, `EmptyAnswer`, or the signal's reason. The request ends when this ends.
 */
export async function* completionEvents(open: Open, patience: Patience): AsyncGenerator<StreamEvent, void, undefined> {
  const { clock, signal } = patience;
  signal.throwIfAborted();
  const request = new AbortController();
  const follow = (): void => request.abort(signal.reason);
  signal.addEventListener('abort', follow, { once: true });
  let answer = '';
  let finish: string | undefined;
  let usage: Usage | undefined;
  try {
    const limit = (): number => (answer ? patience.idleTimeoutMs : patience.firstTextBy - clock.now());
    for await (const chunk of patiently(open, request, clock, limit)) {
      if (chunk.usage) usage = usageOf(chunk.usage);
      const choice = chunk.choices?.[0];
      const text = textOf(choice?.delta);
      answer += text;
      if (text) yield { type: 'text', text };
      finish = choice?.finish_reason ?? finish;
    }
    if (!finish) throw new BrokenStream('the stream ended before the answer did');
  } catch (error) {
    signal.throwIfAborted();
    // Only what comes behind the answer is missing, such as the usage: asking again would cost more than it is worth.
    if (!finish) throw error;
  } finally {
    signal.removeEventListener('abort', follow);
    request.abort();
  }
  const finishReason = finishReasonOf(finish);
  if (!answer.trim() && finishReason !== 'content_filter') throw emptiness(finishReason);
  yield { type: 'done', finishReason, ...(usage && { usage }) };
}

/** The chunks; throws `BrokenStream`, and ends the request, when `limit()` milliseconds bring none. */
async function* patiently(
  open: Open,
  request: AbortController,
  clock: Clock,
  limit: () => number,
): AsyncGenerator<ChatCompletionChunk, void, undefined> {
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
  const chunks = (await within(open(request.signal)))[Symbol.asyncIterator]();
  for (;;) {
    const next = await within(chunks.next());
    if (next.done) return;
    yield next.value;
  }
}

/** What a person is to read of a chunk; a refusal is the model's answer too. */
function textOf(delta: ChatCompletionChunk.Choice.Delta | undefined): string {
  return (delta?.content ?? '') + (delta?.refusal ?? '');
}

function usageOf(usage: CompletionUsage): Usage {
  return {
    promptTokens: usage.prompt_tokens,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? 0,
    completionTokens: usage.completion_tokens,
  };
}

/** No tools are offered, so whatever else a server ends with is an end. */
function finishReasonOf(finish: string | undefined): FinishReason {
  return finish === 'length' || finish === 'content_filter' ? finish : 'stop';
}

function emptiness(finishReason: FinishReason): EmptyAnswer {
  return finishReason === 'length'
    ? // The limit went into reasoning, as it would again.
      new EmptyAnswer('the limit of output tokens was reached before any text', false)
    : new EmptyAnswer('the model answered with nothing', true);
}
