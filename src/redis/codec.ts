/** Turns, replies and segments as JSON. A turn's `ts` is not part of it: it is the name of the hash field. */
import * as z from 'zod';
import type { ReplyInProgress, Segment } from '../core/conversation.js';
import type { Turn } from '../core/turn.js';

const part = z.object({ type: z.literal('text'), text: z.string() });
/** Parts of a kind that only a later version knows are left out; if none is left, the turn is its `text`. */
const parts = z.array(z.unknown()).transform((all) => all.flatMap((one) => part.safeParse(one).data ?? []));

const file = z.object({
  id: z.string(),
  name: z.string(),
  mimetype: z.string().exactOptional(),
  size: z.number().exactOptional(),
  url: z.string().exactOptional(),
  transcript: z.string().exactOptional(),
  transcriptIsCut: z.literal(true).exactOptional(),
});
const files = z.array(z.unknown()).transform((all) => all.flatMap((one) => file.safeParse(one).data ?? []));

const unasked = z.enum(['others', 'between', 'mention', 'app', 'edited', 'backlog', 'channel', 'stop']);
const person = z.object({
  role: z.literal('person'),
  author: z.string(),
  text: z.string(),
  parts: parts.exactOptional(),
  files: files.exactOptional(),
  isPartial: z.literal(true).exactOptional(),
  name: z.string().exactOptional(),
  // Not essential: an unknown one is ignored.
  unasked: unasked.optional().catch(undefined),
});
const usage = z.object({
  promptTokens: z.number(),
  cachedTokens: z.number(),
  cacheWriteTokens: z.number().exactOptional(),
  completionTokens: z.number(),
  costUsd: z.number().exactOptional(),
});
const postedFiles = z.array(z.object({ id: z.string(), digest: z.string(), picture: z.string().exactOptional() }));
const versions = z.object({ texts: z.array(z.string()), shown: z.number() });
const assistant = z.object({
  role: z.literal('assistant'),
  text: z.string(),
  after: z.string(),
  notice: z.literal(true).optional(),
  omits: z.literal(true).optional(),
  stopped: z.literal(true).optional(),
  // Not essential: an unknown format is ignored.
  versions: versions.optional().catch(undefined),
  postedFiles: postedFiles.optional().catch(undefined),
  usage: usage.optional().catch(undefined),
});
const storedTurn = z.discriminatedUnion('role', [person, assistant]);
const segment = z.object({
  text: z.string(),
  position: z.string(),
  newest: z.string(),
  turns: z.number(),
  tokens: z.number(),
});
const replyInProgress = z.object({
  after: z.string(),
  messages: z.array(z.string()),
  opening: z.boolean(),
  questions: z.array(z.string()).exactOptional(),
  postedFiles: postedFiles.exactOptional(),
});

/** In each partial turn, and in no other: inside a string, quotation marks are escaped. */
export const PARTIAL_BYTES = '"isPartial":true';

export function encodeTurn(turn: Turn): string {
  return JSON.stringify({ ...turn, ts: undefined });
}

/** Undefined for a format that this version does not know. It stays stored, for the version that wrote it. */
export function decodeTurn(ts: string, bytes: string): Turn | undefined {
  const stored = parse(bytes);
  return plainTurn(ts, stored) ?? checkedTurn(ts, stored);
}

/** The turns of most conversations, for which the schema takes longer than all the rest of a load. Undefined for any other. */
function plainTurn(ts: string, stored: unknown): Turn | undefined {
  if (typeof stored !== 'object' || stored === null) return undefined;
  const { role, author, text, after, usage: its, ...others } = stored as Record<string, unknown>;
  if (typeof text !== 'string') return undefined;
  for (const _ in others) return undefined;
  if (role === 'person' && typeof author === 'string' && after === undefined && its === undefined)
    return { role, ts, author, text };
  if (role !== 'assistant' || typeof after !== 'string' || author !== undefined) return undefined;
  if (its === undefined) return { role, ts, text, after };
  const { data } = usage.safeParse(its);
  return data && { role, ts, text, after, usage: data };
}

function checkedTurn(ts: string, stored: unknown): Turn | undefined {
  const parsed = storedTurn.safeParse(stored);
  if (!parsed.success) return undefined;
  const { data } = parsed;
  if (data.role === 'person') {
    const { parts: known = [], files: attached = [], unasked: reason, ...rest } = data;
    return {
      ts,
      ...rest,
      ...(reason && { unasked: reason }),
      ...(known.length > 0 && { parts: known }),
      ...(attached.length > 0 && { files: attached }),
    };
  }
  const { notice, omits, stopped, versions: knownVersions, postedFiles: posted, usage: knownUsage, ...required } = data;
  return {
    ts,
    ...required,
    ...(notice && { notice }),
    ...(omits && { omits }),
    ...(stopped && { stopped }),
    ...(knownVersions && { versions: knownVersions }),
    ...(posted && { postedFiles: posted }),
    ...(knownUsage && { usage: knownUsage }),
  };
}

export function encodeReply(reply: ReplyInProgress): string {
  return JSON.stringify(reply);
}

export function decodeReply(bytes: string): ReplyInProgress | undefined {
  return replyInProgress.safeParse(parse(bytes)).data;
}

export function encodeSegment(stored: Omit<Segment, 'id'>): string {
  return JSON.stringify(stored);
}

export function decodeSegment(id: string, bytes: string): Segment | undefined {
  const { data } = segment.safeParse(parse(bytes));
  return data && { id, ...data };
}

function parse(bytes: string): unknown {
  try {
    return JSON.parse(bytes);
  } catch {
    return undefined;
  }
}

/** Those that are not removed, in the order of the flat list of `ts` and bytes. */
export function turnsIn(flat: readonly string[]): Turn[] {
  const turns: Turn[] = [];
  for (let at = 0; at < flat.length; at += 2) {
    const [ts, bytes] = [flat[at] ?? '', flat[at + 1] ?? ''];
    const turn = bytes === '' ? undefined : decodeTurn(ts, bytes);
    if (turn) turns.push(turn);
  }
  return turns;
}
