/** The log on a terminal: one readable line per entry. Anywhere else it stays JSON. */
import type { WriteStream } from 'node:tty';

type Terminal = Pick<NodeJS.WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'hasColors'>>;

/** Terminals execute these; JSON escapes those below U+0020 by itself. */
const CONTROL_CHARACTERS = /\p{Cc}+/gu;
const UNESCAPED_IN_JSON = /[\u007f-\u009f]/g;

/** Takes the lines of a logger for `stream`. The formatter is only loaded for a terminal: it would slow down every start. */
export async function logWriter(stream: Terminal): Promise<(line: string) => void> {
  if (!stream.isTTY) return (line) => void stream.write(line);
  const { prettyFactory } = await import('pino-pretty');
  const pretty = prettyFactory({
    // Honors NO_COLOR.
    colorize: stream.hasColors?.() === true,
    singleLine: true,
    translateTime: 'SYS:HH:MM:ss',
    // An error as a value of its own would be several lines, with its stack trace. JSON has that.
    errorLikeObjectKeys: [],
    customPrettifiers: { err: (error) => onOneLine(messageOf(error)) },
    messageFormat: (entry, key) => (typeof entry[key] === 'string' ? onOneLine(entry[key]) : ''),
  });
  return (line) => void stream.write(readable(line, pretty));
}

function readable(line: string, pretty: (entry: object) => string): string {
  let entry: unknown;
  try {
    entry = JSON.parse(line.replaceAll(UNESCAPED_IN_JSON, '\uFFFD'));
  } catch {
    // Not the logger's, for example from Node itself.
    return line;
  }
  return typeof entry === 'object' && entry !== null ? pretty(entry) : line;
}

/** Of an error as pino writes it, or of any other value. */
function messageOf(error: unknown): string {
  const message = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined;
  return typeof message === 'string' ? message : JSON.stringify(error);
}

function onOneLine(text: string): string {
  return text.replaceAll(CONTROL_CHARACTERS, ' ').trim();
}
