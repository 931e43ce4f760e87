import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completionChunk } from '../test/support/completion-chunk.js';

/** An answer, and how fast it is written. */
export interface Script {
  readonly chunks: readonly string[];
  /** Milliseconds from the request to the first chunk. */
  readonly firstMs: number;
  /** Milliseconds between two chunks. */
  readonly gapMs: number;
  /** Called when so many chunks are written, for the first time with 1. */
  readonly wrote?: (chunks: number) => void;
  /** `refused`: HTTP 500. `cut`: the connection breaks in the middle. */
  readonly fault?: 'refused' | 'cut' | undefined;
}

interface ChatRequest {
  readonly stream?: boolean;
  readonly stream_options?: { readonly include_usage?: boolean };
}

const USAGE = { prompt_tokens: 100, completion_tokens: 100, total_tokens: 200 };

/** A Chat Completions server. Without scripts it answers "An answer." at once. */
export class ModelServer {
  /** Milliseconds between the words of an unscripted answer and its end. */
  pauseMs = 0;
  /** Answers in progress. */
  open = 0;
  mostOpen = 0;
  /** Number of requests. */
  requests = 0;
  /** Writes the answer to a request, whose body it is given. */
  script: ((body: string) => Script) | undefined;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => void parts.push(part));
      request.on('end', () => {
        this.requests += 1;
        this.open += 1;
        this.mostOpen = Math.max(this.mostOpen, this.open);
        response.once('close', () => (this.open -= 1));
        if (!this.script) return this.answer(response);
        const body = Buffer.concat(parts).toString();
        return play(this.script(body), JSON.parse(body) as ChatRequest, response);
      });
    });
  }

  private answer(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const delta of ['An ', 'answer', '.']) response.write(completionChunk({ content: delta }));
    if (this.pauseMs === 0) return end(response);
    const pause = setTimeout(() => end(response), this.pauseMs);
    response.once('close', () => clearTimeout(pause));
    return undefined;
  }

  /** Resolves with the base URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  stop(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}

function play({ chunks, firstMs, gapMs, wrote, fault }: Script, request: ChatRequest, response: ServerResponse): void {
  if (fault === 'refused') {
    response.writeHead(500, { 'content-type': 'application/json' }).end('{"error":{"message":"a planned fault"}}');
    return;
  }
  if (!request.stream) {
    const whole = setTimeout(() => answerWhole(chunks.join(''), response), firstMs + gapMs * chunks.length);
    response.once('close', () => clearTimeout(whole));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  response.flushHeaders();
  let written = 0;
  const start = performance.now() + firstMs;
  // Late timers write what is due, so that every answer takes the same time.
  const next = (): void => {
    const due = Math.min(chunks.length, 1 + Math.floor((performance.now() - start) / gapMs));
    const before = written;
    while (written < due) response.write(completionChunk({ content: chunks[written++] }));
    if (written > before) wrote?.(written);
    if (fault === 'cut' && written > chunks.length / 2) response.destroy();
    else if (written === chunks.length) end(response, request.stream_options?.include_usage);
    else timer = setTimeout(next, start + written * gapMs - performance.now());
  };
  let timer = setTimeout(next, firstMs);
  response.once('close', () => clearTimeout(timer));
}

function end(response: ServerResponse, withUsage = false): void {
  response.write(completionChunk({}, 'stop'));
  const usage = { id: 'c', object: 'chat.completion.chunk', created: 0, model: 'played', choices: [], usage: USAGE };
  if (withUsage) response.write(`data: ${JSON.stringify(usage)}\n\n`);
  response.end('data: [DONE]\n\n');
}

function answerWhole(content: string, response: ServerResponse): void {
  const choices = [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }];
  const completion = { id: 'c', object: 'chat.completion', created: 0, model: 'played', choices, usage: USAGE };
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(completion));
}
