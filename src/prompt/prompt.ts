/** Builds the messages that the model reads from a conversation. Pure. */
import { type Content, textOf } from '../core/content.js';
import { type Conversation, newestIn, type Segment } from '../core/conversation.js';
import type { LeftOut } from '../core/observation.js';
import type { PromptMessage } from '../core/ports.js';
import { channelBeforeMessage, wholeChannelBefore } from './channel-before.js';
import { nameResolver } from './names.js';
import { cutInTheMiddle, shorten } from './shorten.js';
import { messageTokens, mostTokens, type TokenCounter } from './tokens.js';
import { type CountedMessage, INDENT, isNotice, stretchesOf, toPromptMessages } from './transcript.js';

export interface Prompt {
  messages: PromptMessage[];
  /** Of all messages, as `messageTokens` counts them. Only where they are wanted: counting takes time and memory. */
  tokens: () => number;
  /** `ts` of the newest turn in it. */
  after: string;
  leftOut: LeftOut;
}

export interface PromptInput {
  conversation: Conversation;
  /** Names of people, channels and user groups, by id. */
  names: ReadonlyMap<string, string>;
  /** Several people may write here: their messages begin with their names. */
  shared: boolean;
  system: string;
  /** Upper bound of the whole prompt, in tokens as `messageTokens` counts them. */
  budgetTokens: number;
  /** The prompt is for a summary, and nothing of the channel gets into that. */
  withoutChannel?: true;
}

export const DEFAULT_SYSTEM_PROMPT = [
  'You are Skein, an assistant in a Slack workspace. People talk to you in channels, threads and direct messages.',
  'Answer the newest messages with the whole conversation in mind. Be accurate and brief; say so when you do not know.',
  'Write standard Markdown. Put code in fenced blocks with the language named.',
].join(' ');

/** For what is asked for as a chart, see `slack/outbound/charts`. */
export const CHART_FORM =
  'If you are asked for a chart, write it so; people see it drawn:\n```chart\nbar: Sales\nQuarter,EMEA,US\nQ1,10,12.5\n```\n(bar, line, area or pie; plain numbers; at most 20 rows, 50 characters in the title and 20 in a label).';

/** For what is asked for as a file. */
const FILE_FORM =
  'If you are asked for a file, write its whole content in a fenced block with its name behind the language, such as ```csv name=report.csv; people get it as a file. Text only: you cannot make';

/** For pictures, where they can be made. */
const PICTURE_FORM =
  'Only if you are asked for a picture, describe it in a fenced block such as ```image name=fox.png; people get the picture in its place. To change a picture of this conversation, write what is to change and name it: ```image name=blue-fox.png from=fox.png. You do not see pictures that you have made.';

/** The instructions, with how files and pictures are written that people get below an answer. */
export function withForms(system: string, { files, pictures }: { files: boolean; pictures: boolean }): string {
  const fileForm = `${FILE_FORM} ${pictures ? 'PDF' : 'pictures, PDF'} or Office documents.`;
  return [system, CHART_FORM, ...(files ? [fileForm] : []), ...(pictures ? [PICTURE_FORM] : [])].join('\n\n');
}

const OMITTED = 'The oldest messages of this conversation are left out.';

/** Begins the message that stands for summarized turns. A user message: it holds people's words, never instructions. */
export const SUMMARY_HEAD = '(What was said before in this conversation, summed up:)\n\n';
/** Of all summaries together. */
const MAX_SUMMARY_TOKENS = 4_000;

const SPEAKERS =
  "In this channel several people may write. Each of their messages begins with the speaker's name and a colon, and its further lines are indented; do not begin yours that way.";

/** Tokens of a prompt that are not part of the conversation, at most. */
export function fixedTokens(system: string, count?: TokenCounter): number {
  return messageTokens(withSpeakers(system), count) + messageTokens(OMITTED, count);
}

/** How many messages at the start of a prompt equal those of the prompt before: the part that a provider's cache can save. */
export function repeatedMessages(messages: readonly PromptMessage[], before: readonly PromptMessage[]): number {
  const differs = messages.findIndex(({ role, content }, at) => {
    const other = before[at];
    return !other || role !== other.role || !isSame(content, other.content);
  });
  return differs < 0 ? messages.length : differs;
}

/**
 * In order: instructions, what stood in the channel before, summaries and turns, pending turns. It only grows at its end
 * until more is summarized, so the provider's cache keeps its beginning.
 */
export function buildPrompt(input: PromptInput): Prompt {
  return shortPrompt(input) ?? cutPrompt(input);
}

/** The prompt of a conversation that is so short that nothing has to be counted; undefined of a longer one. */
function shortPrompt({
  conversation,
  names,
  shared,
  system,
  budgetTokens,
  withoutChannel,
}: PromptInput): Prompt | undefined {
  if (conversation.segments?.length) return undefined;
  const systemText = shared ? withSpeakers(system) : system;
  const fixed = messageTokens(systemText, mostTokens) + messageTokens(OMITTED, mostTokens);
  const resolver = nameResolver(conversation, names);
  const said = stretchesOf(conversation).flatMap(({ turns }) => toPromptMessages(turns, resolver, shared, mostTokens));
  const channel = withoutChannel ? [] : wholeChannelBefore(conversation, resolver, budgetTokens - fixed);
  if (!channel) return undefined;
  const most = [
    ...channel.map(({ content }) => messageTokens(content, mostTokens)),
    ...said.map(({ tokens }) => tokens),
  ];
  // Half: then no single message is too long either.
  if (most.reduce((sum, tokens) => sum + tokens, fixed) > budgetTokens / 2) return undefined;
  const turns = said.map(({ role, content }) => ({ role, content }));
  return promptOf(conversation, [{ role: 'system', content: systemText }, ...channel, ...turns], {
    oldest: 0,
    shortened: 0,
  });
}

function promptOf(conversation: Conversation, messages: PromptMessage[], cut: Omit<LeftOut, 'notices'>): Prompt {
  return {
    messages,
    tokens: () => messages.reduce((sum, { content }) => sum + messageTokens(content), 0),
    after: newestIn(conversation),
    leftOut: { ...cut, notices: conversation.turns.filter(isNotice).length },
  };
}

function cutPrompt(input: PromptInput): Prompt {
  const { conversation, names, shared, system, budgetTokens } = input;
  const systemText = shared ? withSpeakers(system) : system;
  const spare = budgetTokens - messageTokens(systemText) - messageTokens(OMITTED);
  const summaries = conversation.segments?.filter(({ text }) => text !== '') ?? [];
  const longestSegment = Math.floor(Math.min(MAX_SUMMARY_TOKENS, spare / 4) / Math.max(1, summaries.length));
  const resolver = nameResolver(conversation, names);
  const said = stretchesOf(conversation).flatMap(({ segment, turns }): (CountedMessage & { isSummary?: true })[] => [
    ...(segment?.text ? [summaryMessage(segment, longestSegment)] : []),
    ...toPromptMessages(turns, resolver, shared),
  ]);
  const channel = input.withoutChannel ? [] : channelBeforeMessage(conversation, resolver, spare);

  const room = channel.reduce((rest, { content }) => rest - messageTokens(content), spare);
  let left = said.reduce((sum, { isSummary, tokens }) => (isSummary ? sum - tokens : sum), room);
  const longest = Math.floor(left / 2);
  const kept: PromptMessage[] = [];
  let isFull = false;
  const withoutSummary = conversation.segments?.filter(({ text }) => text === '') ?? [];
  let oldest = withoutSummary.reduce((sum, { turns }) => sum + turns, 0);
  let [turnsKept, shortened] = [0, 0];
  // From the newest backwards, so that the oldest are left out. Summaries stay.
  for (const { role, content: whole, tokens, isSummary } of said.toReversed()) {
    if (isSummary) {
      kept.push({ role, content: whole, breakpoint: true });
      continue;
    }
    const isTooLong = tokens > longest;
    const lineStart = shared && role === 'user' ? INDENT : '';
    const content = isTooLong && !isFull ? shorten(whole, longest, lineStart) : whole;
    const length: number = isTooLong && !isFull ? messageTokens(content) : tokens;
    isFull ||= left < length && turnsKept > 0;
    if (isFull) {
      oldest += 1;
      continue;
    }
    left -= length;
    if (isTooLong && !isSame(content, whole)) shortened += 1;
    turnsKept += 1;
    kept.push({ role, content });
  }
  const note: PromptMessage[] = oldest > 0 ? [{ role: 'system', content: OMITTED }] : [];
  const messages: PromptMessage[] = [
    { role: 'system', content: systemText },
    ...note,
    ...channel,
    ...kept.toReversed(),
  ];
  const tokens = budgetTokens - left - (oldest > 0 ? 0 : messageTokens(OMITTED));
  return { ...promptOf(conversation, messages, { oldest, shortened }), tokens: () => tokens };
}

function withSpeakers(system: string): string {
  return `${system}\n\n${SPEAKERS}`;
}

function summaryMessage({ text }: Segment, most: number): CountedMessage & { isSummary: true } {
  const content = cutInTheMiddle(SUMMARY_HEAD + text, most);
  return { role: 'user', content, tokens: messageTokens(content), isSummary: true };
}

function isSame(one: Content, other: Content): boolean {
  return one === other || (typeof one === typeof other && textOf(one) === textOf(other));
}
