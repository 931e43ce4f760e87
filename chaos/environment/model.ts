import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CHANNEL_HEAD, CHANNEL_TAIL } from '../../src/prompt/channel-before.js';
import { completionChunk } from '../../test/support/completion-chunk.js';
import { type Ending, formatAnswer, parseAnswers, withStopMarked } from '../checker/answer-format.js';
import type { Prompt, PromptReply, PromptTurn } from '../checker/evidence.js';
import type { SeededRandom } from '../random.js';

/** Fault of a request, by weight: one request in five fails. */
const FAULTS = {
  none: 160,
  error: 10,
  limited: 6,
  cut: 10,
  garbage: 4,
  stall: 2,
  empty: 2,
  length: 2,
  lengthAtOnce: 1,
  filtered: 2,
  filteredAtOnce: 1,
  refusal: 2,
};
type Fault = keyof typeof FAULTS;
/** Words in an answer. A long answer takes more than one Slack message. */
const SHORT_ANSWER: [number, number] = [60, 400];
const LONG_ANSWER: [number, number] = [1_800, 2_600];
const LONG_ANSWER_PROBABILITY = 0.1;
const CHUNKS = 12;
const MAX_CHUNK_DELAY_MS = 120;
/** The same prompt this soon after a failure is a retry. The bot's longest backoff is 8 s. */
const RETRY_WINDOW_MS = 12_000;
/** A client that disconnects after this much silence has timed out. */
const SILENCE_MS = 1_000;

interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

type MutablePrompt = { -readonly [Name in keyof Prompt]: Prompt[Name] };

const SUMMARY_REQUEST = 'Sum up the conversation above';
/** A summary keeps every message and reply, so that the checker finds them again: `⟦q-1 r(q-1)=30 c-2#1⟧`. */
const SUMMARY = /⟦[^⟧]*⟧/g;
/** A reply in a summary: the questions, the number of words, and after an @ how much was there when a person stopped it. */
const KEPT_REPLY = /r\(([^)]*)\)=(\d+)(?:@(\d+))?/g;
/** The beginning of a reply that is neither whole nor stopped. */
const KEPT_REST = /h\(([^)]*)\)/g;

/**
 * A Chat Completions server that fails now and then, but for summaries. Its answers contain the tokens of the questions.
 */
export class FaultyModel {
  readonly prompts: Prompt[] = [];
  readonly summaries: Prompt[] = [];
  faulty = true;
  readonly #server: Server;
  /** Failed prompts by hash: when first sent, and when failed. */
  readonly #failures = new Map<string, { firstSentAt: number; failedAt: number }>();

  /** `chunkDelayMs`: longest pause between two of the twelve parts of an answer. */
  constructor(
    private readonly chances: SeededRandom,
    private readonly chunkDelayMs = MAX_CHUNK_DELAY_MS,
  ) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { messages } = JSON.parse(Buffer.concat(parts).toString()) as { messages: ChatMessage[] };
        // Writing fails when the client was killed meanwhile.
        this.#handle(messages, response).catch(() => response.destroy());
      });
    });
  }

  /** Resolves with the base URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #handle(messages: readonly ChatMessage[], response: ServerResponse): Promise<void> {
    if (messages.at(-1)?.content.includes(SUMMARY_REQUEST)) {
      this.summaries.push(promptFrom(messages, Date.now()));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(completionChunk({ content: summaryOf(messages) }));
      response.write(completionChunk({}, 'stop'));
      response.end('data: [DONE]\n\n');
      return;
    }
    const hash = createHash('sha256').update(JSON.stringify(messages)).digest('base64');
    const prompt = promptFrom(messages, this.#firstSentAt(hash));
    this.prompts.push(prompt);
    let lastWrite = Date.now();
    response.on('close', () => {
      if (prompt.outcome === 'pending')
        prompt.outcome = Date.now() - lastWrite > SILENCE_MS ? 'failed' : 'disconnected';
      if (prompt.outcome === 'failed')
        this.#failures.set(hash, { firstSentAt: prompt.firstSentAt, failedAt: Date.now() });
    });
    const fault = this.faulty ? this.chances.pickWeighted(FAULTS) : 'none';
    const questions = prompt.open.filter((token, at, all) => token.startsWith('q-') && all.indexOf(token) === at);
    for await (const event of answer(questions, fault, this.chances, this.chunkDelayMs, response)) {
      lastWrite = Date.now();
      if (event !== 'chunk' && prompt.outcome === 'pending') prompt.outcome = event;
    }
  }

  #firstSentAt(hash: string): number {
    const failure = this.#failures.get(hash);
    return failure && Date.now() - failure.failedAt < RETRY_WINDOW_MS ? failure.firstSentAt : Date.now();
  }
}

function promptFrom(all: readonly ChatMessage[], firstSentAt: number): MutablePrompt {
  const before = all.flatMap(({ content }) => splitAtChannel(content).before);
  const messages = all.map(({ role, content }) => ({ role, content: splitAtChannel(content).rest }));
  const lastReply = messages.findLastIndex(({ role }) => role === 'assistant');
  const turnsOf = (some: readonly ChatMessage[]): PromptTurn[] => turnsIn(some.filter(({ role }) => role === 'user'));
  const open = messages
    .slice(lastReply + 1)
    .map(({ role, content }) => ({ role, content: content.replace(SUMMARY, '') }));
  return {
    sentAt: Date.now(),
    firstSentAt,
    turns: turnsOf(messages),
    before: turnsIn(before.map((content) => ({ role: 'user', content }))),
    replies: messages.flatMap(({ role, content }) =>
      role === 'assistant' ? repliesIn(content) : keptReplies(content),
    ),
    open: turnsOf(open).map(({ token }) => token),
    outcome: 'pending',
  };
}

function summaryOf(messages: readonly ChatMessage[]): string {
  const kept = messages.flatMap(({ role, content }) =>
    role === 'assistant'
      ? repliesIn(content).map(({ tokens, count, whole, stoppedAt }) =>
          whole
            ? `r(${tokens.join()})=${count}${stoppedAt === undefined ? '' : `@${stoppedAt}`}`
            : `h(${tokens.join()})`,
        )
      : (content.match(/r\([^)]*\)=\d+(?:@\d+)?|h\([^)]*\)|\b[qc]-\d+(?:#\d+)?/g) ?? []),
  );
  return `⟦${kept.join(' ')}⟧`;
}

function keptReplies(content: string): PromptReply[] {
  const split = (tokens = ''): string[] => tokens.split(',').filter(Boolean);
  return [
    ...Array.from(content.matchAll(KEPT_REPLY), ([, tokens, count, at]) => ({
      tokens: split(tokens),
      count: Number(count),
      whole: true,
      ...(at !== undefined && { stoppedAt: Number(at) }),
    })),
    ...Array.from(content.matchAll(KEPT_REST), ([, tokens]) => ({ tokens: split(tokens), count: 0, whole: false })),
  ];
}

/** What stood in the channel before is a part at the beginning of a message. */
function splitAtChannel(content: string): { before: string[]; rest: string } {
  const end = content.startsWith(CHANNEL_HEAD) ? content.indexOf(CHANNEL_TAIL) : -1;
  return end < 0 ? { before: [], rest: content } : { before: [content.slice(0, end)], rest: content.slice(end) };
}

/** Yields the outcome before the client can see it; yields none for a stall, where the client must time out. */
async function* answer(
  questions: readonly string[],
  fault: Fault,
  chances: SeededRandom,
  chunkDelayMs: number,
  response: ServerResponse,
): AsyncGenerator<'chunk' | 'answered' | 'failed'> {
  const count = chances.integer(...(chances.chance(LONG_ANSWER_PROBABILITY) ? LONG_ANSWER : SHORT_ANSWER));
  if (fault === 'error' || fault === 'limited') {
    yield 'failed';
    const [status, headers] = fault === 'error' ? [500, {}] : [429, { 'retry-after': '1' }];
    response.writeHead(status, headers).end('{"error":{"message":"injected fault"}}');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const ending = endingOf(fault);
  const isBlank = fault === 'empty' || fault === 'lengthAtOnce' || fault === 'filteredAtOnce';
  const text = isBlank ? '' : formatAnswer(questions, count, ending);
  const size = Math.ceil(text.length / CHUNKS);
  for (let from = 0; from < text.length; from += size) {
    const part = text.slice(from, from + size);
    response.write(completionChunk(fault === 'refusal' ? { refusal: part } : { content: part }));
    yield 'chunk';
    await wait(chances.between(0, chunkDelayMs));
    if (from < size * 3) continue;
    if (fault === 'stall') return;
    if (fault !== 'cut' && fault !== 'garbage') continue;
    yield 'failed';
    if (fault === 'cut') response.destroy();
    else response.end('data: {"choices": [{"del\n\n');
    return;
  }
  yield isBlank ? 'failed' : 'answered';
  response.write(completionChunk({}, ending));
  response.end('data: [DONE]\n\n');
}

function endingOf(fault: Fault): Ending {
  if (fault === 'length' || fault === 'lengthAtOnce') return 'length';
  return fault === 'filtered' || fault === 'filteredAtOnce' ? 'content_filter' : 'stop';
}

/** A token is `q-12`, or `q-12#1` after the first edit. */
function turnsIn(messages: readonly ChatMessage[]): PromptTurn[] {
  return messages.flatMap(({ content }) => {
    const said = content.replace(KEPT_REPLY, '').replace(KEPT_REST, '');
    const summaries = [...said.matchAll(SUMMARY)].map(({ index, 0: { length } }) => [index, index + length] as const);
    return Array.from(said.matchAll(/\b([qc]-\d+)(?:#(\d+))?/g), ({ 1: token = '', 2: wording = '0', index }) => ({
      token,
      wording: Number(wording),
      ...(summaries.some(([from, to]) => from < index && index < to) && { summarized: true as const }),
    }));
  });
}

/** Replies side by side are one message. */
function repliesIn(content: string): PromptReply[] {
  return content.split(/(?=\[\[)/).flatMap((text) => {
    if (text.trim() === '') return [];
    const { answers, rest } = parseAnswers(withStopMarked(text));
    if (rest.length > 0) return [{ tokens: text.match(/[qc]-\d+/g) ?? [], count: 0, whole: false }];
    return answers.map(({ tokens, count, stoppedAt, hasGaps }) => ({
      tokens,
      count,
      whole: !hasGaps,
      ...(stoppedAt !== undefined && { stoppedAt }),
    }));
  });
}
