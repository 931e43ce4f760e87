import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { completionChunk } from '../test/support/completion-chunk.js';
import type { Prompt } from './checker.js';
import type { Chances } from './random.js';

/** What goes wrong with a request, by weight: one in six, while faults are on. */
const FAULTS = { none: 83, error: 5, limited: 3, cut: 5, garbage: 2, stall: 1, empty: 1 };
/** Each said while people watch; one in ten takes more than one message of Slack's. */
const SHORT_WORDS: [number, number] = [10, 120];
const LONG_WORDS: [number, number] = [1_800, 2_600];
const LONG = 0.1;
const WORDS_IN_A_PARAGRAPH = 60;
const CHUNKS = 12;
const LONGEST_PAUSE_MS = 120;

interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

/** A Chat Completions server that fails now and then, and answers with the tokens of what it was asked. */
export class FaultyModel {
  readonly prompts: Prompt[] = [];
  faulty = true;
  readonly #server: Server;

  constructor(private readonly chances: Chances) {
    this.#server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const { messages } = JSON.parse(Buffer.concat(parts).toString()) as { messages: ChatMessage[] };
        // The client may be gone, killed in the middle.
        this.#answer(messages, response).catch(() => response.destroy());
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

  async #answer(messages: readonly ChatMessage[], response: ServerResponse): Promise<void> {
    const lastReply = messages.findLastIndex(({ role }) => role === 'assistant');
    const open = tokensOf(messages.slice(lastReply + 1));
    this.prompts.push({ at: Date.now(), tokens: tokensOf(messages.filter(({ role }) => role === 'user')), open });
    const fault = this.faulty ? this.chances.pickOf(FAULTS) : 'none';
    if (fault === 'error') return void response.writeHead(500).end('{"error":{"message":"broken on purpose"}}');
    if (fault === 'limited') return void response.writeHead(429, { 'retry-after': '1' }).end('{"error":{"message":"too many"}}');
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = fault === 'empty' ? '' : answerTo(open.filter((token) => token.startsWith('q-')), this.chances);
    const size = Math.ceil(text.length / CHUNKS);
    for (let from = 0; from < text.length; from += size) {
      response.write(completionChunk({ content: text.slice(from, from + size) }));
      await wait(this.chances.between(0, LONGEST_PAUSE_MS));
      if (from < size * 3) continue;
      if (fault === 'cut') return void response.destroy();
      if (fault === 'garbage') return void response.end('data: {"choices": [{"del\n\n');
      if (fault === 'stall') return;
    }
    response.write(completionChunk({}, 'stop'));
    response.end('data: [DONE]\n\n');
  }
}

/** `[[q-1,q-2]] 3: w1 w2 w3 ∎`, in paragraphs: whether all of it stands there can be seen from it alone. */
function answerTo(tokens: readonly string[], chances: Chances): string {
  const count = chances.whole(...(chances.happens(LONG) ? LONG_WORDS : SHORT_WORDS));
  const words = Array.from({ length: count }, (_, at) => `w${at + 1}${(at + 1) % WORDS_IN_A_PARAGRAPH === 0 ? '\n\n' : ' '}`);
  return `[[${tokens.join()}]] ${count}: ${words.join('')}∎`;
}

function tokensOf(messages: readonly ChatMessage[]): string[] {
  return messages.flatMap(({ content }) => content.match(/\b[qc]-\d+\b/g) ?? []);
}
