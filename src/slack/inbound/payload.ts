/**
 * The parts of Slack's message payloads that are read here. Whatever else comes along is left aside; a part of an
 * unknown form is as if it were missing, unless it may be what keeps the bot from answering.
 * https://docs.slack.dev/reference/events/message
 */
import { z } from 'zod';

const text = z.string().optional().catch(undefined);
/** Says by being there that a program or somebody else's colleague spoke: there in an unknown form, it still does. */
const sign = z
  .string()
  .nullish()
  .transform((value) => value ?? undefined)
  .catch('(unreadable)');
const flag = z.boolean().optional().catch(undefined);
const userId = z
  .string()
  .regex(/^[UW][A-Z0-9]+$/)
  .optional()
  .catch(undefined);
const list = <T extends z.ZodType>(item: T) => z.array(item).catch([]).default([]);

const cell = z.object({ text: z.unknown(), value: z.unknown(), elements: z.unknown() }).partial();
const block = z.object({ type: text, rows: list(z.array(cell)), elements: z.unknown().optional() });
const attachment = z.object({ text, fallback: text, author_name: text, is_share: flag, blocks: list(block) });
const file = z.object({ name: text, mimetype: text });

const said = z.object({
  subtype: sign,
  user: text,
  bot_id: sign,
  hidden: z.boolean().nullish().catch(true),
  text,
  ts: z.string(),
  thread_ts: text,
  team: sign,
  user_team: sign,
  source_team: sign,
  edited: z.object({ ts: z.string() }).optional().catch(undefined),
  blocks: list(block),
  attachments: list(attachment),
  files: list(file),
});

const event = said.extend({
  type: z.enum(['message', 'app_mention']),
  channel: z.string(),
  deleted_ts: text,
  message: said.optional().catch(undefined),
  previous_message: said.optional().catch(undefined),
});

export const messagePayload = z.object({
  team_id: z.string(),
  authorizations: list(z.object({ team_id: z.string().nullish(), user_id: userId })),
  event,
});

/** A message as it stands in events and in `conversations.replies`. */
export const slackMessage = said;
export type SlackMessage = z.infer<typeof said>;
export type MessagePayload = z.infer<typeof messagePayload>;
