import { createHash } from 'node:crypto';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { completionChunk } from '../../test/support/completion-chunk.js';
import { answersIn, answerTo, type Ending } from '../checker/answer-format.js';
import type { Prompt, Read, ReadReply } from '../checker/evidence.js';
import type { Chances } from '../random.js';

/** What goes wrong with a request, by weight: one in five, while faults are on. */
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
/** Each said while people watch; one in ten takes more than one message of Slack's. */
const SHORT_WORDS: [number, number] = [10, 120];
const LONG_WORDS: [number, number] = [1_800, 2_600];
const LONG = 0.1;
const CHUNKS = 12;
const LONGEST_PAUSE_MS = 120;
/** The same prompt so soon after a failure is the bot's next try with what it had read. The longest pause between tries is 8 s. */
const NEXT_TRY_MS = 12_000;
/** Whoever leaves a model that has been silent for so long does it for that. */
const SILENT_MS = 1_000;

interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

type Asked = { -readonly [Name in keyof Prompt]: Prompt[Name] };

/** A Chat Completions server that fails now and then, and answers with the tokens of what it was asked. */
export class FaultyModel {
  readonly prompts: Prompt[] = [];
  faulty = true;
  readonly #server: Server;
  /** Prompts that failed, by what was asked: when they were sent first, and when they failed. */
  readonly #failures = new Map<string, { at: number; failedAt: number }>();

  constructor(private readonly chances: Chances) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { messages } = JSON.parse(Buffer.concat(parts).toString()) as { messages: ChatMessage[] };
        // The client may be gone, killed in the middle.
        this.#take(messages, response).catch(() => response.destroy());
      });
    });
  }

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

  async #take(messages: readonly ChatMessage[], response: ServerResponse): Promise<void> {
    const said = createHash('sha256').update(JSON.stringify(messages)).digest('base64');
    const asked = promptOf(messages, this.#firstSent(said));
    this.prompts.push(asked);
    let lastWrite = Date.now();
    response.on('close', () => {
      if (asked.outcome === 'pending') asked.outcome = Date.now() - lastWrite > SILENT_MS ? 'failed' : 'left';
      if (asked.outcome === 'failed') this.#failures.set(said, { at: asked.at, failedAt: Date.now() });
    });
    const fault = this.faulty ? this.chances.pickOf(FAULTS) : 'none';
    const questions = asked.open.filter((token, place, all) => token.startsWith('q-') && all.indexOf(token) === place);
    for await (const step of answer(questions, fault, this.chances, response)) {
      lastWrite = Date.now();
      if (step !== 'writes' && asked.outcome === 'pending') asked.outcome = step;
    }
  }

  #firstSent(said: string): number {
    const failure = this.#failures.get(said);
    return failure && Date.now() - failure.failedAt < NEXT_TRY_MS ? failure.at : Date.now();
  }
}

function promptOf(messages: readonly ChatMessage[], at: number): Asked {
  const lastReply = messages.findLastIndex(({ role }) => role === 'assistant');
  const people = (some: readonly ChatMessage[]): Read[] => turnsIn(some.filter(({ role }) => role === 'user'));
  return {
    sentAt: Date.now(),
    at,
    turns: people(messages),
    replies: messages.filter(({ role }) => role === 'assistant').flatMap(({ content }) => repliesIn(content)),
    open: people(messages.slice(lastReply + 1)).map(({ token }) => token),
    outcome: 'pending',
  };
}

/** Says how it goes before the client can know. Ends without an outcome where the client has to find out that nothing more comes. */
async function* answer(
  questions: readonly string[],
  fault: Fault,
  chances: Chances,
  response: ServerResponse,
): AsyncGenerator<'writes' | 'answered' | 'failed'> {
  const count = chances.whole(...(chances.happens(LONG) ? LONG_WORDS : SHORT_WORDS));
  if (fault === 'error' || fault === 'limited') {
    yield 'failed';
    const [status, headers] = fault === 'error' ? [500, {}] : [429, { 'retry-after': '1' }];
    response.writeHead(status, headers).end('{"error":{"message":"broken on purpose"}}');
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  const ending = endingOf(fault);
  const isBlank = fault === 'empty' || fault === 'lengthAtOnce' || fault === 'filteredAtOnce';
  const text = isBlank ? '' : answerTo(questions, count, ending);
  const size = Math.ceil(text.length / CHUNKS);
  for (let from = 0; from < text.length; from += size) {
    const part = text.slice(from, from + size);
    response.write(completionChunk(fault === 'refusal' ? { refusal: part } : { content: part }));
    yield 'writes';
    await wait(chances.between(0, LONGEST_PAUSE_MS));
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

/** `q-12`, and `q-12#1` in the wording of its first edit. */
function turnsIn(messages: readonly ChatMessage[]): Read[] {
  const found = messages.flatMap(({ content }) => [...content.matchAll(/\b([qc]-\d+)(?:#(\d+))?/g)]);
  return found.map(([, token = '', wording = '0']) => ({ token, wording: Number(wording) }));
}

function repliesIn(content: string): ReadReply[] {
  const { answers, rest } = answersIn(content);
  const whole = answers.map(({ tokens, count, hasGaps }) => ({ tokens, count, whole: !hasGaps }));
  return [...whole, ...rest.map((text) => ({ tokens: text.match(/[qc]-\d+/g) ?? [], count: 0, whole: false }))];
}
