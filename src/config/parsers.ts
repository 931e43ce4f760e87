/** Parsers for the texts of environment variables. Pure. Messages never quote the text, which may be a secret. */
import { isIPv6 } from 'node:net';
import * as z from 'zod';
import type { SettingsBy, SuggestedPrompt } from '../core/settings.js';

/** Turns a text from the environment into a value, or into an issue that says what the text must be. */
export type Parser<T> = z.ZodType<T, string>;

export const text = z.string();

/** Text that matches `pattern`. `knownMistakes`: patterns of likely mistakes, each with its own message. */
export function matching(
  pattern: RegExp,
  problem: string,
  knownMistakes: readonly (readonly [RegExp, string])[] = [],
): Parser<string> {
  return text.superRefine((value, context) => {
    if (pattern.test(value)) return;
    const mistake = knownMistakes.find(([mistakePattern]) => mistakePattern.test(value));
    context.addIssue({ code: 'custom', message: mistake?.[1] ?? problem });
  });
}

function number(pattern: RegExp, min: number, max: number, kind: string): Parser<number> {
  return text
    .refine(
      (value) => pattern.test(value) && Number(value) >= min && Number(value) <= max,
      `must be ${kind} from ${min} to ${max}`,
    )
    .transform(Number);
}

export const whole = (min: number, max: number): Parser<number> => number(/^\d+$/, min, max, 'a whole number');
export const decimal = (min: number, max: number): Parser<number> => number(/^\d+(\.\d+)?$/, min, max, 'a number');

export function url(...protocols: string[]): Parser<string> {
  const shapes = protocols.map((protocol) => `${protocol}//…`).join(' or ');
  return text
    .refine((value) => URL.canParse(value) && protocols.includes(new URL(value).protocol), {
      error: `must be a URL, ${shapes}`,
      abort: true,
    })
    .refine(hasDecodableUser, BAD_PERCENT);
}

const BAD_PERCENT = 'has a bare % in its user or password: write %25 instead';

/** User and password are decoded before they are sent. */
function hasDecodableUser(value: string): boolean {
  const { username, password } = new URL(value);
  try {
    decodeURIComponent(username + password);
    return true;
  } catch {
    return false;
  }
}

/** Address of an HTTP proxy. */
export const proxy: Parser<string> = text.superRefine((value, context) => {
  const problem = proxyProblem(value);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem });
});

function proxyProblem(value: string): string | undefined {
  if (/^socks/i.test(value)) return 'names a SOCKS proxy: Skein needs an HTTP proxy, http://host:port';
  if (!/^https?:\/\//i.test(value)) return 'must begin with http:// (or https://), such as http://host:port';
  if (!URL.canParse(value))
    return 'is not a URL: write http://host:port, with special characters in user and password percent-encoded';
  const { username, password, pathname, search } = new URL(value);
  if (pathname !== '/' || search !== '') return 'must end after host and port';
  if (Boolean(username) !== Boolean(password)) return 'must have both a user and a password, or neither';
  return hasDecodableUser(value) ? undefined : BAD_PERCENT;
}

export interface Address {
  readonly host: string;
  readonly port: number;
}

const MAX_PORT = 65_535;

/** One or more `host:port`, separated by commas. */
export const addresses: Parser<Address[]> = text.transform((value, context): Address[] => {
  const problems = new Set<string>();
  const parsed = value.split(',').map((entry): Address => {
    const [, bracketed, name, port] = /^(?:\[([^\]]*)\]|([\w.-]+)):(\d+)$/.exec(entry.trim()) ?? [];
    if (isIPv6(entry.trim()) || (bracketed !== undefined && !isIPv6(bracketed)))
      problems.add('must have IPv6 addresses in brackets, such as [::1]:6379');
    else if (port === undefined) problems.add('must be host:port, or several separated by commas');
    else if (Number(port) < 1 || Number(port) > MAX_PORT) problems.add(`must have ports from 1 to ${MAX_PORT}`);
    return { host: bracketed ?? name ?? '', port: Number(port) };
  });
  for (const message of problems) context.addIssue({ code: 'custom', message });
  return problems.size > 0 ? z.NEVER : parsed;
});

export function oneOf<const T extends string>(...values: T[]): Parser<T> {
  return z.enum(values, { error: `must be one of ${values.join(', ')}` });
}

/** Several of these, separated by commas, or `off` for none. */
export function someOf<const T extends string>(...values: T[]): Parser<T[]> {
  const known = new Set<string>(values);
  const named = (value: string): string[] => value.split(',').map((name) => name.trim());
  return text
    .refine((value) => value.trim() === 'off' || named(value).every((name) => known.has(name)), {
      error: `must be off, or some of ${values.join(', ')}, separated by commas`,
    })
    .transform((value) => (value.trim() === 'off' ? [] : values.filter((name) => named(value).includes(name))));
}

export const yesOrNo: Parser<boolean> = z.stringbool({
  truthy: ['true', '1', 'yes'],
  falsy: ['false', '0', 'no'],
  error: 'must be true or false',
});

/** Does not use zod's messages, because they quote the value, which may be a secret. */
export function jsonOfStrings(example: string): Parser<Record<string, string>> {
  const problem = `must be a JSON object whose values are strings, such as ${example}`;
  return text.transform((value, context): Record<string, string> => {
    try {
      const strings = z.record(z.string(), z.string()).safeParse(JSON.parse(value));
      if (strings.success) return strings.data;
    } catch {
      // Not JSON: reported below.
    }
    context.addIssue({ code: 'custom', message: problem });
    return z.NEVER;
  });
}

const MAX_PROMPTS = 4;
/** Longer titles do not fit on a button. */
const MAX_PROMPT_TITLE = 60;
const MAX_PROMPT_MESSAGE = 2_000;

/** Suggested prompts, as a JSON object of messages by title. */
export const prompts: Parser<SuggestedPrompt[]> = jsonOfStrings('{"Get started": "What can you do?"}').transform(
  (messages, context): SuggestedPrompt[] => {
    const parsed = Object.entries(messages).map(([title, message]) => ({
      title: title.trim(),
      message: message.trim(),
    }));
    const fail = (message: string): void => context.addIssue({ code: 'custom', message });
    if (parsed.length > MAX_PROMPTS) fail(`must have at most ${MAX_PROMPTS} prompts`);
    if (parsed.some(({ title }) => title === '' || title.length > MAX_PROMPT_TITLE))
      fail(`must have titles of 1 to ${MAX_PROMPT_TITLE} characters`);
    if (parsed.some(({ message }) => message === '' || message.length > MAX_PROMPT_MESSAGE))
      fail(`must have messages of 1 to ${MAX_PROMPT_MESSAGE} characters`);
    return parsed;
  },
);

export const headers: Parser<Record<string, string>> = jsonOfStrings('{"api-key": "…"}').superRefine(
  (value, context) => {
    for (const [name, content] of Object.entries(value)) {
      if (/^[\w!#$%&'*+.^`|~-]+$/.test(name) && /^[\t\x20-\x7e]*$/.test(content)) continue;
      context.addIssue({ code: 'custom', message: 'contains an invalid HTTP header name or value' });
      return;
    }
  },
);

const ROLES = ['admins', 'channel-creators', 'channel-members'];

/** Roles and user ids, with commas between them. */
export const settingsBy: Parser<SettingsBy> = text.transform((value, context): SettingsBy => {
  const named = value.split(',').map((one) => one.trim());
  if (!named.every((one) => ROLES.includes(one) || /^[UW][A-Z0-9]+$/.test(one)))
    context.addIssue({ code: 'custom', message: `must be ${ROLES.join(', ')} or user ids, separated by commas` });
  return {
    admins: named.includes('admins'),
    channelCreators: named.includes('channel-creators'),
    channelMembers: named.includes('channel-members'),
    people: named.filter((one) => !ROLES.includes(one)),
  };
});
