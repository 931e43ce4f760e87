import { pino } from 'pino';
import type { LogLevel } from '../config/config.js';
import type { Logger } from '../core/ports.js';

/**
 * Slack's and OpenAI's tokens, anywhere in a line. `sk-` must begin a word, unlike in "disk-…"; it may follow a line
 * break, which is `\n` in JSON.
 */
const TOKENS = /(?:xox[a-z]-|xapp-|(?:\b|(?<=\\[nrt]))sk-)[\w.-]{6,}/g;
/**
 * A Redis URL up to its password, then all that may belong to the password, which may contain an @. It takes the whole
 * word whether or not there is an @ in it: looking for one and going back would take quadratic time.
 */
const REDIS_URL = /(rediss?:\/\/[^:@/\s"]*:)([^\s"]*)/g;
/** The same of a proxy, whose password has no slash: what follows one may have an @ of its own. */
const PROXY_URL = /(https?:\/\/[^:@/\s"]*:)([^/\s"]*)/g;

/** Arguments of a failed Redis command, which ioredis adds to errors: people's messages, or the password. */
const COMMAND_ARGS = ['err.command.args', 'err.*.command.args'];

/** Writes JSON lines to standard output, with secrets removed, also from errors of libraries. */
export function createLogger(
  level: LogLevel,
  write: (line: string) => void = (line) => process.stdout.write(line),
): Logger {
  const stream = {
    write: (line: string) =>
      write(
        line.replaceAll(REDIS_URL, withoutPassword).replaceAll(PROXY_URL, withoutPassword).replaceAll(TOKENS, '***'),
      ),
  };
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
      redact: { paths: COMMAND_ARGS, remove: true },
    },
    stream,
  );
}

/** As pino does, but for its message: a cause that says the same as the error is not repeated there. */
function describeError(error: Error): unknown {
  const described: unknown = pino.stdSerializers.err(error);
  if (!(error instanceof Error) || typeof described !== 'object' || described === null) return described;
  return { ...described, message: messageWithCauses(error) };
}

function messageWithCauses(error: Error): string {
  const chain = new Set<Error>();
  for (let at: unknown = error; at instanceof Error && !chain.has(at); at = at.cause) chain.add(at);
  const messages: string[] = [];
  for (const { message } of chain) if (!messages.some((known) => known.includes(message))) messages.push(message);
  return messages.join(': ');
}

function withoutPassword(url: string, start: string, rest: string): string {
  const end = rest.lastIndexOf('@');
  return end > 0 ? `${start}***${rest.slice(end)}` : url;
}
