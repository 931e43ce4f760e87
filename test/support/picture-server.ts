/** A fake Images API, in front of a model server that answers all other requests. Its pictures say in their bytes what they show. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { passOn } from './proxy.js';

const PNG = Buffer.from('\u0089PNG\r\n\u001A\n', 'latin1');

interface Wish {
  model: unknown;
  prompt: unknown;
}

export class PictureServer {
  /** Pictures asked for, oldest first. */
  readonly asked: Wish[] = [];
  /** Requests that were given up before they were answered. */
  brokenOff = 0;
  #modelUrl = '';
  #held: Promise<void> = Promise.resolve();
  #heldFrom = 1;
  #release = (): void => {};
  #failure: { status: number; error: object } | undefined;
  readonly #server = createServer((request, response) => void this.#answer(request, response));

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  async stop(): Promise<void> {
    this.#release();
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }

  /** Address of the API. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1`;
  }

  /** `modelUrl`: of the server that answers all other requests. */
  inFrontOf(modelUrl: string): void {
    this.#modelUrl = modelUrl;
  }

  /** Answers no more, from this request on, until `release`. */
  hold(from = 1): void {
    this.#heldFrom = from;
    this.#held = new Promise((resolve) => (this.#release = resolve));
  }

  release(): void {
    this.#release();
  }

  /** Answers so from now on. */
  fail(status: number, error: object): void {
    this.#failure = { status, error };
  }

  recover(): void {
    this.#failure = undefined;
  }

  picture(words: string): Buffer {
    return Buffer.concat([PNG, Buffer.from(words)]);
  }

  shows(picture: Buffer | undefined): string {
    return picture?.subarray(0, PNG.length).equals(PNG) ? picture.subarray(PNG.length).toString() : 'no picture';
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    if (!path.startsWith('/v1/images/')) return passOn(request, response, Number(new URL(this.#modelUrl).port), path);
    response.once('close', () => (this.brokenOff += response.writableFinished ? 0 : 1));
    const parts: Uint8Array[] = [];
    for await (const part of request) parts.push(part as Uint8Array);
    const body = Buffer.concat(parts);
    const { prompt, model, from } = path.endsWith('/edits')
      ? await edit(body, request.headers['content-type'])
      : (JSON.parse(body.toString()) as Wish & { from?: undefined });
    this.asked.push({ model, prompt });
    if (this.asked.length >= this.#heldFrom) await this.#held;
    if (this.#failure) {
      const { status, error } = this.#failure;
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error }));
      return;
    }
    const words = from === undefined ? String(prompt) : `${this.shows(from)}, ${String(prompt)}`;
    const usage = {
      input_tokens: 10,
      output_tokens: 1_000,
      input_tokens_details: { text_tokens: 10, image_tokens: 0 },
    };
    const answer = { created: 1, data: [{ b64_json: this.picture(words).toString('base64') }], usage };
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
  }
}

export const startPictures = (): Promise<PictureServer> => new PictureServer().start();

async function edit(body: Buffer, type = ''): Promise<Wish & { from: Buffer }> {
  const sent = await new Response(new Uint8Array(body), { headers: { 'content-type': type } }).formData();
  const image = sent.get('image') as File;
  return { model: sent.get('model'), prompt: sent.get('prompt'), from: Buffer.from(await image.arrayBuffer()) };
}
