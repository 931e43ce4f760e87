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

export type Fields = Record<string, unknown>;

/** The payload of an event, as delivered for the bot's installation. */
export function envelope(event: Fields, outer: Fields = {}): Fields {
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

/** A message from Ann in a channel. */
export function channelMessage(text: string, more: Fields = {}): Fields {
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

export function richText(...elements: Fields[]): Fields {
  return { type: 'rich_text', block_id: 'jEztr', elements: [{ type: 'rich_text_section', elements }] };
}

export function directMessage(text: string, more: Fields = {}): Fields {
  return channelMessage(text, { channel: DM, channel_type: 'im', ...more });
}

/** A message of the bot, as Slack delivers it back to the bot. */
export function botMessage(text: string, more: Fields = {}): Fields {
  return channelMessage(text, {
    user: BOT,
    bot_id: BOT_ID,
    app_id: 'A0SKEIN0001',
    bot_profile: { id: BOT_ID, user_id: BOT, name: 'Skein' },
    ...more,
  });
}

/** A `message_changed` event; `after` and `before` are whole messages. */
export function changeEvent(after: Fields, before: Fields | undefined, more: Fields = {}): Fields {
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

export function editEvent(before: Fields, text: string): Fields {
  return changeEvent({ ...before, text, edited: { user: before['user'], ts: EDITED_TS } }, before);
}

export function deleteEvent(previous: Fields, more: Fields = {}): Fields {
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
  dmReplies: 'thread',
};

/** The parsed event; undefined if the bot ignores it. */
export function parsed(
  event: Fields,
  outer: Fields = {},
  options: Partial<EventOptions> = {},
): MessageEvent | undefined {
  return messageFrom(envelope(event, outer), { ...OPTIONS, ...options });
}

/** The new message in an event. Throws if there is none. */
export function messageIn(
  event: Fields,
  outer: Fields = {},
  options: Partial<EventOptions> = {},
): Extract<MessageEvent, { kind: 'said' }>['message'] {
  const found = parsed(event, outer, options);
  if (found?.kind !== 'said') throw new Error(`the event has no new message: ${JSON.stringify(found)}`);
  return found.message;
}
