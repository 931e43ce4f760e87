/** Decides which part of a conversation is summarized next, and asks the model for the summary. Pure. */
import { textOf } from '../core/content.js';
import type { Conversation, Segment } from '../core/conversation.js';
import type { Compaction, PromptMessage } from '../core/ports.js';
import { positionOf, type Turn } from '../core/turn.js';
import { buildPrompt, type PromptInput } from './prompt.js';
import { SUMMARY_BEGINNING, summaryInstructions } from './summary-instructions.js';
import { messageTokens, mostTokens, type TokenCounter } from './tokens.js';
import { isNotice, isOneReply, settledStretches } from './transcript.js';

export interface Thresholds {
  /** Tokens sent word by word: above `high`, the oldest turns are summarized until `low` is left. */
  high: number;
  low: number;
  /** Above this many segments, the two smallest neighbours become one. */
  segments: number;
}

/** Summaries have a quarter of a prompt, the channel before another. What is left over is for the question. */
const VERBATIM_SHARE = 0.4;
const SUMMARY_SHARE = 0.25;
/** What is summarized is read once without the provider's cache, and what is left too: fewer cost less than half would. */
const LOW_SHARE_OF_HIGH = 0.4;
const MAX_SEGMENTS = 5;
/**
 * Turns sent word by word, at most: each is loaded, parsed and sent again for every answer, however short it is. So turns
 * count as at least their share of `high`.
 */
const MAX_VERBATIM_TURNS = 500;
/** Turns with fewer tokens than this share of `high` are summarized with the segment before or after them. */
const SMALL = 0.05;
/** Tokens of the newest summarized turns that are kept, to be summarized again after an edit. */
const MAX_KEPT_TOKENS = 400_000;
/** Where no summary can be had, at most this many times the high threshold is kept to be summarized later. */
const MOST_WITHOUT_SUMMARY = 4;
/** Estimate, with the colon. */
const TOKENS_PER_NAME = 4;

const MAX_SUMMARY_WORDS = 300;
/** More than most languages need. */
const TOKENS_PER_WORD = 2;

/** Tokens that the request for a summary of `words` adds to a prompt, at most. */
export function instructionTokens(words: number, count?: TokenCounter): number {
  return messageTokens(summaryInstructions(words, true), count);
}

/**
 * The longest summary, in words, for a model whose longest answer is `maxOutput` tokens, where prompts have `room` tokens
 * for the conversation. A longer one would be cut in every prompt.
 */
export function summaryWordLimit(maxOutput: number, room = Infinity): number {
  return Math.min(MAX_SUMMARY_WORDS, Math.floor(Math.min(maxOutput, room * SUMMARY_SHARE) / TOKENS_PER_WORD));
}

/** `room`: tokens of a prompt for the conversation. `most`: the bound of `high` in the settings; with less room it is lower. */
export function thresholdsFor(room: number, most: number): Thresholds {
  const high = Math.min(most, Math.floor(room * VERBATIM_SHARE));
  const segments = Math.floor((room * SUMMARY_SHARE) / (MAX_SUMMARY_WORDS * TOKENS_PER_WORD));
  return { high, low: Math.floor(high * LOW_SHARE_OF_HIGH), segments: Math.max(1, Math.min(MAX_SEGMENTS, segments)) };
}

/** Turns to leave out because no summary of them can be had, so that what is loaded does not grow for ever. */
export function turnsToGiveUp(
  conversation: Conversation,
  { high }: Thresholds,
  shared: boolean,
): NextSegment | undefined {
  const most = MOST_WITHOUT_SUMMARY * high;
  const thresholds = { high: most, low: most - high, segments: Infinity };
  const next = nextSegment(conversation, thresholds, shared, high / MAX_VERBATIM_TURNS);
  // A neighbouring summary stays.
  return next && { ...next, segments: [] };
}

/** What the next segment is made of: turns, segments before or after them, or neighbouring segments alone. */
export interface NextSegment {
  turns: readonly Turn[];
  segments: readonly Segment[];
  /** The segment that it precedes, unless it replaces segments. */
  before?: Segment | undefined;
}

/**
 * What is to be summarized now. Above the high threshold the oldest turns: as many as one prompt holds, but not across
 * another segment, nor of the last exchange, which stays word by word, however long it is. Otherwise, of too many
 * segments two neighbours. Undefined if there is nothing to do.
 */
export function nextSegment(
  conversation: Conversation,
  thresholds: Thresholds,
  shared: boolean,
  leastPerTurn = thresholds.high / MAX_VERBATIM_TURNS,
): NextSegment | undefined {
  const stretches = settledStretches(conversation);
  const settled = stretches.flatMap(({ turns }) => turns);
  const isShort = weight(settled, leastPerTurn, shared, mostTokens) <= thresholds.high;
  const tokens = isShort ? 0 : weight(settled, leastPerTurn, shared);
  if (tokens > thresholds.high) {
    const newest = settled.findLastIndex(({ role }) => role === 'person');
    const lastExchange = settled.slice(0, Math.max(0, newest)).findLastIndex(({ role }) => role === 'person');
    const foldable = new Set(settled.slice(0, Math.max(0, lastExchange)));
    for (const [at, { segment, turns }] of stretches.entries()) {
      const most = Math.min(tokens - thresholds.low, thresholds.high);
      const candidates = turns.filter((turn) => foldable.has(turn));
      const oldest = firstOf(candidates, most, leastPerTurn, shared);
      if (oldest.every(isNotice)) continue;
      const before = stretches[at + 1]?.segment;
      const isSmall = tokensOfAll(oldest, shared) < SMALL * thresholds.high;
      const neighbour = segment ?? (oldest.length === turns.length ? before : undefined);
      return { turns: oldest, segments: isSmall && neighbour ? [neighbour] : [], before };
    }
  }
  const segments = smallestNeighbours(stretches, thresholds);
  return segments && { turns: [], segments };
}

/** The two neighbouring segments that cover the fewest tokens together, if there are too many segments. */
function smallestNeighbours(
  stretches: ReturnType<typeof settledStretches>,
  thresholds: Thresholds,
): Segment[] | undefined {
  if (stretches.length - 1 <= thresholds.segments) return undefined;
  const pairs = stretches.flatMap(({ segment, turns }, at) => {
    const next = stretches[at + 1]?.segment;
    return segment && next && turns.length === 0 ? [[segment, next] as const] : [];
  });
  const size = ([first, second]: readonly [Segment, Segment]): number => first.tokens + second.tokens;
  const [smallest] = pairs.toSorted((a, b) => size(a) - size(b));
  return smallest && [...smallest];
}

/** The first turns that weigh `most` together. The messages of one long reply stay together. */
function firstOf(turns: readonly Turn[], most: number, leastPerTurn: number, shared: boolean): Turn[] {
  let tokens = 0;
  const end = turns.findIndex((turn, at) => {
    if (Math.max(tokens, at * leastPerTurn) >= most && !isOneReply(turns[at - 1], turn)) return true;
    tokens += tokensOf(turn, shared);
    return false;
  });
  return end < 0 ? [...turns] : turns.slice(0, end);
}

/** What these turns cost in prompts, in tokens. */
function weight(turns: readonly Turn[], leastPerTurn: number, shared: boolean, count?: TokenCounter): number {
  return Math.max(tokensOfAll(turns, shared, count), turns.length * leastPerTurn);
}

function tokensOfAll(turns: readonly Turn[], shared: boolean, count?: TokenCounter): number {
  return turns.reduce((sum, turn) => sum + tokensOf(turn, shared, count), 0);
}

function tokensOf(turn: Turn, shared: boolean, count?: TokenCounter): number {
  if (isNotice(turn)) return 0;
  const name = shared && turn.role === 'person' ? TOKENS_PER_NAME : 0;
  const content = turn.role === 'person' ? (turn.parts ?? turn.text) : turn.text;
  return messageTokens(content, count) + name;
}

/** The text of a segment for which no model has to be asked: what it replaces has one summary, or none. */
export function knownText({ turns, segments }: NextSegment): string | undefined {
  const texts = segments.flatMap(({ text }) => text || []);
  return turns.length === 0 && texts.length < 2 ? (texts[0] ?? '') : undefined;
}

/**
 * The prompt that asks for the next summary, and what that summary will stand for: as many of the turns as fit. It has
 * nothing else of the conversation in it: otherwise a summary could tell what is in another segment, and still tell it
 * after that segment was dropped because of a deletion. So it is `uncached`, unless it begins like the conversation.
 */
export function summaryPrompt(
  input: PromptInput,
  next: NextSegment,
  words: number,
): { next: NextSegment; messages: PromptMessage[]; tokens: () => number; uncached: boolean } {
  const hasFiles = next.turns.some((turn) => turn.role === 'person' && turn.files);
  const asked = summaryInstructions(words, hasFiles);
  const askedTokens = messageTokens(asked);
  const segments = next.segments.filter(({ text }) => text !== '');
  const budgetTokens = input.budgetTokens - askedTokens;
  for (let { turns } = next; ; turns = turns.slice(0, Math.ceil(turns.length / 2))) {
    const part = { ...input.conversation, turns: [...turns], segments, pending: [] };
    const { messages, tokens, leftOut } = buildPrompt({
      ...input,
      conversation: part,
      budgetTokens,
      withoutChannel: true,
    });
    if (leftOut.oldest === 0 || turns.length <= 1) {
      const whole: PromptMessage[] = [...messages, { role: 'user', content: asked }];
      const uncached = !beginsLike(input.conversation, next);
      return { next: { ...next, turns }, messages: whole, tokens: () => tokens() + askedTokens, uncached };
    }
  }
}

/** Whether the prompts of answers begin with the same turns or segments. */
function beginsLike(conversation: Conversation, next: NextSegment): boolean {
  if (conversation.channelBefore?.length) return false;
  const [{ turns }, second] = settledStretches(conversation);
  return turns[0] ? turns[0] === next.turns[0] : !second || second.segment === next.segments[0];
}

/** A new segment with this text. */
export function toCompaction(
  { turns, segments, before }: NextSegment,
  text: string,
  conversation: Conversation,
  shared: boolean,
): Compaction {
  const positions = [...turns.map(positionOf), ...segments.map(({ position }) => position)].toSorted();
  const newest = [...turns.map(({ ts }) => ts), ...segments.map((segment) => segment.newest)].toSorted().at(-1) ?? '';
  const sum = (of: (segment: Segment) => number): number => segments.reduce((all, segment) => all + of(segment), 0);
  return {
    segment: {
      text,
      position: positions[0] ?? '',
      newest,
      turns: turns.length + sum((segment) => segment.turns),
      tokens: tokensOfAll(turns, shared) + sum((segment) => segment.tokens),
    },
    turns: turns.map(({ ts }) => ts),
    segments: segments.map(({ id }) => id),
    before: before?.id,
    seal: oldSegments(conversation, new Set(segments)),
  };
}

/** Segments so old that their turns are not worth keeping. */
function oldSegments({ segments = [] }: Conversation, replaced: ReadonlySet<Segment>): Segment[] {
  let left = MAX_KEPT_TOKENS;
  return segments.toReversed().filter((segment) => {
    left -= segment.tokens;
    return left < 0 && !replaced.has(segment);
  });
}

/** Whether this is the prompt for a summary. */
export function asksForSummary(messages: readonly PromptMessage[]): boolean {
  const last = messages.at(-1);
  return last !== undefined && textOf(last.content).startsWith(SUMMARY_BEGINNING);
}
