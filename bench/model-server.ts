import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

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
        for (const delta of ['An ', 'answer', '.']) response.write(event({ choices: [{ index: 0, delta: { content: delta }, finish_reason: null }] }));
        response.write(event({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] }));
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

function event(chunk: object): string {
  return `data: ${JSON.stringify({ id: 'c', object: 'chat.completion.chunk', created: 0, model: 'bench', ...chunk })}\n\n`;
}
