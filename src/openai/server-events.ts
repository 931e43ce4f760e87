/**
 * A server's answer as JSON objects. The SDK's own reader hides `[DONE]`, loses a last event without a blank line, and
 * takes an empty event or a body that is no stream for broken.
 */
import { createParser, type EventSourceMessage } from 'eventsource-parser';
import { APIError } from 'openai';
import { errorIn, isObject, type JsonObject } from './error-body.js';
import { NotAStream } from './problems.js';

/** The server said that the answer is complete: `[DONE]`, or a body that is whole. */
export const END = Symbol('end of the answer');

export type ServerEvent = JsonObject | typeof END;

/** What some servers and proxies send to keep the connection open. */
const KEEP_ALIVE = /^(ping|keep-?alive|heartbeat)$/i;

/** Throws the error that the server reports, `NotAStream`, or `SyntaxError` for broken JSON. Ends after `END`, with the body. */
export async function* serverEvents(response: Response): AsyncGenerator<ServerEvent, void, undefined> {
  const texts = decoded(response.body);
  let head = '';
  // Some servers keep a connection open with blank lines.
  while (!head.trim()) {
    const next = await texts.next();
    if (next.done) return;
    head += next.value;
  }
  // The body tells more than its content type: servers send a whole answer as an event stream, and a stream as plain text.
  if (/^\s*[{[]/.test(head)) {
    // Without waiting for the end: some servers keep the connection open.
    let body = parsed(head);
    for (let next; body === undefined && !(next = await texts.next()).done; body = parsed(head)) head += next.value;
    yield* wholeBody(body ?? JSON.parse(head), response);
  } else if (/^\s*</.test(head)) {
    throw webPage(response);
  } else {
    yield* stream(head, texts, response);
  }
}

/** Undefined while the JSON is not whole. */
function parsed(text: string): unknown {
  if (!/[}\]]\s*$/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

export function webPage({ headers }: Response): NotAStream {
  const type = headers.get('content-type') ?? 'no content type';
  return new NotAStream(`a web page (${type}) came instead of a stream: is OPENAI_BASE_URL right?`);
}

function* wholeBody(body: unknown, response: Response): Generator<ServerEvent, void, undefined> {
  throwIfError(body, response);
  if (!isObject(body) || !('choices' in body || 'output' in body))
    throw new NotAStream('JSON without an answer came instead of a stream: is OPENAI_BASE_URL right?');
  yield body;
  yield END;
}

async function* stream(
  head: string,
  texts: AsyncIterable<string>,
  response: Response,
): AsyncGenerator<ServerEvent, void, undefined> {
  let ended = false;
  for await (const { event: name = '', data } of sentEvents(head, texts)) {
    // What follows is read, for then the connection can be used again, and ignored.
    if (ended || KEEP_ALIVE.test(name) || !data.trim()) continue;
    if (data.startsWith('[DONE]')) {
      ended = true;
      yield END;
      continue;
    }
    const body: unknown = JSON.parse(data);
    throwIfError(name === 'error' && isObject(body) && !body['error'] ? { error: body } : body, response);
    if (isObject(body)) yield body;
  }
}

function throwIfError(body: unknown, { headers }: Response): void {
  const error = errorIn(body);
  if (error) throw new APIError(undefined, error, undefined, headers);
}

/** Server-sent events. A last one counts without its blank line too. */
async function* sentEvents(
  head: string,
  texts: AsyncIterable<string>,
): AsyncGenerator<EventSourceMessage, void, undefined> {
  const found: EventSourceMessage[] = [];
  const parser = createParser({ onEvent: (event) => found.push(event) });
  const eventsIn = (text: string): EventSourceMessage[] => {
    parser.feed(text);
    return found.splice(0);
  };
  yield* eventsIn(head);
  for await (const text of texts) yield* eventsIn(text);
  yield* eventsIn('\n\n');
}

async function* decoded(body: Response['body']): AsyncGenerator<string, void, undefined> {
  if (!body) return;
  // Drops a byte order mark.
  const decoder = new TextDecoder();
  for await (const bytes of body as AsyncIterable<Uint8Array>) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}
