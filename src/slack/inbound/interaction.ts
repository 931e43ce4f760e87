/** Translates the payload of a command, button, modal or shortcut. Pure. https://docs.slack.dev/reference/interaction-payloads */
import * as z from 'zod';
import type { FileReference } from '../../core/files.js';
import { filesOf } from './content.js';
import { slackMessage } from './payload.js';

/** `event`: no act of a person's, but what happened to the bot. */
export type InteractionKind = 'command' | 'action' | 'submission' | 'shortcut' | 'event';

/** Something that a person typed as a command, pressed or submitted, or that happened to the bot. JSON, so that it can be stored. */
export interface Interaction {
  /** Slack's `trigger_id`: identifies the act, however often Slack delivers it. */
  id: string;
  kind: InteractionKind;
  /** The command's first word, the `action_id`, the `callback_id`, or what happened. */
  name: string;
  team: string;
  /** Of an event who caused it; '' if Slack does not say. */
  user: string;
  /** The person's own workspace, where Slack tells it. */
  home?: string;
  /** Where it happened; undefined outside of conversations, in modals for example. */
  channel?: string;
  /** `ts` of the thread that a command was written in, behind the bot's name. */
  thread?: string;
  /** What was typed behind the command's first word, the value of the button, or what was chosen in a menu. */
  text: string;
  /**
   * The message that the button stands under, that the shortcut was used on, or that the command was written in. `thread`:
   * `ts` of its thread, if it is in one.
   */
  message?: { ts: string; thread?: string; text?: string; files?: readonly FileReference[] };
  /** The modal. `values`: what was entered, `view.state.values` as Slack sends it. */
  view?: { id: string; privateMetadata: string; values?: unknown };
  /** For answers that only this person sees: five within half an hour. */
  responseUrl?: string;
}

const optional = z.string().optional().catch(undefined);

const command = z.object({
  text: z.string().catch(''),
  trigger_id: z.string(),
  team_id: optional,
  enterprise_id: optional,
  user_id: z.string(),
  channel_id: optional,
  response_url: optional,
});

const KINDS = {
  block_actions: 'action',
  view_submission: 'submission',
  shortcut: 'shortcut',
  message_action: 'shortcut',
} as const;

/** `type`: of a payload that is no command. */
export function isInteraction(type: unknown): type is keyof typeof KINDS {
  return typeof type === 'string' && Object.hasOwn(KINDS, type);
}

const withId = z.object({ id: z.string() }).nullish().catch(undefined);

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: what was chosen depends on the element. */
const action = z
  .object({
    action_id: z.string(),
    value: optional,
    selected_option: z.object({ value: z.string() }).nullish().catch(undefined),
    selected_user: optional,
    selected_channel: optional,
    selected_conversation: optional,
  })
  .transform((one) => ({
    name: one.action_id,
    value:
      one.value ?? one.selected_option?.value ?? one.selected_user ?? one.selected_channel ?? one.selected_conversation,
  }));

const interactive = z.object({
  type: z.enum(Object.keys(KINDS) as (keyof typeof KINDS)[]),
  trigger_id: z.string(),
  user: z.object({ id: z.string(), team_id: optional }),
  team: withId,
  enterprise: withId,
  channel: withId,
  response_url: optional,
  callback_id: optional,
  message: z.looseObject({ ts: z.string(), thread_ts: optional, text: optional }).optional().catch(undefined),
  // An ephemeral message stands only here.
  container: z.object({ message_ts: z.string(), thread_ts: optional }).optional().catch(undefined),
  view: z
    .object({
      id: z.string().catch(''),
      callback_id: optional,
      private_metadata: z.string().catch(''),
      state: z.object({ values: z.unknown() }).optional().catch(undefined),
    })
    .optional()
    .catch(undefined),
  actions: z.array(action).optional(),
});

/**
 * Undefined for every other payload, also for another slash command than `slashCommand`. Throws if it is an interaction
 * that cannot be read: the person must not see it succeed.
 */
export function interactionFrom(body: unknown, slashCommand: string): Interaction | undefined {
  // Most payloads are events: a failing parse would cost more than all else before the ack.
  if (typeof body !== 'object' || body === null) return undefined;
  if ('command' in body) return body.command === slashCommand ? fromCommand(read(command, body)) : undefined;
  if (!('type' in body) || !isInteraction(body.type)) return undefined;
  return fromInteractive(read(interactive, body));
}

function read<T>(form: z.ZodType<T>, body: object): T {
  const { data, error } = form.safeParse(body);
  if (error) throw new Error(`an interaction cannot be read: ${z.prettifyError(error)}`);
  return data;
}

function fromCommand(body: z.infer<typeof command>): Interaction {
  const [, name = '', text = ''] = /^\s*(\S*)\s*(.*)$/s.exec(body.text) ?? [];
  return {
    id: body.trigger_id,
    kind: 'command',
    name: name.toLowerCase(),
    team: required(body.team_id ?? body.enterprise_id, 'workspace'),
    user: body.user_id,
    text: text.trim(),
    ...(body.channel_id !== undefined && { channel: body.channel_id }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  };
}

function fromInteractive(body: z.infer<typeof interactive>): Interaction {
  const [pressed] = body.actions ?? [];
  const { view } = body;
  const message = body.message ?? (body.container && { ...body.container, ts: body.container.message_ts });
  // Only a shortcut is about what the message says.
  const about = body.type === 'message_action' ? body.message : undefined;
  const text = about?.text;
  const shown = about && slackMessage.safeParse(about).data;
  const files = shown ? filesOf(shown) : [];
  return {
    id: body.trigger_id,
    kind: KINDS[body.type],
    name: required(pressed?.name ?? view?.callback_id ?? body.callback_id, 'action_id or callback_id'),
    // An app that is installed for the whole organization may get no workspace.
    team: required(body.team?.id ?? body.user.team_id ?? body.enterprise?.id, 'workspace'),
    user: body.user.id,
    ...(body.user.team_id !== undefined && { home: body.user.team_id }),
    text: pressed?.value ?? '',
    ...(message && {
      message: {
        ts: message.ts,
        ...(message.thread_ts !== undefined && { thread: message.thread_ts }),
        ...(text !== undefined && { text }),
        ...(files.length > 0 && { files }),
      },
    }),
    ...(view && {
      view: { id: view.id, privateMetadata: view.private_metadata, ...(view.state && { values: view.state.values }) },
    }),
    ...(body.channel && { channel: body.channel.id }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  };
}

function required(value: string | undefined, what: string): string {
  if (value === undefined) throw new Error(`an interaction cannot be read: it has no ${what}`);
  return value;
}
