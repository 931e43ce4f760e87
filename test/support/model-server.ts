import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';

const REQUESTS = 'http.server.request.start';

/**
 * A model server that stops writing an answer when nobody reads it any more. By itself the mock writes it to its end, as
 * slowly as it was told to, and keeps the tests' process alive so long.
 */
export class ModelServer extends LLMock {
  readonly #endWithReader = (message: unknown): void => {
    const { server, response } = message as { server: Server; response: ServerResponse };
    if (String((server.address() as AddressInfo | null)?.port) !== new URL(this.url).port) return;
    response.once('close', () => response.end());
  };

  override async start(): Promise<string> {
    const url = await super.start();
    subscribe(REQUESTS, this.#endWithReader);
    return url;
  }

  override async stop(): Promise<void> {
    unsubscribe(REQUESTS, this.#endWithReader);
    await super.stop();
  }
}
