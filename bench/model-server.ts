import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completionChunk } from '../test/support/completion-chunk.js';

/** A Chat Completions server with a fixed answer. */
export class ModelServer {
  /** Milliseconds between the words of an answer and its end. */
  pauseMs = 0;
  /** Answers in progress. */
  open = 0;
  mostOpen = 0;
  /** Number of requests. */
  requests = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        this.requests += 1;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        this.open += 1;
        this.mostOpen = Math.max(this.mostOpen, this.open);
        response.once('close', () => (this.open -= 1));
        for (const delta of ['An ', 'answer', '.']) response.write(completionChunk({ content: delta }));
        const end = (): void => {
          response.write(completionChunk({}, 'stop'));
          response.end('data: [DONE]\n\n');
        };
        if (this.pauseMs === 0) return end();
        const pause = setTimeout(end, this.pauseMs);
        response.once('close', () => clearTimeout(pause));
      });
    });
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
