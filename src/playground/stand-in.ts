/** The stand-in: answers when no model is configured. Says so, and shows the prompt a model would have got. */
import { textOf } from '../core/content.js';
import { type ConversationKey, idOf } from '../core/conversation-id.js';
import { ModelError } from '../core/errors.js';
import type {
  Clock,
  CompletionEvent,
  CompletionRequest,
  Model,
  ModelLimits,
  PromptMessage,
  Usage,
} from '../core/ports.js';
import { saidInChannel } from '../prompt/channel-before.js';
import { repeatedMessages, SUMMARY_HEAD } from '../prompt/prompt.js';
import { asksForSummary } from '../prompt/summary.js';
import { messageTokens } from '../prompt/tokens.js';
import { isDirectMessage } from '../slack/channels.js';
import { CODE_SAMPLE, longSample, TABLE_SAMPLE } from './samples.js';

/** Delay before the first word, as with a real model: long enough to see the status line. */
const THINKING_MS = 800;
/** With `PAUSE_MS`: sixty words a second, the speed of a fast model. */
const WORDS_PER_CHUNK = 3;
const PAUSE_MS = 50;
/** Only the newest messages of a prompt are listed. */
const MAX_SHOWN = 12;
const MAX_SHOWN_CHARACTERS = 120;
/** The limits of the default model, so that prompts are the same as with it. */
const LIMITS: ModelLimits = { contextWindow: 1_050_000, maxOutput: 128_000 };
/** Behind the speaker of a message that stood in the channel before. */
const BEFORE = ' (in the channel before)';
/** The speaker prefix of a channel message in a prompt: `Ada: hello`. */
const SPEAKER = /^([^:\n]{1,100}): /;

const SAMPLES = new Map([
  ['long', longSample()],
  ['code', CODE_SAMPLE],
  ['table', TABLE_SAMPLE],
]);
/** Matches "Show me a long answer, please", but not "how long is the table". */
const SAMPLE_REQUEST =
  /^\W*(?:(?:please|can|could|you|now|show|write|give|make|me|us|a|an|some|another)\b\W+)*(long|code|table|error)(?:\W+(?:answer|reply|text|message|block|sample|please))*\W*$/i;
const HINT =
  'To see what replies can look like, ask for a `long` answer, for `code`, a `table` or an `error`. ' +
  'To talk to a model, set `OPENAI_API_KEY` (or `OPENAI_BASE_URL`) and start the playground again.';

/**
 * `instant`: answers without delays. Usage is an estimate; the prefix shared with the previous prompt counts as cached.
 * Throws `ModelError` (`unavailable`) when a person asks for an error, and the signal's reason when aborted.
 */
export function standIn(clock: Clock, instant = false): Model {
  const previousPrompts = new Map<ConversationKey, PromptMessage[]>();
  const pause = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(instant ? 0 : ms, signal);

  async function* complete({
    messages,
    conversation,
    signal,
  }: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    await pause(THINKING_MS, signal);
    const hasSpeakers = !isDirectMessage(idOf(conversation).channel);
    if (asksForSummary(messages)) {
      const summary = sampleSummary(messages.slice(0, -1), hasSpeakers);
      yield { type: 'text', text: summary };
      // Not stored in `previousPrompts`: only answers are compared with each other.
      yield {
        type: 'done',
        finishReason: 'stop',
        usage: estimate(messages, previousPrompts.get(conversation) ?? [], summary),
      };
      return;
    }
    const sample = requestedSample(messages, hasSpeakers);
    if (sample === 'error') throw new ModelError('unavailable', 'the stand-in was asked to fail');
    const answer = SAMPLES.get(sample) ?? describePrompt(messages, hasSpeakers);
    for (const text of chunks(answer)) {
      yield { type: 'text', text };
      await pause(PAUSE_MS, signal);
    }
    const usage = estimate(messages, previousPrompts.get(conversation) ?? [], answer);
    previousPrompts.set(conversation, messages);
    yield { type: 'done', finishReason: 'stop', usage };
  }

  return { name: 'stand-in', limits: LIMITS, complete, costOf: () => 0 };
}

function estimate(messages: readonly PromptMessage[], previous: readonly PromptMessage[], answer: string): Usage {
  const tokens = messages.map(({ content }) => messageTokens(content));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const cached = tokens.slice(0, repeatedMessages(messages, previous));
  return { promptTokens: sum(tokens), cachedTokens: sum(cached), completionTokens: messageTokens(answer) };
}

/** The sample that the newest message asks for; '' for none. */
function requestedSample(messages: readonly PromptMessage[], hasSpeakers: boolean): string {
  const newest = wordsOf(messages.findLast(({ role }) => role === 'user'));
  return SAMPLE_REQUEST.exec(hasSpeakers ? newest.replace(SPEAKER, '') : newest)?.[1]?.toLowerCase() ?? '';
}

/** The default answer: lists the messages of the prompt with their authors. */
function describePrompt(prompt: readonly PromptMessage[], hasSpeakers: boolean): string {
  // What stood in the channel before is one message for a model, and several here.
  const messages = prompt.flatMap((message) => channelLines(message) ?? [message]);
  const first = !messages.some(({ role }) => role === 'assistant');
  const opening = first
    ? 'I am a **stand-in**: there is no model behind me, so I cannot answer. I can show what a model would have been given'
    : 'Still the **stand-in**, without a model behind me. This time a model would have been given';
  const count = messages.length === 1 ? 'one message' : `${messages.length} messages`;
  const lines = messages.map((message, at) => `${at + 1}. ${line(message, hasSpeakers)}`);
  const hidden = Math.max(0, lines.length - MAX_SHOWN);
  const shown =
    hidden === 0
      ? lines.join('\n')
      : `The first ${hidden} I leave out here, not there. The newest:\n\n${lines.slice(hidden).join('\n')}`;
  return `${opening}, ${count} (${countByAuthor(messages, hasSpeakers)}):\n\n${shown}\n\n${HINT}`;
}

/** A sample summary: the beginnings of the newest messages, which may include an earlier summary. */
function sampleSummary(messages: readonly PromptMessage[], hasSpeakers: boolean): string {
  const said = messages.filter(({ role }) => role !== 'system');
  const lines = said.slice(-MAX_SHOWN).map((message) => `- ${line(message, hasSpeakers)}`);
  return [
    `${said.length} messages, of which the stand-in has kept how the newest ${lines.length} begin:`,
    ...lines,
  ].join('\n');
}

/** "instructions, 3 by Ada, 2 by me", in order of appearance. */
function countByAuthor(messages: readonly PromptMessage[], hasSpeakers: boolean): string {
  const counts = new Map<string, number>();
  for (const message of messages)
    counts.set(authorOf(message, hasSpeakers), (counts.get(authorOf(message, hasSpeakers)) ?? 0) + 1);
  return [...counts]
    .map(([author, count]) => (author === 'system' ? 'instructions' : `${count} by ${escapeMarkdown(author)}`))
    .join(', ');
}

function channelLines({ content }: PromptMessage): PromptMessage[] | undefined {
  return saidInChannel(content)?.map((text) => ({ role: 'user', content: text.replace(SPEAKER, `$1${BEFORE}: `) }));
}

function authorOf({ role, content }: PromptMessage, hasSpeakers: boolean): string {
  if (role === 'system') return 'system';
  if (role === 'assistant') return 'me';
  const words = textOf(content);
  if (words.startsWith(SUMMARY_HEAD)) return 'a summary';
  return (hasSpeakers && SPEAKER.exec(words)?.[1]) || 'you';
}

function line(message: PromptMessage, hasSpeakers: boolean): string {
  const content = wordsOf(message);
  const words = content.replace(SUMMARY_HEAD, '');
  const speaks = hasSpeakers && message.role === 'user' && words === content;
  return `**${escapeMarkdown(authorOf(message, hasSpeakers))}**: ${truncated(speaks ? words.replace(SPEAKER, '') : words)}`;
}

function wordsOf(message: PromptMessage | undefined): string {
  return textOf(message?.content ?? '');
}

function truncated(content: string): string {
  const words = content.replace(/\s+/g, ' ').trim();
  const characters = Array.from(words);
  return escapeMarkdown(
    characters.length > MAX_SHOWN_CHARACTERS
      ? `${characters.slice(0, MAX_SHOWN_CHARACTERS).join('').trimEnd()}…`
      : words,
  );
}

/** Escapes Markdown. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, String.raw`\$&`);
}

function* chunks(text: string): Generator<string, void, undefined> {
  const words = text.match(/\S+\s*/g) ?? [];
  for (let at = 0; at < words.length; at += WORDS_PER_CHUNK) yield words.slice(at, at + WORDS_PER_CHUNK).join('');
}
