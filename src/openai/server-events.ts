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
  // Drops a byte order mark.
  const decoder = new TextDecoder();
  const stream = new EventStream(response);
  let head = '';
  let isStream = false;
  if (!response.body) return;
  for await (const bytes of response.body as unknown as AsyncIterable<Uint8Array>) {
    const text = decoder.decode(bytes, { stream: true });
    if (isStream) {
      yield* stream.take(text);
      continue;
    }
    head += text;
    // The body tells more than its content type: servers send a whole answer as an event stream, and a stream as plain text.
    if (isWhole(head)) {
      // Without waiting for the end: some servers keep the connection open.
      const body = parsed(head);
      if (body === undefined) continue;
      yield* wholeBody(body, response);
      return;
    } else if (/^\s*</.test(head)) {
      throw webPage(response);
    } else if (head.trim()) {
      isStream = true;
      yield* stream.take(head);
    }
    // Others keep it open with blank lines before they answer.
  }
  const rest = decoder.decode();
  if (isStream) yield* stream.take(`${rest}\n\n`);
  else if (head.trim()) yield* wholeBody(JSON.parse(head + rest), response);
}

function isWhole(head: string): boolean {
  return /^\s*[{[]/.test(head);
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
  return new NotAStream(`got a web page (${type}) instead of a stream: check OPENAI_BASE_URL`);
}

function* wholeBody(body: unknown, response: Response): Generator<ServerEvent, void, undefined> {
  throwIfError(body, response);
  if (!isObject(body) || !('choices' in body || 'output' in body))
    throw new NotAStream('got JSON without an answer instead of a stream: check OPENAI_BASE_URL');
  yield body;
  yield END;
}

/** Server-sent events. A last one counts without its blank line too: end the stream with one. */
class EventStream {
  private readonly found: EventSourceMessage[] = [];
  private readonly parser = createParser({ onEvent: (event) => void this.found.push(event) });
  private ended = false;

  constructor(private readonly response: Response) {}

  *take(text: string): Generator<ServerEvent, void, undefined> {
    this.parser.feed(text);
    for (const { event: name = '', data } of this.found.splice(0)) {
      // What follows is read, for then the connection can be used again, and ignored.
      if (this.ended || KEEP_ALIVE.test(name) || !data.trim()) continue;
      if (data.startsWith('[DONE]')) {
        this.ended = true;
        yield END;
        continue;
      }
      const body: unknown = JSON.parse(data);
      throwIfError(name === 'error' && isObject(body) && !body['error'] ? { error: body } : body, this.response);
      if (isObject(body)) yield body;
    }
  }
}

function throwIfError(body: unknown, { headers }: Response): void {
  const error = errorIn(body);
  if (error) throw new APIError(undefined, error, undefined, headers);
}
