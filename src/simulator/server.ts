import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { ApiResponse } from './api.js';
import { isObject } from './arguments.js';
import type { Json } from './types.js';
import type { BaseUrls } from './wire.js';

const API_PATH = '/api/';
const FILES_PATH = '/files/';
const UPLOADS_PATH = '/upload/v1/';
const AVATARS_PATH = '/avatars/';
const RESPONSES_PATH = '/responses/';
/** `U0A1B2C3D4E-72.svg`: user id, and width in pixels. */
const AVATAR_NAME = /^([A-Z0-9]+)-([1-9]\d{0,3})\.svg$/;
/** Far above what is useful here; protects memory from a faulty client. */
const MAX_BODY_BYTES = 50_000_000;

export interface ServerHandlers {
  readonly call: (method: string, args: Json, token: string | undefined) => Promise<ApiResponse>;
  /** The file with this id; undefined if the file or the token is unknown. */
  readonly file: (id: string, token: string | undefined) => { mimetype: string; content: Buffer } | undefined;
  /** Whether the file was deleted. */
  readonly isGone: (id: string) => boolean;
  /** False if no such upload was announced, or not with this length. */
  readonly upload: (id: string, content: Buffer) => boolean;
  /** A POST to a response URL. */
  readonly respond: (id: string, args: Json) => Promise<ApiResponse>;
  /** A user's avatar as SVG; undefined for an unknown user. */
  readonly avatar: (userId: string, size: number) => string | undefined;
  readonly upgrade: (request: IncomingMessage, stream: Duplex, head: Buffer) => void;
}

/**
 * The HTTP server on 127.0.0.1: Web API (`/api/`), response URLs (`/responses/`), files (`/files/`), uploads
 * (`/upload/v1/`), avatars (`/avatars/`) and WebSocket upgrades.
 */
export class SlackServer {
  readonly #server: Server;
  readonly #handlers: ServerHandlers;

  constructor(handlers: ServerHandlers) {
    this.#handlers = handlers;
    this.#server = createServer((request, response) => {
      this.#handle(request, response).catch((error: unknown) => {
        response.writeHead(500, { 'content-type': 'text/plain' }).end(String(error));
      });
    });
    this.#server.on('upgrade', handlers.upgrade);
  }

  /** `127.0.0.1:PORT`, once listening. */
  get host(): string {
    const address = this.#server.address();
    return `127.0.0.1:${isAddress(address) ? address.port : 0}`;
  }

  get responsesUrl(): string {
    return `http://${this.host}${RESPONSES_PATH}`;
  }

  /** `filesOrigin`: default this server. */
  uploadsUrl(filesOrigin = `http://${this.host}`): string {
    return `${filesOrigin}${UPLOADS_PATH}`;
  }

  /** `filesOrigin`: default this server. */
  baseUrls(filesOrigin = `http://${this.host}`): BaseUrls {
    return { files: `${filesOrigin}${FILES_PATH}`, avatars: `http://${this.host}${AVATARS_PATH}` };
  }

  /** Rejects when the port is taken. Port 0: any free port. */
  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, '127.0.0.1', resolve);
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1];
    if (url.pathname.startsWith(FILES_PATH)) {
      this.#sendFile(url.pathname.slice(FILES_PATH.length).split('/')[0] ?? '', token, response);
      return;
    }
    if (url.pathname.startsWith(UPLOADS_PATH)) {
      const isTaken = this.#handlers.upload(url.pathname.slice(UPLOADS_PATH.length), await readBytes(request));
      response.writeHead(isTaken ? 200 : 400, { 'content-type': 'text/plain' }).end(isTaken ? 'OK' : 'Bad request');
      return;
    }
    if (url.pathname.startsWith(AVATARS_PATH)) {
      this.#sendAvatar(url.pathname.slice(AVATARS_PATH.length), response);
      return;
    }
    const isResponse = url.pathname.startsWith(RESPONSES_PATH);
    if (!isResponse && !url.pathname.startsWith(API_PATH)) {
      response.writeHead(404).end();
      return;
    }
    const body = await readBody(request);
    const args = argumentsOf(request.headers['content-type'] ?? '', body, url);
    if (args === undefined) {
      sendJson(response, { status: 200, headers: {}, body: { ok: false, error: 'invalid_form_data' } });
      return;
    }
    if (isResponse) {
      sendJson(response, await this.#handlers.respond(url.pathname.slice(RESPONSES_PATH.length), args));
      return;
    }
    sendJson(response, await this.#handlers.call(url.pathname.slice(API_PATH.length), args, token));
  }

  /** Needs no token, as at Slack: pages load avatars by URL alone. */
  #sendAvatar(name: string, response: ServerResponse): void {
    const [, userId = '', size = ''] = AVATAR_NAME.exec(name) ?? [];
    const svg = this.#handlers.avatar(userId, Number(size));
    if (svg === undefined) response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'image/svg+xml; charset=utf-8' }).end(svg);
  }

  /** Without a valid token, Slack responds with status 200 and its sign-in page. */
  #sendFile(id: string, token: string | undefined, response: ServerResponse): void {
    if (this.#handlers.isGone(id)) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found');
      return;
    }
    const file = this.#handlers.file(id, token);
    if (file === undefined)
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!DOCTYPE html><title>Slack</title>');
    else response.writeHead(200, { 'content-type': file.mimetype }).end(file.content);
  }
}

function isAddress(address: AddressInfo | string | null): address is AddressInfo {
  return typeof address === 'object' && address !== null;
}

async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString();
}

async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of request) {
    const bytes = Buffer.from(part);
    size += bytes.byteLength;
    if (size > MAX_BODY_BYTES) throw new RangeError(`request body larger than ${MAX_BODY_BYTES} bytes`);
    parts.push(bytes);
  }
  return Buffer.concat(parts);
}

/** Arguments from the query and the body, a form or JSON. Undefined if the body is malformed. */
function argumentsOf(contentType: string, body: string, url: URL): Json | undefined {
  const query = Object.fromEntries(url.searchParams);
  if (body === '') return query;
  if (!contentType.startsWith('application/json'))
    return { ...query, ...Object.fromEntries(new URLSearchParams(body)) };
  try {
    const json: unknown = JSON.parse(body);
    return isObject(json) ? { ...query, ...json } : undefined;
  } catch {
    // The caller responds with Slack's error for a malformed body.
    return undefined;
  }
}

function sendJson(response: ServerResponse, content: ApiResponse): void {
  if (content === 'drop') {
    response.socket?.destroy();
    return;
  }
  const headers = { ...content.headers, 'content-type': 'application/json; charset=utf-8' };
  response.writeHead(content.status, headers).end(JSON.stringify(content.body));
}
