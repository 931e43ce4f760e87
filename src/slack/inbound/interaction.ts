/** Translates the payload of a command, button, modal or shortcut. Pure. https://docs.slack.dev/reference/interaction-payloads */
import { z } from 'zod';

export type InteractionKind = 'command' | 'action' | 'submission' | 'shortcut';

/** Something that a person typed as a command, pressed or submitted. JSON, so that it can be stored. */
export interface Interaction {
  /** Identifies the act, however often Slack delivers it. */
  id: string;
  kind: InteractionKind;
  /** The command's first word, the `action_id` or the `callback_id`. */
  name: string;
  team: string;
  user: string;
  /** Where it happened; undefined outside of conversations, in modals for example. */
  channel?: string;
  /** What was typed behind the command's first word, or the value of the button. */
  text: string;
  /** What was entered in a modal: `view.state.values` as Slack sends it. */
  values?: unknown;
  /** For answers that only this person sees: five within half an hour. */
  responseUrl?: string;
}

const optional = z.string().optional().catch(undefined);

const command = z.object({
  command: z.string(),
  text: z.string().catch(''),
  trigger_id: z.string(),
  team_id: z.string(),
  user_id: z.string(),
  channel_id: optional,
  response_url: optional,
});

const interactive = z.object({
  type: z.enum(['block_actions', 'view_submission', 'shortcut', 'message_action']),
  trigger_id: z.string(),
  user: z.object({ id: z.string(), team_id: optional }),
  team: z.object({ id: z.string() }).nullish().catch(undefined),
  channel: z.object({ id: z.string() }).optional().catch(undefined),
  response_url: optional,
  callback_id: optional,
  view: z
    .object({ callback_id: z.string(), state: z.object({ values: z.unknown() }).optional() })
    .optional()
    .catch(undefined),
  actions: z
    .array(z.object({ action_id: z.string(), value: optional }))
    .optional()
    .catch(undefined),
});

/** Undefined for every other payload. */
export function interactionFrom(body: unknown): Interaction | undefined {
  // Most payloads are events: a failing parse would cost more than all else before the ack.
  if (typeof body !== 'object' || body === null) return undefined;
  if ('command' in body) {
    const typed = command.safeParse(body).data;
    return typed && fromCommand(typed);
  }
  if (!('trigger_id' in body)) return undefined;
  const pressed = interactive.safeParse(body).data;
  return pressed && fromInteractive(pressed);
}

function fromCommand(body: z.infer<typeof command>): Interaction {
  const [, name = '', text = ''] = /^\s*(\S*)\s*(.*)$/s.exec(body.text) ?? [];
  return {
    id: body.trigger_id,
    kind: 'command',
    name: name.toLowerCase(),
    team: body.team_id,
    user: body.user_id,
    text: text.trim(),
    ...(body.channel_id !== undefined && { channel: body.channel_id }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  };
}

const KINDS = {
  block_actions: 'action',
  view_submission: 'submission',
  shortcut: 'shortcut',
  message_action: 'shortcut',
} as const;

function fromInteractive(body: z.infer<typeof interactive>): Interaction | undefined {
  const [action] = body.actions ?? [];
  const name = action?.action_id ?? body.view?.callback_id ?? body.callback_id;
  const team = body.team?.id ?? body.user.team_id;
  if (name === undefined || team === undefined) return undefined;
  return {
    id: body.trigger_id,
    kind: KINDS[body.type],
    name,
    team,
    user: body.user.id,
    text: action?.value ?? '',
    ...(body.view?.state && { values: body.view.state.values }),
    ...(body.channel && { channel: body.channel.id }),
    ...(body.response_url !== undefined && { responseUrl: body.response_url }),
  };
}
