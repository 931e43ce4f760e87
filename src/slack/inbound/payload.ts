/**
 * The parts of Slack's message payloads that the bot reads. A part of unknown form counts as missing, unless its presence
 * is what keeps the bot from answering.
 * https://docs.slack.dev/reference/events/message
 */
import * as z from 'zod';
import { ownMetadata } from '../web-api/metadata.js';

const text = z.string().optional().catch(undefined);
/** Times are compared as text, and as numbers in Redis: there another form would make every later event of its channel fail. */
const ts = z.string().regex(/^\d{1,10}\.\d{1,6}$/);
const tsIfAny = ts.optional().catch(undefined);
/** Its presence, in whatever form, tells that an app or an external person wrote. */
const marker = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined)
  .catch('(unreadable)');
/** Of many kinds: `blocks.ts` and `attachments.ts` read them. */
const parts = z.array(z.unknown()).catch([]).default([]);
const list = <T extends z.ZodType>(item: T) => z.array(item).catch([]).default([]);

const said = z.object({
  subtype: marker,
  user: text,
  bot_id: marker,
  username: text,
  bot_profile: z
    .object({ name: text, is_workflow_bot: z.boolean().optional().catch(undefined) })
    .optional()
    .catch(undefined),
  workflow_id: text,
  hidden: z.boolean().nullish().catch(true),
  text,
  ts,
  thread_ts: tsIfAny,
  reply_count: z.number().optional().catch(undefined),
  team: marker,
  user_team: marker,
  source_team: marker,
  edited: z.object({ ts: z.string() }).optional().catch(undefined),
  blocks: parts,
  attachments: parts,
  files: parts,
  metadata: ownMetadata.optional().catch(undefined),
});

const event = said.extend({
  type: z.enum(['message', 'app_mention']),
  channel: z.string(),
  deleted_ts: tsIfAny,
  message: said.optional().catch(undefined),
  previous_message: said.optional().catch(undefined),
});

/** An `app_mention`, with the time at which Slack made the event, in seconds. */
export const mentionPayload = z.object({
  event: z.object({ type: z.literal('app_mention'), ts }),
  event_time: z.number(),
});

/** Where an event happened, and through which installation it came. */
export const eventContext = z.object({
  team_id: text,
  enterprise_id: text,
  context_team_id: text,
  context_enterprise_id: text,
  is_ext_shared_channel: z.boolean().optional().catch(undefined),
  authorizations: list(
    z.object({ team_id: z.string().nullish(), enterprise_id: z.string().nullish().catch(undefined) }),
  ),
});
export type EventContext = z.infer<typeof eventContext>;

export const messagePayload = eventContext.extend({ event });

/** A message as in events and in `conversations.replies`. */
export const slackMessage = said;
export type SlackMessage = z.infer<typeof said>;
export type MessagePayload = z.infer<typeof messagePayload>;
