/** A conversation as a file: what people did, what the model said, and what came of it. */
import * as z from 'zod';
import { messageOf } from '../core/errors.js';

export const FORMAT = 'skein-conversation';
export const VERSION = 1;

export const MODEL_PROBLEMS = [
  'bad_key',
  'no_quota',
  'unknown_model',
  'unknown_api',
  'content_filter',
  'context_too_long',
  'bad_request',
  'rate_limited',
  'unavailable',
  'empty',
] as const;

const ts = z.string().regex(/^\d{10}\.\d{6}$/, 'is not the ts of a message');
/** Milliseconds since 1970. */
const at = z.number();
/** `settled`: how many replies were stored before it. */
const when = { at, settled: z.number().int().min(0) };

const purpose = z.enum(['answer', 'summary']);

const step = z.discriminatedUnion('do', [
  z.object({
    do: z.literal('say'),
    ...when,
    ts,
    user: z.string(),
    text: z.string(),
    threadTs: ts.optional(),
    broadcast: z.literal(true).optional(),
  }),
  z.object({ do: z.literal('edit'), ...when, ts, user: z.string(), text: z.string() }),
  z.object({ do: z.literal('remove'), ...when, ts, user: z.string() }),
  /** The model is asked: what follows came while it was answering. */
  z.object({ do: z.literal('ask'), ...when, purpose }),
  /** The model's: its text, or why there was none. */
  z.object({
    do: z.literal('answer'),
    ...when,
    purpose,
    text: z.string().optional(),
    problem: z.enum(MODEL_PROBLEMS).optional(),
    reason: z.string().optional(),
  }),
]);

const run = z.object({
  state: z.string(),
  questions: z.array(ts),
  model: z.string().optional(),
  prompt: z.array(z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() })),
  said: z.string().optional(),
});

const recording = z.object({
  format: z.literal(FORMAT),
  version: z.literal(VERSION),
  /** Settings of the bot that change what it does. No secrets. */
  settings: z.record(z.string(), z.string()),
  standIn: z.boolean(),
  /** Names of people, the bot and channels, by id. */
  names: z.record(z.string(), z.string()),
  channel: z.object({
    id: z.string(),
    kind: z.enum(['channel', 'private', 'mpim', 'im']),
    with: z.string().optional(),
  }),
  /** `ts` of the root; undefined for a DM's top level. */
  thread: ts.optional(),
  steps: z.array(step),
  runs: z.array(run),
  /** The bot's messages as they stand in the end, in order. */
  replies: z.array(z.object({ ts, text: z.string() })),
});

export type Recording = z.output<typeof recording>;
export type RecordedStep = Recording['steps'][number];
export type RecordedRun = Recording['runs'][number];

/** Throws an Error that says what is wrong with the file. */
export function readRecording(text: string): Recording {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new Error(`it is not JSON (${messageOf(error)})`, { cause: error });
  }
  const head = z.object({ format: z.literal(FORMAT), version: z.number() }).safeParse(json);
  if (!head.success) throw new Error('it is not a conversation that the playground has exported');
  if (head.data.version !== VERSION)
    throw new Error(`it has version ${head.data.version}, and this program reads version ${VERSION}: export it again`);
  const result = recording.safeParse(json);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new Error(`${issue?.path.join('.')}: ${issue?.message}`);
}

/** The same with other ids: `ids` maps those of the recording to new ones. */
export function withIds(recorded: Recording, ids: ReadonlyMap<string, string>): Recording {
  const pattern = /\b[UWCGDBT][A-Z0-9]{8,}\b/g;
  return recording.parse(JSON.parse(JSON.stringify(recorded).replace(pattern, (id) => ids.get(id) ?? id)));
}
