/** What a request must be like before anybody looks at what it asks for. */
import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';

/** The longest message, each of its characters in as many bytes as JSON may take. */
const MAX_BODY_BYTES = 256 * 1024;
const HTTP_PORT = 80;

/** What is looked at before anything else. */
type Asked = {
  readonly headers: Pick<IncomingMessage['headers'], 'host' | 'origin'>;
  readonly socket: Pick<IncomingMessage['socket'], 'localPort'>;
};

/** The request is refused; the message is for whoever sent it. */
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
 * Any page open in the browser can send requests to this machine. A foreign one is told by its `Origin`; one whose own
 * name was made to point here (DNS rebinding) by the `Host` that it still calls.
 * Throws `RequestError`.
 */
export function refuseStrangers({ headers, socket }: Asked): void {
  const port = socket.localPort ?? 0;
  // A browser leaves the usual port out.
  const suffix = port === HTTP_PORT ? '' : `:${port}`;
  const own = [`127.0.0.1${suffix}`, `localhost${suffix}`];
  if (!own.includes(headers.host ?? ''))
    throw new RequestError(403, `this is ${own.join(' or ')}, not ${headers.host ?? 'an unnamed host'}`);
  if (headers.origin !== undefined && headers.origin !== `http://${headers.host}`) {
    throw new RequestError(403, `requests from ${headers.origin} are not taken`);
  }
}

/** Answers a request to upgrade its connection, for which there is no `ServerResponse`, and ends it. */
export function refuseUpgrade(
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
  // Whoever asked may be gone, which is all the same.
  stream.on('error', () => {});
  stream.once('finish', () => stream.destroy());
  stream.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}

/**
 * The body, which must call itself JSON: a plain form of another page's cannot.
 * Throws `RequestError`.
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  if (!/^application\/json *(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new RequestError(415, 'content-type must be application/json');
  const body = await readBody(request);
  try {
    return JSON.parse(body) as unknown;
  } catch {
    throw new RequestError(400, 'the body is not JSON');
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  // Left open when it is too long: on a destroyed connection the answer would never arrive.
  for await (const part of request.iterator({ destroyOnReturn: false })) {
    const buffer = Buffer.from(part as Uint8Array);
    bytes += buffer.length;
    if (bytes > MAX_BODY_BYTES) throw new RequestError(413, `the body is longer than ${MAX_BODY_BYTES} bytes`);
    parts.push(buffer);
  }
  return Buffer.concat(parts).toString();
}
