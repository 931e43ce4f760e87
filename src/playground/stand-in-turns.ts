/** Reads a prompt back into who said what, and quotes it. Pure. */
import { textOf } from '../core/content.js';
import type { PromptMessage } from '../core/ports.js';
import { saidInChannel } from '../prompt/channel-before.js';
import { SUMMARY_HEAD } from '../prompt/prompt.js';

/** One message of a prompt. */
export interface Said {
  /** `person`: anybody but the bot. */
  readonly by: 'system' | 'bot' | 'summary' | 'person';
  /** "Ada"; "you" for a person in a DM, where prompts have no names. */
  readonly author: string;
  readonly text: string;
  /** Stood in the channel before the conversation. */
  readonly before?: true;
}

/** The speaker prefix of a channel message in a prompt: `Ada: hello`. */
const SPEAKER = /^([^:\n]{1,100}): /;
const MAX_QUOTED_CHARACTERS = 160;

/** The messages of a prompt, in order. `hasSpeakers`: they begin with a name, as everywhere but in DMs. */
export function saidIn(prompt: readonly PromptMessage[], hasSpeakers: boolean): Said[] {
  // What stood in the channel before is one message for a model, and several here.
  return prompt.flatMap((message) => {
    const before = saidInChannel(message.content);
    return before
      ? before.map((line): Said => ({ ...personLine(line, true), before: true }))
      : [saidBy(message, hasSpeakers)];
  });
}

function saidBy({ role, content }: PromptMessage, hasSpeakers: boolean): Said {
  const text = textOf(content);
  if (role === 'system') return { by: 'system', author: 'system', text };
  if (role === 'assistant') return { by: 'bot', author: 'me', text };
  if (text.startsWith(SUMMARY_HEAD))
    return { by: 'summary', author: 'a summary', text: text.slice(SUMMARY_HEAD.length) };
  return personLine(text, hasSpeakers);
}

function personLine(line: string, hasSpeakers: boolean): Said {
  const speaker = hasSpeakers ? SPEAKER.exec(line)?.[1] : undefined;
  return speaker === undefined
    ? { by: 'person', author: 'you', text: line }
    : { by: 'person', author: speaker, text: line.replace(SPEAKER, '') };
}

/** The author, as it is named in an answer: Markdown. */
export function authorOf({ author, before }: Said): string {
  return escapeMarkdown(before ? `${author} (in the channel before)` : author);
}

/** "**Ada**: which one goes further?", shortened to one line. Markdown. */
export function quoteOf(said: Said, longest = MAX_QUOTED_CHARACTERS): string {
  return `**${authorOf(said)}**: ${escapeMarkdown(oneLine(said.text, longest))}`;
}

/** On one line, at most `longest` characters. */
export function oneLine(text: string, longest: number): string {
  const words = text.replace(/\s+/g, ' ').trim();
  const characters = Array.from(words);
  return characters.length > longest ? `${characters.slice(0, longest).join('').trimEnd()}…` : words;
}

/** Makes any text show as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_[\]<>#|~]/g, String.raw`\$&`);
}
