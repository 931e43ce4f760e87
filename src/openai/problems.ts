/** Classifies errors of the model's service: whose fault, and whether a retry helps. Pure. */
import { types } from 'node:util';
import { APIConnectionError, APIError } from 'openai';
import { ModelError } from '../core/errors.js';
import type { ModelProblem, Usage } from '../core/ports.js';
import { cutAt } from '../core/text.js';
import type { ReportedError } from './error-body.js';

export interface Failure {
  /** The same request may succeed later. */
  retry: boolean;
  /** How long the server asks to wait, milliseconds. */
  afterMs?: number;
  /** HTTP status, of the response or from inside a stream. */
  status?: number;
  error: ModelError;
}

/** The stream broke off, fell silent, or ended before the answer did. */
export class BrokenStream extends Error {
  override readonly name = 'BrokenStream';
}

/** The answer ended properly and was empty. */
export class EmptyAnswer extends Error {
  override readonly name = 'EmptyAnswer';
  constructor(
    message: string,
    readonly retry: boolean,
    /** Tokens were used all the same, for reasoning for example. */
    readonly usage?: Usage,
  ) {
    super(message);
  }
}

/** The server is not a model's service. */
export class NotAStream extends Error {
  override readonly name = 'NotAStream';
}

/** The server does not know the API. */
export class UnknownApi extends Error {
  override readonly name = 'UnknownApi';
}

/** An error reported inside a stream, as the SDK throws those of a response. */
export function reportedFailure(reported: ReportedError | null | undefined): Error {
  if (!reported) return new BrokenStream('the response failed without a reason');
  return new APIError(undefined, reported, undefined, undefined);
}

/** Of what the server says, only this much goes into the log: it may be a whole page, or quote the prompt. */
const MAX_MESSAGE_LENGTH = 500;
/** The same for its codes, which are single words. */
const MAX_CODE_LENGTH = 100;

/**
 * Error codes and types that mean the same with any status. They come in response bodies and inside streams.
 * https://platform.openai.com/docs/guides/error-codes and, for content_filter,
 * https://learn.microsoft.com/azure/ai-foundry/openai/concepts/content-filter
 */
const PROBLEM_BY_CODE: Readonly<Record<string, ModelProblem>> = {
  invalid_api_key: 'bad_key',
  authentication_error: 'bad_key',
  permission_error: 'bad_key',
  insufficient_quota: 'no_quota',
  billing_not_active: 'no_quota',
  billing_hard_limit_reached: 'no_quota',
  rate_limit_exceeded: 'rate_limited',
  model_not_found: 'unknown_model',
  context_length_exceeded: 'context_too_long',
  // llama.cpp
  exceed_context_size_error: 'context_too_long',
  content_filter: 'content_filter',
  // The Images API, and of older models and other servers
  moderation_blocked: 'content_filter',
  content_policy_violation: 'content_filter',
  // OpenAI's reasoning models, for a prompt that is against the usage policies
  invalid_prompt: 'content_filter',
  bio_policy: 'content_filter',
  cyber_policy: 'content_filter',
  data_residency_mismatch: 'bad_request',
  invalid_request_error: 'bad_request',
  BadRequestError: 'bad_request',
};

const PROBLEM_BY_STATUS: Readonly<Record<number, ModelProblem>> = {
  401: 'bad_key',
  // OpenRouter and DeepSeek: out of credit
  402: 'no_quota',
  403: 'bad_key',
  404: 'unknown_model',
  413: 'context_too_long',
};

const BAD_REQUEST: ReadonlySet<number | undefined> = new Set([400, 422, undefined]);

const RATE_LIMITED_STATUS = 429;
const RETRIED_STATUS: ReadonlySet<number> = new Set([408, 409]);
const RETRIED: ReadonlySet<ModelProblem> = new Set(['unavailable', 'rate_limited']);

/** A line of a stack trace. */
const FRAME = /^ {4}at .{1,300}$/gm;
const MAX_FRAMES = 10;

/** vLLM and others have no code for a prompt that is too long: "This model's maximum context length is …". */
const CONTEXT_TOO_LONG = /maximum context length|context window/i;

/**
 * `now`: milliseconds since 1970, for a `Retry-After` that is a date. `secrets` are removed from the server's message:
 * some proxies quote the key that they refuse.
 */
export function modelFailure(error: unknown, now: number, secrets: readonly string[] = []): Failure {
  if (error instanceof EmptyAnswer)
    return { retry: error.retry, error: new ModelError('empty', error.message, error.usage && { usage: error.usage }) };
  if (error instanceof NotAStream) return { retry: false, error: new ModelError('bad_request', error.message) };
  if (error instanceof UnknownApi) return { retry: false, error: new ModelError('unknown_api', error.message) };
  if (error instanceof APIError && !(error instanceof APIConnectionError)) return refusal(error, now, secrets);
  // The rest are network errors: no connection, a dropped socket (undici's plain `TypeError: terminated`), a chunk that
  // is not JSON, silence.
  return { retry: true, error: new ModelError('unavailable', broken(error), { cause: bounded(error) }) };
}

function refusal(error: APIError, now: number, secrets: readonly string[]): Failure {
  const status = statusOf(error);
  const problem = problemOf(error, status);
  const afterMs = retryAfter(error.headers, now);
  const message = excerpt(error.message, secrets);
  return {
    retry: RETRIED.has(problem),
    ...(afterMs !== undefined && { afterMs }),
    ...(status !== undefined && { status }),
    error: new ModelError(problem, message, { cause: withoutSecrets(error, secrets) }),
  };
}

/** The error if it refuses something in the request, with 400 or 422. Inside a stream there may be no status. */
export function refusedRequest(error: unknown): APIError | undefined {
  if (!(error instanceof APIError) || error instanceof APIConnectionError) return undefined;
  const status = statusOf(error);
  const problem = problemOf(error, status);
  // A prompt that is too long or flagged is refused for what it is, whatever else the message names.
  const vague = problem === 'bad_request' || (status === undefined && problem === 'unavailable');
  return vague && BAD_REQUEST.has(status) ? error : undefined;
}

/** The response's status. Inside a stream, some servers (vLLM, OpenRouter) send it as a numeric code. */
function statusOf({ status, code }: APIError): number | undefined {
  if (typeof status === 'number') return status;
  const told = Number(code);
  return Number.isInteger(told) && told >= 400 && told <= 599 ? told : undefined;
}

function problemOf({ code, type, message }: APIError, status: number | undefined): ModelProblem {
  const named = PROBLEM_BY_CODE[String(code)] ?? PROBLEM_BY_CODE[String(type)];
  // `bad_request` is vague: the status or the message may say more.
  if (named && named !== 'bad_request') return named;
  if (status === RATE_LIMITED_STATUS) return 'rate_limited';
  if (status !== undefined && (RETRIED_STATUS.has(status) || status >= 500)) return 'unavailable';
  if (CONTEXT_TOO_LONG.test(message)) return 'context_too_long';
  if (status !== undefined) return PROBLEM_BY_STATUS[status] ?? 'bad_request';
  return named ?? 'unavailable';
}

/** https://www.rfc-editor.org/rfc/rfc9110#field.retry-after; `retry-after-ms` is OpenAI's and Azure's. */
function retryAfter(headers: Headers | undefined, now: number): number | undefined {
  const ms = headers?.get('retry-after-ms');
  if (ms && Number(ms) >= 0) return Number(ms);
  const after = headers?.get('retry-after');
  if (!after) return undefined;
  const wait = Number.isNaN(Number(after)) ? Date.parse(after) - now : Number(after) * 1_000;
  return Number.isNaN(wait) ? undefined : Math.max(0, wait);
}

function broken(error: unknown): string {
  if (error instanceof SyntaxError) return 'the stream held broken JSON';
  if (!types.isNativeError(error)) return 'the stream broke';
  const code = codes(error).at(-1);
  return code ? `${excerpt(error.message)} (${code})` : excerpt(error.message);
}

/** Codes of Node and undici from an error to its root cause: ECONNREFUSED, UND_ERR_SOCKET … */
function codes(error: unknown): string[] {
  if (!types.isNativeError(error)) return [];
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : [];
  return [...own, ...codes(error.cause)];
}

/** OpenAI quotes the refused key except for its middle: "Incorrect API key provided: sk-abc***xyz". */
function scrubbed(message: string, secrets: readonly string[]): string {
  const clean = secrets.reduce((rest, secret) => rest.replaceAll(secret, '…'), message);
  return clean.replaceAll(/\bsk-[\w*.-]+/g, 'sk-…').replaceAll(/(key provided: )\S+/gi, '$1…');
}

/** The beginning of what the server says. Secrets are removed first, so that none is cut in two and missed. */
function excerpt(message: string, secrets: readonly string[] = []): string {
  return cutAt(scrubbed(message, secrets), MAX_MESSAGE_LENGTH);
}

/** The error as a cause. Causes are logged whole, and an API error's body would repeat the message. */
function withoutSecrets(error: APIError, secrets: readonly string[]): Error {
  const cause = shortened(error, secrets);
  const [code, type] = [error.code, error.type].map((word) => (word ? excerptOfCode(word, secrets) : word));
  return Object.assign(cause, { status: error.status, requestId: error.requestID, code, type });
}

function excerptOfCode(code: unknown, secrets: readonly string[]): string {
  return cutAt(scrubbed(String(code), secrets), MAX_CODE_LENGTH);
}

/** A cause of any other kind: itself, unless a message in it is too long for the log. */
function bounded(error: unknown): unknown {
  return hasLongMessage(error) ? shortened(error) : error;
}

function hasLongMessage(error: unknown): error is Error {
  return types.isNativeError(error) && (error.message.length > MAX_MESSAGE_LENGTH || hasLongMessage(error.cause));
}

/** An error of the same name with an excerpt of the message. */
function shortened(error: Error, secrets: readonly string[] = []): Error {
  const cause = new Error(excerpt(error.message, secrets));
  cause.name = error.constructor.name;
  const stack = error.stack ?? '';
  // The stack repeats the message above its first frame.
  const frames = stack.slice(stack.lastIndexOf(error.message) + error.message.length).match(FRAME) ?? [];
  cause.stack = [`${cause.name}: ${cause.message}`, ...frames.slice(0, MAX_FRAMES)].join('\n');
  if (types.isNativeError(error.cause)) cause.cause = bounded(error.cause);
  return cause;
}
