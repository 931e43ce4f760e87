/** Formats an inspection for the terminal. Pure. */
import type { Usage } from '../core/ports.js';
import type { AnswerView, PromptView } from './inspection.js';

const MS_PER_S = 1_000;
/** Terminals execute these: C0 without tab and line feed, delete, C1. */
const CONTROL_CHARACTERS = /(?![\t\n])\p{Cc}/gu;

/** "1,204 tokens read (980 of them cached, 200 written to the cache), 56 written, $0.0012, 2.1 s". */
export function usageLine(answer: AnswerView | undefined): string {
  const { usage, estimated, costUsd, latency = {}, problem } = answer ?? {};
  const ms = (latency.requestToFirstWord ?? 0) + (latency.firstWordToDone ?? 0);
  const parts = [
    ...(usage
      ? [`${count(usage.promptTokens)} tokens read (${cacheText(usage)}), ${count(usage.completionTokens)} written`]
      : []),
    ...(usage && estimated ? ['estimated'] : []),
    ...(costUsd === undefined || estimated ? [] : [`$${costUsd.toFixed(4)}`]),
    ...(ms > 0 ? [`${(ms / MS_PER_S).toFixed(1)} s`] : []),
  ];
  if (parts.length > 0 && usage) return `[${parts.join(', ')}]`;
  return problem === undefined ? "[no token count from the model's server]" : `[no answer: ${problem}]`;
}

/** The prompt: its parts, what was left out, and every message. */
export function contextText(prompt: PromptView | undefined): string {
  if (!prompt) return 'Nothing has been asked in this conversation yet.';
  const share = (tokens: number): string => `${Math.round((100 * tokens) / Math.max(1, prompt.tokens))} %`;
  return [
    `${prompt.model}: ${count(prompt.tokens)} tokens (estimate) of ${count(prompt.budgetTokens)}`,
    ...prompt.parts.map(({ name, tokens }) => `  ${name.padEnd(9)} ${count(tokens).padStart(8)}  ${share(tokens)}`),
    `  ${share(prompt.repeatedTokens)} is shared with the previous prompt`,
    ...prompt.leftOut.map((sentence) => `Left out: ${sentence}`),
    ...prompt.messages.flatMap(({ role, tokens, content }) => ['', `── ${role}, ${count(tokens)} tokens`, content]),
  ].join('\n');
}

/** Replaces control characters, except line breaks and tabs, with the replacement character. */
export function printable(text: string): string {
  return text.replaceAll(CONTROL_CHARACTERS, '\uFFFD');
}

function cacheText({ cachedTokens, cacheWriteTokens }: Usage): string {
  const written = cacheWriteTokens === undefined ? '' : `, ${count(cacheWriteTokens)} written to the cache`;
  return `${count(cachedTokens)} of them cached${written}`;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
