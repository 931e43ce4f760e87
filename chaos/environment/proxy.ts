import { createServer, type IncomingMessage, request as forward, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { sendPage, Stall, type StallKind } from './stall.js';

/** Of the calls that arrive while pages are sent, in turn. `answered`: Slack gets the call, its client a page. */
const TREATMENTS = ['refused', 'passed', 'answered', 'passed'] as const;

/** An HTTP proxy in front of Slack's Web API. */
export class ApiProxy {
  readonly #stall = new Stall();
  readonly #server = createServer((request, response) => {
    // Fails when the client was killed meanwhile.
    this.#handle(request, response).catch(() => response.destroy());
  });
  #paged = 0;

  /** `target`: base URL of the API. */
  constructor(private readonly target: string) {}

  /** Resolves with the base URL. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    const { pathname } = new URL(this.target);
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${pathname}`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Resolves at the end of the stall. */
  stall(kind: StallKind, forMs: number): Promise<void> {
    return this.#stall.begin(kind, forMs);
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url: path, headers } = request;
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const treatment = (await this.#stall.meets()) === 'page' ? TREATMENTS[this.#paged++ % TREATMENTS.length] : 'passed';
    // Who has given up wants nothing done any more.
    if (response.destroyed) return;
    if (treatment === 'refused') return sendPage(response);
    const { hostname, port } = new URL(this.target);
    const call = forward({ hostname, port, path, method, headers }, (answer) => {
      if (treatment === 'passed') {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
        return;
      }
      answer.resume();
      sendPage(response);
    });
    // The simulator drops some connections on purpose.
    call.on('error', () => response.destroy());
    call.end(Buffer.concat(parts));
  }
}
