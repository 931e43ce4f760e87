import { Arguments } from './arguments.js';
import { MethodError } from './errors.js';
import type { Fault, Faults } from './faults.js';
import type { Method, MethodContext } from './methods/method.js';
import { methods } from './methods/registry.js';
import type { Change, Json } from './types.js';

/** Methods that put a message into a channel: besides their tier, about one a second in each. */
const POSTING = new Set(['chat.postMessage']);

/** One call of the Web API, as the journal keeps it. */
export interface Call {
  readonly method: string;
  /** As they came, unparsed, without the token. */
  readonly args: Json;
  /** When it came, in milliseconds since the epoch. */
  readonly at: number;
  /** Milliseconds from then until it was answered, or its connection broken, by the simulator's clock; undefined while it runs. */
  readonly tookMs?: number;
  /** The HTTP status answered; undefined while the call runs. */
  readonly status?: number;
  /** The answer's body; undefined while the call runs and when the connection was broken instead. */
  readonly result?: Json;
  /** The connection was broken instead of an answer. */
  readonly dropped?: true;
}

export type ApiResponse =
  | { readonly status: number; readonly headers: Record<string, string>; readonly body: Json }
  | 'drop';

export interface WebApiParts {
  readonly context: MethodContext;
  readonly faults: Faults;
  readonly botToken: string;
  readonly appToken: string;
  /** So many calls stay in the journal, the newest. */
  readonly mostKept: number;
  readonly notify: (change: Change) => void;
}

/** The Web API without its transport: tokens, limits, planned faults, the journal. https://docs.slack.dev/apis/web-api */
export class WebApi {
  /** Every call so far, in order of arrival, as far as they are kept. */
  readonly calls: Call[] = [];
  readonly #parts: WebApiParts;

  constructor(parts: WebApiParts) {
    this.#parts = parts;
  }

  /** @param token from the Authorization header; a `token` argument stands in for it */
  async call(name: string, given: Json, token: string | undefined): Promise<ApiResponse> {
    const { token: argument, ...args } = given;
    const { context, faults, mostKept, notify } = this.#parts;
    const at = context.timers.now();
    const running: Call = { method: name, args, at };
    if (this.calls.push(running) > mostKept) this.calls.shift();
    const done = (answer: ApiResponse): ApiResponse => {
      const end = answer === 'drop' ? { dropped: true as const } : { status: answer.status, result: answer.body };
      const index = this.calls.lastIndexOf(running);
      if (index >= 0) this.calls[index] = { ...running, tookMs: context.timers.now() - at, ...end };
      notify({ kind: 'call', id: name });
      return answer;
    };
    const fault = faults.take(name, args);
    if (fault?.delayMs !== undefined) {
      const pause = this.#pause(fault.delayMs);
      notify({ kind: 'call', id: name });
      await pause;
    }
    const spoilt = fault === undefined ? undefined : faultResponse(fault);
    if (spoilt !== undefined && fault?.afterEffect !== true) return done(spoilt);
    const answer = this.#run(name, args, token ?? (typeof argument === 'string' ? argument : undefined));
    return done(spoilt ?? answer);
  }

  #run(name: string, raw: Json, token: string | undefined): ApiResponse {
    try {
      const method = methods.get(name);
      if (method === undefined) throw new MethodError('unknown_method', { req_method: name });
      this.#authorize(method, token);
      const args = Arguments.read(raw, method.rules);
      const wait = this.#wait(method, raw);
      if (wait > 0) return rateLimited(wait);
      return ok(method.run(args, this.#parts.context));
    } catch (error) {
      if (!(error instanceof MethodError)) throw error;
      return { status: 200, headers: {}, body: { ok: false, error: error.code, ...error.details } };
    }
  }

  /** @throws MethodError `not_authed`, `invalid_auth`, `not_allowed_token_type` */
  #authorize(method: Method, token: string | undefined): void {
    if (method.token === 'none') return;
    if (token === undefined || token === '') throw new MethodError('not_authed');
    const { botToken, appToken } = this.#parts;
    if (token !== botToken && token !== appToken) throw new MethodError('invalid_auth');
    if (token !== (method.token === 'bot' ? botToken : appToken)) throw new MethodError('not_allowed_token_type');
  }

  #wait(method: Method, raw: Json): number {
    const { rateLimiter } = this.#parts.context;
    if (rateLimiter === undefined) return 0;
    const wait = rateLimiter.takeCall(method.name, method.tier);
    if (wait > 0 || !POSTING.has(method.name)) return wait;
    return rateLimiter.takePost(String(raw['channel']));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      this.#parts.context.timers.after(ms, resolve);
    });
  }
}

function ok(body: Json): ApiResponse {
  return { status: 200, headers: {}, body: { ok: true, ...body } };
}

function rateLimited(seconds: number | 'none'): ApiResponse {
  return {
    status: 429,
    headers: seconds === 'none' ? {} : { 'retry-after': String(seconds) },
    body: { ok: false, error: 'ratelimited' },
  };
}

/** The answer a fault puts in the index of the true one; undefined if it only delays. */
function faultResponse(fault: Fault): ApiResponse | undefined {
  if (fault.drop === true) return 'drop';
  if (fault.status === 429) return rateLimited(fault.retryAfter ?? 1);
  const body = { ok: false, error: fault.error ?? 'internal_error' };
  if (fault.status !== undefined) return { status: fault.status, headers: {}, body };
  return fault.error === undefined ? undefined : { status: 200, headers: {}, body };
}
