import { Arguments } from './arguments.js';
import { MethodError } from './errors.js';
import type { Fault, Faults } from './faults.js';
import type { Method, MethodContext } from './methods/method.js';
import { methods } from './methods/registry.js';
import type { Change, Json } from './types.js';

/** Methods that post messages: besides their tier, limited to about one call per second and channel. */
const POSTING = new Set(['chat.postMessage']);

/** A Web API call, as kept in the journal. */
export interface Call {
  readonly method: string;
  /** Raw arguments, without the token. */
  readonly args: Json;
  /** Arrival time, in milliseconds since the epoch. */
  readonly at: number;
  /** Duration in milliseconds, by the simulator's clock; undefined while the call runs. */
  readonly tookMs?: number;
  /** HTTP status of the response; undefined while the call runs, and if the connection was dropped. */
  readonly status?: number;
  /** Body of the response; undefined while the call runs, and if the connection was dropped. */
  readonly result?: Json;
  /** The connection was dropped instead of sending a response. */
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
  /** Maximum number of calls in the journal; the oldest are dropped. */
  readonly maxKept: number;
  readonly notify: (change: Change) => void;
}

/** The Web API without HTTP: tokens, rate limits, injected faults, journal. https://docs.slack.dev/apis/web-api */
export class WebApi {
  /** The journal: the kept calls, in order of arrival. */
  readonly calls: Call[] = [];
  readonly #parts: WebApiParts;

  constructor(parts: WebApiParts) {
    this.#parts = parts;
  }

  /**
   * @param token from the Authorization header; if undefined, the `token` argument is used
   * @param method default: the Web API's method of this name
   */
  async call(
    name: string,
    rawArgs: Json,
    token: string | undefined,
    method: Method | undefined = methods.get(name),
  ): Promise<ApiResponse> {
    const { token: argument, ...args } = rawArgs;
    const { context, faults, maxKept, notify } = this.#parts;
    const at = context.timers.now();
    const running: Call = { method: name, args, at };
    if (this.calls.push(running) > maxKept) this.calls.shift();
    const finish = (response: ApiResponse): ApiResponse => {
      const end = response === 'drop' ? { dropped: true as const } : { status: response.status, result: response.body };
      const index = this.calls.lastIndexOf(running);
      if (index >= 0) this.calls[index] = { ...running, tookMs: context.timers.now() - at, ...end };
      notify({ kind: 'call', id: name });
      return response;
    };
    const fault = faults.take(name, args);
    if (fault?.delayMs !== undefined) {
      const pause = this.#pause(fault.delayMs);
      notify({ kind: 'call', id: name });
      await pause;
    }
    const injected = fault === undefined ? undefined : faultResponse(fault);
    if (injected !== undefined && fault?.afterEffect !== true) return finish(injected);
    const response = this.#run(name, method, args, token ?? (typeof argument === 'string' ? argument : undefined));
    return finish(injected ?? response);
  }

  #run(name: string, method: Method | undefined, raw: Json, token: string | undefined): ApiResponse {
    try {
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

/** The response that the fault sends instead of the real one; undefined if the fault only delays. */
function faultResponse(fault: Fault): ApiResponse | undefined {
  if (fault.drop === true) return 'drop';
  if (fault.status === 429) return rateLimited(fault.retryAfter ?? 1);
  const body = { ok: false, error: fault.error ?? 'internal_error' };
  if (fault.status !== undefined) return { status: fault.status, headers: {}, body };
  return fault.error === undefined ? undefined : { status: 200, headers: {}, body };
}
