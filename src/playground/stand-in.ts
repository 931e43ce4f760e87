/** The model of a playground that has none: says so, and shows what a model would have been given. */
import { ModelError } from '../conversation/errors.js';
import type { Clock, CompletionEvent, CompletionRequest, Model, PromptMessage } from '../conversation/ports.js';
import { idOf, isDirect } from '../conversation/types.js';
import { CODE_SAMPLE, longSample, TABLE_SAMPLE } from './samples.js';

/** Until the first word, as long as models take: time to see the status line. */
const THINKING_MS = 800;
/** Sixty words a second, about what a fast model writes. */
const WORDS_AT_ONCE = 3;
const PAUSE_MS = 50;
const LONGEST_SHOWN = 120;
/** `Ada: hello`, the form in which a prompt names speakers in a channel. */
const SPEAKER = /^([^:\n]{1,60}): /;

const SAMPLES = new Map([
  ['long', longSample()],
  ['code', CODE_SAMPLE],
  ['table', TABLE_SAMPLE],
]);
const HOW_TO_GO_ON =
  'To see what replies can look like, write just one word: `long`, `code`, `table` or `error`. ' +
  'To talk to a model, set `OPENAI_API_KEY` (or `OPENAI_BASE_URL`) and start the playground again.';

/** Throws `ModelError` of `unavailable` when the newest message says `error`, and the signal's reason when aborted. */
export function standIn(clock: Clock): Model {
  async function* complete({ messages, conversation, signal }: CompletionRequest): AsyncGenerator<CompletionEvent, void, undefined> {
    await clock.sleep(THINKING_MS, signal);
    const named = !isDirect(idOf(conversation));
    const word = askedWord(messages, named);
    if (word === 'error') throw new ModelError('unavailable', 'the stand-in was asked to fail');
    for (const text of inPieces(SAMPLES.get(word) ?? account(messages, named))) {
      yield { type: 'text', text };
      await clock.sleep(PAUSE_MS, signal);
    }
    yield { type: 'done', finishReason: 'stop' };
  }

  return { name: 'stand-in', complete };
}

/** The newest message if it is one word, in small letters; else ''. */
function askedWord(messages: readonly PromptMessage[], named: boolean): string {
  const newest = messages.findLast(({ role }) => role === 'user')?.content ?? '';
  const said = named ? newest.replace(SPEAKER, '') : newest;
  return /^\W*(\w+)\W*$/.exec(said)?.[1]?.toLowerCase() ?? '';
}

/** Who said what in the prompt. */
function account(messages: readonly PromptMessage[], named: boolean): string {
  const first = !messages.some(({ role }) => role === 'assistant');
  const opening = first
    ? 'I am a **stand-in**: there is no model behind me, so I cannot answer. I can show what a model would have been given'
    : 'Still the **stand-in**, without a model behind me. This time a model would have been given';
  const count = messages.length === 1 ? 'one message' : `${messages.length} messages`;
  const lines = messages.map((message, at) => `${at + 1}. ${line(message, named)}`);
  return `${opening}, ${count}:\n\n${lines.join('\n')}\n\n${HOW_TO_GO_ON}`;
}

function line({ role, content }: PromptMessage, named: boolean): string {
  if (role === 'system') return `**system**: ${shortened(content)}`;
  if (role === 'assistant') return `**me**: ${shortened(content)}`;
  const speaker = named ? SPEAKER.exec(content) : null;
  return speaker ? `**${plain(speaker[1] ?? '')}**: ${shortened(content.slice(speaker[0].length))}` : `**you**: ${shortened(content)}`;
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
