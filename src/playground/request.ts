/** Checks that every HTTP request passes before it is handled. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** Fits the longest message, even when JSON needs several bytes per character. */
const MAX_BODY_BYTES = 256 * 1024;
const HTTP_PORT = 80;

/** The parts of a request that `rejectForeignRequests` checks. */
type RequestOrigin = {
  readonly headers: Pick<IncomingMessage['headers'], 'host' | 'origin'>;
  readonly socket: Pick<IncomingMessage['socket'], 'localPort'>;
};

/** The request is rejected; `message` is sent to the client. */
export class RequestError extends Error {
  override readonly name = 'RequestError';
  constructor(
    readonly status: 400 | 403 | 404 | 405 | 413 | 415,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Rejects requests from other web pages: any page open in the browser can send requests to this machine. `Origin`
 * reveals a foreign page, `Host` one whose domain was pointed here (DNS rebinding).
 * Throws `RequestError`.
 */
export function rejectForeignRequests({ headers, socket }: RequestOrigin): void {
  const port = socket.localPort ?? 0;
  // Browsers omit the default port.
  const suffix = port === HTTP_PORT ? '' : `:${port}`;
  const own = [`127.0.0.1${suffix}`, `localhost${suffix}`];
  if (!own.includes(headers.host ?? ''))
    throw new RequestError(403, `this is ${own.join(' or ')}, not ${headers.host ?? 'an unnamed host'}`);
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
    throw new RequestError(403, `requests from ${headers.origin} are not taken`);
  }
}

/** Rejects an upgrade request, which has no `ServerResponse`, and closes its connection. */
export function rejectUpgrade(
  stream: Duplex,
  { status, message }: { readonly status: number; readonly message: string },
): void {
  const body = JSON.stringify({ error: message });
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'connection: close',
    'content-type: application/json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  // The client may have disconnected already.
  stream.on('error', () => {});
  stream.once('finish', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * Parses the body. The content type must be JSON, which an HTML form on another page cannot send.
 * Throws `RequestError`.
 */
export async function readJson(request: IncomingMessage, maxBytes = MAX_BODY_BYTES): Promise<unknown> {
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new RequestError(415, 'content-type must be application/json');
  const body = await readBody(request, maxBytes);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new RequestError(400, 'the body is not JSON');
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // A body that is too long must not destroy the connection: the error response would never arrive.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const buffer = Buffer.from(part as Uint8Array);
    bytes += buffer.length;
    if (bytes > maxBytes)
      throw new RequestError(
        413,
        `This is too long to be sent: it has more than ${maxBytes / 1024} KB. Shorten it, or send it in parts.`,
      );
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString();
}
