import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completionChunk } from '../test/support/completion-chunk.js';

/** A Chat Completions server that answers at once. */
export class ModelServer {
  /** How often it was asked. */
  asked = 0;
  private readonly server: Server;

  constructor() {
    this.server = createServer((request, response) => {
      request.resume();
      request.on('end', () => {
        this.asked += 1;
        response.writeHead(200, { 'content-type': 'text/event-stream' });
        for (const delta of ['An ', 'answer', '.']) response.write(completionChunk({ content: delta }));
        response.write(completionChunk({}, 'stop'));
        response.end('data: [DONE]\n\n');
      });
    });
  }

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
