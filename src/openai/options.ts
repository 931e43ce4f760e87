/** What a request can do without when its server refuses it. Pure. */
import { isObject, type JsonObject } from './error-body.js';
import { systemInFirstUserMessage } from './system-role.js';

/** The words of a refusal. */
interface Refusal {
  message: string;
  param: string;
}

export interface Option {
  /** For the log. */
  name: string;
  /** What becomes of it, for the log. */
  effect: string;
  /** An operator set it, or people see that it is gone. */
  isMissed: boolean;
  isIn(params: JsonObject): boolean;
  isNamedIn(refusal: Refusal, params: JsonObject): boolean;
  without(params: JsonObject): JsonObject;
}

const ABOUT_REASONING = /reasoning summar|['"`]reasoning\b/i;
/** The option is known, and its value is not. */
const ABOUT_VALUE = /\bvalue\b/i;
/** By another name it would be too large too. */
const ABOUT_SIZE = /too (large|high|big)|at most|less than|exceed/i;

/**
 * Templates of models without a system role (Gemma, the first Mistral) and servers that check the first message. "After
 * the optional system message, roles must alternate" is about the others.
 */
const SYSTEM_ROLE = [
  /\bsystem['"`]?\W{1,3}(role|message|prompt|instruction)/i,
  /\broles?\b[^.]{0,80}\bsystem\b/i,
  /\b(messages|input)\b\W{1,2}\d+\W{1,2}role\b/i,
  /\bdeveloper instruction/i,
  /\bonly user\b.{0,20}\b(assistant|model)\b.{0,20}\broles?\b/i,
  /\broles must alternate\b/i,
  /["'`]system\\?["'`]/i,
];
const OTHER_ROLES = /optional system message/i;

const SYSTEM: Option = {
  name: 'the system role',
  effect: 'its text goes in front of the first user message',
  isMissed: false,
  isIn: (params) => messagesOf(params).some(([, list]) => list.some(({ role }) => role === 'system')),
  isNamedIn: ({ message, param }) =>
    !OTHER_ROLES.test(message) && SYSTEM_ROLE.some((pattern) => pattern.test(`${param} ${message}`)),
  without: (params) => ({
    ...params,
    ...Object.fromEntries(messagesOf(params).map(([key, list]) => [key, systemInFirstUserMessage(list)])),
  }),
};

const BREAKPOINTS: Option = {
  name: 'prompt_cache_breakpoint',
  effect: 'it is left out from now on',
  isMissed: false,
  isIn: (params) => messagesOf(params).some(([, list]) => list.some(({ content }) => hasBreakpoint(content))),
  isNamedIn: ({ message, param }) => /cache[_ ]?breakpoint/i.test(`${param} ${message}`),
  without: (params) => ({
    ...params,
    ...Object.fromEntries(
      messagesOf(params).map(([key, list]) => [
        key,
        list.map((message) => ({ ...message, content: withoutBreakpoints(message['content']) })),
      ]),
    ),
  }),
};

const MAX_TOKENS = parameter('max_completion_tokens');

export const CHAT_OPTIONS: readonly Option[] = [
  parameter('stream_options'),
  {
    ...MAX_TOKENS,
    effect: 'it becomes max_tokens',
    isNamedIn: (refusal, params) => !ABOUT_SIZE.test(refusal.message) && MAX_TOKENS.isNamedIn(refusal, params),
    without: ({ max_completion_tokens: max, ...others }) => ({ ...others, max_tokens: max }),
  },
  parameter('temperature', 'OPENAI_TEMPERATURE'),
  parameter('reasoning_effort', 'OPENAI_REASONING_EFFORT'),
  parameter('verbosity', 'the setting of the verbosity'),
  parameter('prompt_cache_key'),
  parameter('prompt_cache_options'),
  BREAKPOINTS,
  parameter('safety_identifier'),
  SYSTEM,
];

export const RESPONSES_OPTIONS: readonly Option[] = [
  {
    // OpenAI makes summaries only for verified organizations, and refuses them for models that do not reason.
    // https://help.openai.com/en/articles/10910291-api-organization-verification
    name: 'reasoning summaries',
    effect: 'what the model thinks is not shown',
    isMissed: true,
    isIn: ({ reasoning }) => isObject(reasoning) && 'summary' in reasoning,
    isNamedIn: (refusal, { reasoning }) =>
      isAboutReasoning(refusal) && !(isObject(reasoning) && 'effort' in reasoning && isAboutEffort(refusal)),
    without: (params) => withoutReasoning(params, 'summary'),
  },
  {
    name: 'reasoning.effort',
    effect: 'OPENAI_REASONING_EFFORT has no effect',
    isMissed: true,
    isIn: ({ reasoning }) => isObject(reasoning) && 'effort' in reasoning,
    // A value that the model does not know is for the operator to mend.
    isNamedIn: (refusal, { reasoning }) =>
      !ABOUT_VALUE.test(refusal.message) &&
      isAboutReasoning(refusal) &&
      (isAboutEffort(refusal) || !(isObject(reasoning) && 'summary' in reasoning)),
    without: (params) => withoutReasoning(params, 'effort'),
  },
  {
    name: 'text.verbosity',
    effect: 'the verbosity setting has no effect',
    isMissed: true,
    isIn: ({ text }) => isObject(text) && 'verbosity' in text,
    isNamedIn: ({ message, param }) => /verbosity|^text\b/i.test(`${param} ${message}`),
    without: (params) => omit(params, 'text'),
  },
  parameter('temperature', 'OPENAI_TEMPERATURE'),
  parameter('prompt_cache_key'),
  parameter('prompt_cache_options'),
  BREAKPOINTS,
  parameter('safety_identifier'),
  SYSTEM,
];

/** `setting`: where an operator set it. */
function parameter(name: string, setting?: string): Option {
  const named = new RegExp(`(?<![a-z0-9_])${name.replaceAll('_', '[_ ]?')}(?![a-z0-9_])`, 'i');
  return {
    name,
    effect: setting === undefined ? 'it is left out from now on' : `${setting} has no effect`,
    isMissed: setting !== undefined,
    isIn: (params) => name in params,
    isNamedIn: ({ message, param }) => named.test(`${param} ${message}`),
    without: (params) => omit(params, name),
  };
}

function isAboutReasoning({ message, param }: Refusal): boolean {
  return param.startsWith('reasoning') || ABOUT_REASONING.test(message);
}

function isAboutEffort({ message, param }: Refusal): boolean {
  return /effort/i.test(`${param} ${message}`);
}

function withoutReasoning({ reasoning, ...others }: JsonObject, field: 'summary' | 'effort'): JsonObject {
  const rest = isObject(reasoning) ? omit(reasoning, field) : {};
  return Object.keys(rest).length > 0 ? { ...others, reasoning: rest } : others;
}

/** `messages` of Chat Completions, `input` of the Responses API. */
function messagesOf(params: JsonObject): [key: string, list: JsonObject[]][] {
  return ['messages', 'input'].flatMap((key) => {
    const list = params[key];
    return Array.isArray(list) ? [[key, list.filter(isObject)] satisfies [string, JsonObject[]]] : [];
  });
}

function hasBreakpoint(content: unknown): boolean {
  return Array.isArray(content) && content.some((part) => isObject(part) && 'prompt_cache_breakpoint' in part);
}

function withoutBreakpoints(content: unknown): unknown {
  if (!Array.isArray(content)) return content;
  return content.map((part: unknown) => (isObject(part) ? omit(part, 'prompt_cache_breakpoint') : part));
}

function omit(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key));
}
