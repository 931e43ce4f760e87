import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { CLAIM_MS } from '../../src/core/files.js';
import { completionChunk } from '../../test/support/completion-chunk.js';
import { type Ending, formatAnswer } from '../checker/answer-format.js';
import type { Prompt, TimeSpan } from '../checker/evidence.js';
import type { SeededRandom } from '../random.js';
import { answerWithPicture } from './pictures.js';
import { type ChatMessage, attachedFile, promptFrom, recordedIn, recordingsIn, summaryOf } from './prompt.js';
import { sendPage, Stall, type StallKind } from './stall.js';

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
/** The same of a recording. The bot tries three times. */
const TRANSCRIPT_FAULTS = { none: 80, error: 12, limited: 4, cut: 4 };
/** Long enough for processes to die over it. */
const TRANSCRIPT_MS: [number, number] = [300, 2_000];
/** After so many, of which each but the last may have died, a recording may be given up. */
const TRIES = 3;
/** A recording that was written down so shortly before a prompt kept it waiting. */
const JUST_HEARD_MS = 10_000;
const TRANSCRIPTIONS = '/audio/transcriptions';
/** Words in an answer. A long answer takes more than one Slack message. */
const SHORT_ANSWER: [number, number] = [60, 400];
const LONG_ANSWER: [number, number] = [1_800, 2_600];
const LONG_ANSWER_PROBABILITY = 0.1;
const CHUNKS = 12;
/** Of some prompts the answer takes several seconds: long enough for a person to stop it. By the first byte of their hash. */
const SLOW_BELOW = 26;
const SLOW_FACTOR = 10;
const MAX_CHUNK_DELAY_MS = 120;
/** The same prompt this soon after a failure is a retry. The bot's longest backoff is 8 s. */
const RETRY_WINDOW_MS = 12_000;
/** A client that disconnects after this much silence has timed out. */
const SILENCE_MS = 1_000;

/** An answer in so many asks for a picture. */
const PICTURE_EVERY = 3;

const SUMMARY_REQUEST = 'Sum up the conversation above';

/**
 * A Chat Completions server that fails now and then, but for summaries. Its answers contain the tokens of the questions. It
 * writes recordings down, too.
 */
export class FaultyModel {
  readonly prompts: Prompt[] = [];
  readonly summaries: Prompt[] = [];
  faulty = true;
  readonly #server: Server;
  readonly #stall = new Stall();
  /** Failed prompts by hash: when first sent, and when failed. */
  readonly #failures = new Map<string, { firstSentAt: number; failedAt: number }>();
  /** Of each recording, by number. */
  readonly #tries = new Map<string, number>();
  /** Numbers of the recordings that it has failed to write down, or that the bot may have given up: processes died over them. */
  readonly #unheard = new Set<string>();
  /** When it was busy with a recording, by number, from the first try on. */
  readonly #hearings = new Map<string, TimeSpan>();

  /** `chunkDelayMs`: longest pause between two of the twelve parts of an answer. */
  constructor(
    private readonly chances: SeededRandom,
    private readonly chunkDelayMs = MAX_CHUNK_DELAY_MS,
  ) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const body = Buffer.concat(parts).toString();
        // Writing fails when the client was killed meanwhile.
        this.#answer(request.url ?? '', body, response).catch(() => response.destroy());
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

  /** Resolves at the end of the stall. Summaries are made meanwhile. */
  stall(kind: StallKind, forMs: number): Promise<void> {
    return this.#stall.begin(kind, forMs);
  }

  async #answer(url: string, body: string, response: ServerResponse): Promise<void> {
    if (url.endsWith(TRANSCRIPTIONS)) return this.#transcribe(recordedIn(body) ?? '', response);
    if (!url.includes('/images/'))
      return this.#handle((JSON.parse(body) as { messages: ChatMessage[] }).messages, response);
    return answerWithPicture(JSON.parse(body) as { prompt: string }, response, this.chances, this.faulty);
  }

  async #handle(messages: readonly ChatMessage[], response: ServerResponse): Promise<void> {
    if (messages.at(-1)?.content.includes(SUMMARY_REQUEST)) {
      this.summaries.push(this.#promptOf(messages, Date.now()));
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(completionChunk({ content: summaryOf(messages) }));
      response.write(completionChunk({}, 'stop'));
      response.end('data: [DONE]\n\n');
      return;
    }
    const hash = createHash('sha256').update(JSON.stringify(messages)).digest('base64');
    const prompt = this.#promptOf(messages, this.#firstSentAt(hash));
    this.prompts.push(prompt);
    let lastWrite = Date.now();
    // Also an earlier one counts: if this process stood still, it writes before it sees that the client has gone.
    let longestSilence = 0;
    const endSilence = (): void => {
      longestSilence = Math.max(longestSilence, Date.now() - lastWrite);
      lastWrite = Date.now();
    };
    response.on('close', () => {
      endSilence();
      if (prompt.outcome === 'pending') prompt.outcome = longestSilence > SILENCE_MS ? 'failed' : 'disconnected';
      if (prompt.outcome === 'failed')
        this.#failures.set(hash, { firstSentAt: prompt.firstSentAt, failedAt: Date.now() });
    });
    if ((await this.#stall.meets()) === 'page') {
      prompt.outcome = 'failed';
      return sendPage(response);
    }
    const fault = this.faulty ? this.chances.pickWeighted(FAULTS) : 'none';
    const questions = prompt.open.filter((token, at, all) => token.startsWith('q-') && all.indexOf(token) === at);
    const isSlow = Buffer.from(hash, 'base64').readUInt8() < SLOW_BELOW;
    const chunkDelayMs = this.chunkDelayMs * (isSlow ? SLOW_FACTOR : 1);
    for await (const event of answer(questions, fault, this.chances, chunkDelayMs, response)) {
      endSilence();
      if (event !== 'chunk' && prompt.outcome === 'pending') prompt.outcome = event;
    }
  }

  /** A process may have waited for the claim of one that died before it sent a recording. */
  #promptOf(messages: readonly ChatMessage[], firstSentAt: number): ReturnType<typeof promptFrom> {
    const prompt = promptFrom(messages, firstSentAt, this.#unheard);
    const hearings = recordingsIn(messages).flatMap((number) => this.#hearings.get(number) ?? []);
    const recent = hearings.filter(({ to }) => to > firstSentAt - JUST_HEARD_MS).map(({ from }) => from - CLAIM_MS);
    return recent.length > 0 ? Object.assign(prompt, { waitedSince: Math.min(...recent) }) : prompt;
  }

  async #transcribe(number: string, response: ServerResponse): Promise<void> {
    const arrivedAt = Date.now();
    response.on('close', () => {
      const { from, to } = this.#hearings.get(number) ?? { from: arrivedAt, to: 0 };
      this.#hearings.set(number, { from: arrivedAt - to < JUST_HEARD_MS ? from : arrivedAt, to: Date.now() });
    });
    const isStalled = (await this.#stall.meets()) === 'page';
    const fault = this.faulty ? this.chances.pickWeighted(TRANSCRIPT_FAULTS) : 'none';
    const tries = (this.#tries.get(number) ?? 0) + 1;
    this.#tries.set(number, tries);
    if (isStalled || fault !== 'none' || tries >= TRIES) this.#unheard.add(number);
    if (isStalled) return sendPage(response);
    await wait(this.chances.between(...TRANSCRIPT_MS));
    if (fault === 'cut') response.destroy();
    else if (fault !== 'none') sendFault(fault, response);
    else response.writeHead(200, JSON_HEADERS).end(JSON.stringify({ text: attachedFile(Number(number)).content }));
  }

  #firstSentAt(hash: string): number {
    const failure = this.#failures.get(hash);
    return failure && Date.now() - failure.failedAt < RETRY_WINDOW_MS ? failure.firstSentAt : Date.now();
  }
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
    sendFault(fault, response);
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const ending = endingOf(fault);
  const isBlank = fault === 'empty' || fault === 'lengthAtOnce' || fault === 'filteredAtOnce';
  const text = isBlank ? '' : formatAnswer(questions, count, ending, pictureFor(questions));
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

const JSON_HEADERS = { 'content-type': 'application/json' };

function sendFault(fault: 'error' | 'limited', response: ServerResponse): void {
  const [status, headers] = fault === 'error' ? [500, {}] : [429, { 'retry-after': '1' }];
  response.writeHead(status, { ...JSON_HEADERS, ...headers }).end('{"error":{"message":"injected fault"}}');
}

/** The same for the same question, so that another process may go on with it. */
function pictureFor([first]: readonly string[]): number | undefined {
  const number = Number(first?.replace('q-', ''));
  return number % PICTURE_EVERY === 0 ? number : undefined;
}

function endingOf(fault: Fault): Ending {
  if (fault === 'length' || fault === 'lengthAtOnce') return 'length';
  return fault === 'filtered' || fault === 'filteredAtOnce' ? 'content_filter' : 'stop';
}
