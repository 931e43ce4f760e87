/** Events API payloads in the forms that Slack sends them. https://docs.slack.dev/reference/events/message */
import { messageFrom, type EventOptions, type MessageEvent } from '../../../src/slack/inbound/events.js';

export const BOT = 'U0SKEIN0001';
export const BOT_ID = 'B0SKEIN0001';
export const TEAM = 'T0HOME00001';
export const OTHER_TEAM = 'T0GUEST0001';
export const ANN = 'U0ANN000001';
export const BEN = 'U0BEN000001';
export const CHANNEL = 'C0GENERAL01';
export const DM = 'D0ANNSKEIN1';
export const ROOT_TS = '1766458026.240809';
export const TS = '1766458031.859009';
export const EDITED_TS = '1766458040.000000';

export type Facts = Record<string, unknown>;

/** A payload around an event, as the bot's installation gets it. */
export function envelope(event: Facts, outer: Facts = {}): Facts {
  return {
    token: 'verification-token',
    team_id: TEAM,
    context_team_id: TEAM,
    context_enterprise_id: null,
    api_app_id: 'A0SKEIN0001',
    event,
    type: 'event_callback',
    event_id: 'Ev0SKEIN0001',
    event_time: 1766458031,
    authorizations: [{ enterprise_id: null, team_id: TEAM, user_id: BOT, is_bot: true, is_enterprise_install: false }],
    is_ext_shared_channel: false,
    event_context: '4-skein',
    ...outer,
  };
}

/** What Ann wrote in a channel. */
export function written(text: string, more: Facts = {}): Facts {
  return {
    type: 'message',
    user: ANN,
    ts: TS,
    client_msg_id: '66cc9473-12a2-4934-bd57-301917883ae3',
    text,
    team: TEAM,
    blocks: [richText({ type: 'text', text })],
    channel: CHANNEL,
    event_ts: TS,
    channel_type: 'channel',
    ...more,
  };
}

export function richText(...elements: Facts[]): Facts {
  return { type: 'rich_text', block_id: 'jEztr', elements: [{ type: 'rich_text_section', elements }] };
}

export function inDm(text: string, more: Facts = {}): Facts {
  return written(text, { channel: DM, channel_type: 'im', ...more });
}

/** A message of the bot's own, as it comes back to it. */
export function botsOwn(text: string, more: Facts = {}): Facts {
  return written(text, {
    user: BOT,
    bot_id: BOT_ID,
    app_id: 'A0SKEIN0001',
    bot_profile: { id: BOT_ID, user_id: BOT, name: 'Skein' },
    ...more,
  });
}

/** The event of a message that is no longer what it was; `after` and `before` are whole messages. */
export function changed(after: Facts, before: Facts | undefined, more: Facts = {}): Facts {
  return {
    type: 'message',
    subtype: 'message_changed',
    message: { ...after, source_team: TEAM, user_team: TEAM },
    ...(before && { previous_message: before }),
    channel: CHANNEL,
    hidden: true,
    ts: '1766458040.001300',
    event_ts: '1766458040.001300',
    channel_type: 'channel',
    ...more,
  };
}

export function editOf(before: Facts, text: string): Facts {
  return changed({ ...before, text, edited: { user: before['user'], ts: EDITED_TS } }, before);
}

export function deleted(previous: Facts, more: Facts = {}): Facts {
  return {
    type: 'message',
    subtype: 'message_deleted',
    deleted_ts: previous['ts'],
    previous_message: previous,
    channel: CHANNEL,
    hidden: true,
    ts: '1766458050.001400',
    event_ts: '1766458050.001400',
    channel_type: 'channel',
    ...more,
  };
}

export const OPTIONS: EventOptions = {
  bot: { userId: BOT, botId: BOT_ID, teamId: TEAM },
  allowExternalUsers: false,
};

export function heard(event: Facts, outer: Facts = {}, options: Partial<EventOptions> = {}): MessageEvent | undefined {
  return messageFrom(envelope(event, outer), { ...OPTIONS, ...options });
}

/** What somebody said; throws where nothing was. */
export function said(
  event: Facts,
  outer: Facts = {},
  options: Partial<EventOptions> = {},
): Extract<MessageEvent, { kind: 'said' }>['message'] {
  const found = heard(event, outer, options);
  if (found?.kind !== 'said') throw new Error(`nothing was said: ${JSON.stringify(found)}`);
  return found.message;
}
