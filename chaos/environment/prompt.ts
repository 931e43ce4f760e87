/** Reads what the bot sends to the model. */
import { CHANNEL_HEAD, CHANNEL_TAIL } from '../../src/prompt/channel-before.js';
import { parseAnswers, withStopMarked } from '../checker/answer-format.js';
import type { Prompt, PromptReply, PromptTurn } from '../checker/evidence.js';

export interface ChatMessage {
  readonly role: string;
  readonly content: string;
}

interface AttachedFile {
  readonly name: string;
  readonly content: string;
  readonly mimetype?: string;
}

/** A file whose words are known by a number. Neither looks like a message's token. */
export function attachedFile(number: number): AttachedFile {
  return { name: `note-${number}.txt`, content: `attached-${number}` };
}

/** A recording in which just that is said. */
export function recordingOf(number: number): AttachedFile {
  const { content } = attachedFile(number);
  return { name: `note-${number}.wav`, content: `RIFF\0\0\0\0WAVEfmt ${content}`, mimetype: 'audio/wav' };
}

/** The number of what is said in a recording that a request has. */
export function recordedIn(request: string): string | undefined {
  return /\battached-(\d+)\b/.exec(request)?.[1];
}

const NAMED = /\[file: note-(\d+)\.(?:txt|wav)/g;
/** With what it says, or a reason that is none of the bot's. */
const READ =
  /\battached-(\d+)\b|The file "note-(\d+)\.(?:txt|wav)" is not read: (?:the download failed|it was deleted|Slack does not hand it out)/g;
/** Whether that is so, the service knows. */
const UNHEARD = /The file "note-(\d+)\.wav" is not read: the service that transcribes it failed/g;

/** Numbers of the recordings that are named. */
export function recordingsIn(messages: readonly ChatMessage[]): string[] {
  const all = messages.map(({ content }) => content).join('\n');
  return Array.from(all.matchAll(/\[file: note-(\d+)\.wav/g), ([, number = '']) => number);
}

/** Numbers of the files that are named, and of which nothing else is said. */
function unreadFiles(messages: readonly ChatMessage[], failed: ReadonlySet<string>): string[] {
  const all = messages.map(({ content }) => content).join('\n');
  const read = new Set(Array.from(all.matchAll(READ), ([, words, refused]) => words ?? refused));
  for (const [, number = ''] of all.matchAll(UNHEARD)) if (failed.has(number)) read.add(number);
  return Array.from(all.matchAll(NAMED), ([, number = '']) => number).filter((number) => !read.has(number));
}

type MutablePrompt = { -readonly [Name in keyof Prompt]: Prompt[Name] };

/** A summary keeps every message and reply, so that the checker finds them again: `⟦q-1 r(q-1)=30 c-2#1⟧`. */
const SUMMARY = /⟦[^⟧]*⟧/g;
/** A reply in a summary: the questions, the number of words, and after an @ how much was there when a person stopped it. */
const KEPT_REPLY = /r\(([^)]*)\)=(\d+)(?:@(\d+))?/g;
/** The beginning of a reply that is neither whole nor stopped. */
const KEPT_REST = /h\(([^)]*)\)/g;

/** `unheard`: numbers of the recordings that the service has failed to write down. */
export function promptFrom(
  all: readonly ChatMessage[],
  firstSentAt: number,
  unheard: ReadonlySet<string> = new Set(),
): MutablePrompt {
  const before = all.flatMap(({ content }) => splitAtChannel(content).before);
  const messages = all.map(({ role, content }) => ({ role, content: splitAtChannel(content).rest }));
  const turnsOf = (some: readonly ChatMessage[]): PromptTurn[] => turnsIn(some.filter(({ role }) => role === 'user'));
  const open = afterLastReply(messages).map(({ role, content }) => ({ role, content: content.replace(SUMMARY, '') }));
  return {
    sentAt: Date.now(),
    firstSentAt,
    turns: turnsOf(messages),
    before: turnsIn(before.map((content) => ({ role: 'user', content }))),
    replies: messages.flatMap(({ role, content }) =>
      role === 'assistant' ? repliesIn(content) : keptReplies(content),
    ),
    open: turnsOf(open).map(({ token }) => token),
    unread: unreadFiles(messages, unheard),
    outcome: 'pending',
  };
}

/** What is to be answered. What stands before a summary may be answered by a reply in it. */
function afterLastReply(messages: readonly ChatMessage[]): ChatMessage[] {
  for (const [at, { role, content }] of [...messages.entries()].toReversed()) {
    const rest = messages.slice(at + 1);
    if (role === 'assistant') return rest;
    const kept = [...content.matchAll(KEPT_REPLY)].at(-1);
    if (kept) return [{ role, content: content.slice(content.indexOf('⟧', kept.index) + 1) }, ...rest];
  }
  return [...messages];
}

export function summaryOf(messages: readonly ChatMessage[]): string {
  const kept = messages.flatMap(({ role, content }) =>
    role === 'assistant'
      ? repliesIn(content).map(({ tokens, count, whole, stoppedAt }) =>
          whole
            ? `r(${tokens.join()})=${count}${stoppedAt === undefined ? '' : `@${stoppedAt}`}`
            : `h(${tokens.join()})`,
        )
      : (content.match(/r\([^)]*\)=\d+(?:@\d+)?|h\([^)]*\)|\b[qc]-\d+(?:#\d+)?/g) ?? []),
  );
  return `⟦${kept.join(' ')}⟧`;
}

function keptReplies(content: string): PromptReply[] {
  const split = (tokens = ''): string[] => tokens.split(',').filter(Boolean);
  return [
    ...Array.from(content.matchAll(KEPT_REPLY), ([, tokens, count, at]) => ({
      tokens: split(tokens),
      count: Number(count),
      whole: true,
      ...(at !== undefined && { stoppedAt: Number(at) }),
    })),
    ...Array.from(content.matchAll(KEPT_REST), ([, tokens]) => ({ tokens: split(tokens), count: 0, whole: false })),
  ];
}

/** What stood in the channel before is a part at the beginning of a message. */
function splitAtChannel(content: string): { before: string[]; rest: string } {
  const end = content.startsWith(CHANNEL_HEAD) ? content.indexOf(CHANNEL_TAIL) : -1;
  return end < 0 ? { before: [], rest: content } : { before: [content.slice(0, end)], rest: content.slice(end) };
}

/** A token is `q-12`, or `q-12#1` after the first edit. */
function turnsIn(messages: readonly ChatMessage[]): PromptTurn[] {
  return messages.flatMap(({ content }) => {
    const said = content.replace(KEPT_REPLY, '').replace(KEPT_REST, '');
    const summaries = [...said.matchAll(SUMMARY)].map(({ index, 0: { length } }) => [index, index + length] as const);
    return Array.from(said.matchAll(/\b([qc]-\d+)(?:#(\d+))?/g), ({ 1: token = '', 2: wording = '0', index }) => ({
      token,
      wording: Number(wording),
      ...(summaries.some(([from, to]) => from < index && index < to) && { summarized: true as const }),
    }));
  });
}

/** Replies side by side are one message. */
function repliesIn(content: string): PromptReply[] {
  return content.split(/(?=\[\[)/).flatMap((text) => {
    if (text.trim() === '') return [];
    const { answers, rest } = parseAnswers(withStopMarked(text));
    if (rest.length > 0) return [{ tokens: text.match(/[qc]-\d+/g) ?? [], count: 0, whole: false }];
    return answers.map(({ tokens, count, stoppedAt, hasGaps }) => ({
      tokens,
      count,
      whole: !hasGaps,
      ...(stoppedAt !== undefined && { stoppedAt }),
    }));
  });
}
