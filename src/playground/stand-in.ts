/** The model of a playground that has none: says so, and shows what a model would have been given. */
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
import { repeatedMessages, SUMMARY_HEAD } from '../prompt/prompt.js';
import { asksForSummary } from '../prompt/summary.js';
import { messageTokens } from '../prompt/tokens.js';
import { type ConversationKey, idOf, isDirect } from '../core/conversation-id.js';
import { CODE_SAMPLE, longSample, TABLE_SAMPLE } from './samples.js';

/** Until the first word, as long as models take: time to see the status line. */
const THINKING_MS = 800;
/** Sixty words a second, about what a fast model writes. */
const WORDS_AT_ONCE = 3;
const PAUSE_MS = 50;
/** Of a long conversation the newest are shown: what is old has been seen. */
const MOST_SHOWN = 12;
const LONGEST_SHOWN = 120;
/** As of the model that is asked by default, so that prompts are what they would be with one. */
const LIMITS: ModelLimits = { contextWindow: 400_000, maxOutput: 128_000 };
/** `Ada: hello`, the form in which a prompt names speakers in a channel. */
const SPEAKER = /^([^:\n]{1,60}): /;

const SAMPLES = new Map([
  ['long', longSample()],
  ['code', CODE_SAMPLE],
  ['table', TABLE_SAMPLE],
]);
/** "Show me a long answer, please" asks for a sample; "how long is the table" does not. */
const WISH =
  /^\W*(?:(?:please|can|could|you|now|show|write|give|make|me|us|a|an|some|another)\b\W+)*(long|code|table|error)(?:\W+(?:answer|reply|text|message|block|sample|please))*\W*$/i;
const HOW_TO_GO_ON =
  'To see what replies can look like, ask for a `long` answer, for `code`, a `table` or an `error`. ' +
  'To talk to a model, set `OPENAI_API_KEY` (or `OPENAI_BASE_URL`) and start the playground again.';

/**
 * `hurried`: takes no time. Its usage is an estimate, with what the prompt before had as well as cached.
 * Throws `ModelError` of `unavailable` when it is asked for an error, and the signal's reason when aborted.
 */
export function standIn(clock: Clock, hurried = false): Model {
  const before = new Map<ConversationKey, PromptMessage[]>();
  const pause = (ms: number, signal: AbortSignal): Promise<void> => clock.sleep(hurried ? 0 : ms, signal);

  async function* complete({
    messages,
    conversation,
    signal,
  }: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    await pause(THINKING_MS, signal);
    const named = !isDirect(idOf(conversation));
    if (asksForSummary(messages)) {
      const summary = summed(messages.slice(0, -1), named);
      yield { type: 'text', text: summary };
      // It is no prompt that the next answer's is to be compared with.
      yield { type: 'done', finishReason: 'stop', usage: estimate(messages, before.get(conversation) ?? [], summary) };
      return;
    }
    const wish = wishOf(messages, named);
    if (wish === 'error') throw new ModelError('unavailable', 'the stand-in was asked to fail');
    const answer = SAMPLES.get(wish) ?? account(messages, named);
    for (const text of inPieces(answer)) {
      yield { type: 'text', text };
      await pause(PAUSE_MS, signal);
    }
    const usage = estimate(messages, before.get(conversation) ?? [], answer);
    before.set(conversation, messages);
    yield { type: 'done', finishReason: 'stop', usage };
  }

  return { name: 'stand-in', limits: LIMITS, complete, costOf: () => 0 };
}

function estimate(messages: readonly PromptMessage[], before: readonly PromptMessage[], answer: string): Usage {
  const tokens = messages.map(({ content }) => messageTokens(content));
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  const cached = tokens.slice(0, repeatedMessages(messages, before));
  return { promptTokens: sum(tokens), cachedTokens: sum(cached), completionTokens: messageTokens(answer) };
}

/** What the newest message asks to be shown; '' for nothing of the kind. */
function wishOf(messages: readonly PromptMessage[], named: boolean): string {
  const newest = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  return WISH.exec(named ? newest.replace(SPEAKER, '') : newest)?.[1]?.toLowerCase() ?? '';
}

/** Who said what in the prompt. */
function account(messages: readonly PromptMessage[], named: boolean): string {
  const first = !messages.some(({ role }) => role === 'assistant');
  const opening = first
    ? 'I am a **stand-in**: there is no model behind me, so I cannot answer. I can show what a model would have been given'
    : 'Still the **stand-in**, without a model behind me. This time a model would have been given';
  const count = messages.length === 1 ? 'one message' : `${messages.length} messages`;
  const lines = messages.map((message, at) => `${at + 1}. ${line(message, named)}`);
  const hidden = Math.max(0, lines.length - MOST_SHOWN);
  const shown =
    hidden === 0
      ? lines.join('\n')
      : `The first ${hidden} I leave out here, not there. The newest:\n\n${lines.slice(hidden).join('\n')}`;
  return `${opening}, ${count} (${tally(messages, named)}):\n\n${shown}\n\n${HOW_TO_GO_ON}`;
}

/** The beginnings of what was said, the newest of them; a summary before counts as one. */
function summed(messages: readonly PromptMessage[], named: boolean): string {
  const said = messages.filter(({ role }) => role !== 'system');
  const lines = said.slice(-MOST_SHOWN).map((message) => `- ${line(message, named)}`);
  return [
    `${said.length} messages, of which the stand-in has kept how the newest ${lines.length} begin:`,
    ...lines,
  ].join('\n');
}

/** "3 by Ada, 2 by me", in order of appearance; the instructions are nobody's. */
function tally(messages: readonly PromptMessage[], named: boolean): string {
  const counts = new Map<string, number>();
  for (const message of messages) counts.set(authorOf(message, named), (counts.get(authorOf(message, named)) ?? 0) + 1);
  return [...counts]
    .map(([author, count]) => (author === 'system' ? 'instructions' : `${count} by ${plain(author)}`))
    .join(', ');
}

function authorOf({ role, content }: PromptMessage, named: boolean): string {
  if (role === 'system') return 'system';
  if (role === 'assistant') return 'me';
  if (content.startsWith(SUMMARY_HEAD)) return 'a summary';
  return (named && SPEAKER.exec(content)?.[1]) || 'you';
}

function line(message: PromptMessage, named: boolean): string {
  const words = message.content.replace(SUMMARY_HEAD, '');
  const speaks = named && message.role === 'user' && words === message.content;
  return `**${plain(authorOf(message, named))}**: ${shortened(speaks ? words.replace(SPEAKER, '') : words)}`;
}

function shortened(content: string): string {
  const words = content.replace(/\s+/g, ' ').trim();
  const characters = Array.from(words);
  return plain(characters.length > LONGEST_SHOWN ? `${characters.slice(0, LONGEST_SHOWN).join('').trimEnd()}…` : words);
}

/** Shown as it is, whatever it means in Markdown. */
function plain(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, String.raw`\$&`);
}

function* inPieces(text: string): Generator<string, void, undefined> {
  const words = text.match(/\S+\s*/g) ?? [];
  for (let at = 0; at < words.length; at += WORDS_AT_ONCE) yield words.slice(at, at + WORDS_AT_ONCE).join('');
}
