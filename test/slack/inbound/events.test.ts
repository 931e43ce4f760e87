import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { classify } from '../../../src/conversation/intent.js';
import { idOf } from '../../../src/core/conversation-id.js';
import { alsoComesAsMessage, messageFrom, teamOf } from '../../../src/slack/inbound/events.js';
import {
  ANN,
  BEN,
  BOT,
  BOT_ID,
  botMessage,
  CHANNEL,
  changeEvent,
  deleteEvent,
  DM,
  EDITED_TS,
  editEvent,
  envelope,
  type Fields,
  parsed,
  directMessage,
  OPTIONS,
  OTHER_TEAM,
  richText,
  ROOT_TS,
  messageIn,
  TEAM,
  TS,
  channelMessage,
} from './payloads.js';

const plan = { id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' };
const notes = { id: 'F2', name: 'notes.txt' };
const ci = { bot_id: 'B0OTHERBOT1' };
const section = (text: string): Fields => ({ type: 'section', text: { type: 'mrkdwn', text } });
const inThread = { thread_ts: ROOT_TS, parent_user_id: ANN };
const threadKey = `${TEAM}:${CHANNEL}:${ROOT_TS}`;

/** The `app_mention` event that Slack sends in addition to the `message` event of a post. */
function asMention(event: Fields): Fields {
  return without({ ...event, type: 'app_mention' }, 'channel_type');
}

function without(fields: Fields, key: string): Fields {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
}

/** The paths of all values in a payload. */
function pathsIn(node: unknown, path: string[] = []): string[][] {
  if (typeof node !== 'object' || node === null) return [path];
  return [path, ...Object.entries(node).flatMap(([key, value]) => pathsIn(value, [...path, key]))];
}

/** A copy with `value` at this path. */
function replaced(node: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(node) ? [...(node as unknown[])] : { ...(node as Fields) }) as Fields;
  copy[key] = replaced(copy[key], rest, value);
  return copy;
}

describe('a mention in a channel', () => {
  const mention = channelMessage(`<@${BOT}> what is new?`, {
    blocks: [richText({ type: 'user', user_id: BOT }, { type: 'text', text: ' what is new?' })],
  });

  test("starts a conversation in the message's thread", () => {
    expect(parsed(mention)).toEqual({
      kind: 'said',
      message: {
        conversation: { team: TEAM, channel: CHANNEL, thread: TS },
        ts: TS,
        author: ANN,
        text: 'what is new?',
        addressed: 'bot',
        inChannel: true,
      },
    });
  });

  test('gives the same result as `message` and as `app_mention`', () => {
    expect(parsed(asMention(mention), { event_id: 'Ev0SKEIN0002', context_team_id: undefined })).toEqual(
      parsed(mention),
    );
  });

  test('in a thread belongs to the thread', () => {
    const event = channelMessage(`and <@${BOT}|skein> what do you say`, inThread);
    expect(messageIn(event)).toMatchObject({
      conversation: { thread: ROOT_TS },
      ts: TS,
      text: `and <@${BOT}> what do you say`,
      addressed: 'bot',
    });
    expect(parsed(asMention(event))).toEqual(parsed(event));
  });

  test('counts if only the blocks contain it', () => {
    expect(
      messageIn(channelMessage('what is new?', { blocks: [richText({ type: 'user', user_id: BOT })] })).addressed,
    ).toBe('bot');
  });

  test('counts among mentions of others', () => {
    expect(messageIn(channelMessage(`<@${BEN}> ask <@${BOT}>`))).toMatchObject({
      addressed: 'bot',
      text: `<@${BEN}> ask <@${BOT}>`,
    });
  });

  test('does not count if it is a typed imitation', () => {
    expect(messageIn(channelMessage(`&lt;@${BOT}&gt; hi`)).addressed).toBe('open');
  });
});

describe('whom a message addresses', () => {
  test('is nobody without mentions', () => {
    expect(messageIn(channelMessage('2', inThread))).toMatchObject({
      addressed: 'open',
      text: '2',
      conversation: { thread: ROOT_TS },
    });
  });

  test('is another person who is mentioned', () => {
    expect(messageIn(channelMessage(`<@${BEN}> can you?`, inThread))).toMatchObject({
      addressed: 'others',
      text: `<@${BEN}> can you?`,
    });
  });

  test.each(['<!subteam^S0TEAM00001|@oncall>', '<!here>', '<!channel>', '<!everyone>'])(
    'is `others` for a group: %s',
    (group) => {
      expect(messageIn(channelMessage(`${group} look`, inThread)).addressed).toBe('others');
    },
  );

  test('is the bot for anything in a direct message', () => {
    expect(messageIn(directMessage(`<@${BEN}> said so`)).addressed).toBe('bot');
  });

  test('is `others` for people and groups named only in the blocks', () => {
    expect(
      messageIn(channelMessage('', { ...inThread, blocks: [richText({ type: 'user', user_id: BEN })] })).addressed,
    ).toBe('others');
    const group = richText({ type: 'usergroup', usergroup_id: 'S0TEAM00001' });
    expect(messageIn(channelMessage('', { ...inThread, blocks: [group] })).addressed).toBe('others');
  });

  test('is nobody in a group direct message, unless somebody is mentioned', () => {
    const group = { channel: 'G0SEVERAL01', channel_type: 'mpim' };
    expect(messageIn(channelMessage('lunch?', group))).toMatchObject({
      addressed: 'open',
      conversation: { channel: 'G0SEVERAL01', thread: TS },
    });
    expect(messageIn(channelMessage(`<@${BOT}> lunch?`, group)).addressed).toBe('bot');
    expect(messageIn(channelMessage('lunch?', { ...group, channel: 'C0SEVERAL01' })).addressed).toBe('open');
  });
});

describe('the conversation of a message', () => {
  test.each([
    ['the thread that it starts', 'thread', TS],
    ['the direct message itself with DM_REPLIES=flat', 'flat', 'dm'],
  ] as const)("at a direct message's top level is %s", (_, dmReplies, thread) => {
    const conversation = { team: TEAM, channel: DM, thread };
    expect(messageIn(directMessage('hello'), {}, { dmReplies }).conversation).toEqual(conversation);
    expect(messageIn(directMessage('hello', { thread_ts: TS }), {}, { dmReplies }).conversation).toEqual(conversation);
  });

  test.each(['thread', 'flat'] as const)('in a group DM is the thread, with DM_REPLIES=%s', (dmReplies) => {
    const group = { channel: 'C0SEVERAL01', channel_type: 'mpim' };
    expect(messageIn(channelMessage(`<@${BOT}> hi`, group), {}, { dmReplies }).conversation.thread).toBe(TS);
  });

  test('is the thread, in a thread of a direct message', () => {
    expect(messageIn(directMessage('hello', inThread)).conversation).toEqual({
      team: TEAM,
      channel: DM,
      thread: ROOT_TS,
    });
  });

  test('is the thread that a message starts', () => {
    expect(messageIn(channelMessage('hello', { thread_ts: TS })).conversation.thread).toBe(TS);
  });

  test("is in the bot's workspace, even if delivered through another one", () => {
    const event = channelMessage('hello', { team: TEAM, user_team: TEAM });
    expect(messageIn(event, { team_id: OTHER_TEAM }).conversation.team).toBe(TEAM);
  });

  test('does not need `authorizations`: the bot is known from the options', () => {
    const outer = { authorizations: undefined };
    expect(messageIn(channelMessage(`<@${BOT}> hi`), outer)).toEqual(messageIn(channelMessage(`<@${BOT}> hi`)));
    expect(parsed(botMessage('hi', { bot_id: undefined }), outer)).toBeUndefined();
  });

  test("is in the bot's workspace if the authorization of an organization has none", () => {
    const authorizations = [
      { enterprise_id: 'E0ORG000001', team_id: null, user_id: BOT, is_bot: true, is_enterprise_install: true },
    ];
    expect(messageIn(channelMessage('hello'), { authorizations }).conversation.team).toBe(TEAM);
  });
});

describe('the workspace of an event', () => {
  test.each<[string, Fields, string | undefined]>([
    ["is that of the event's channel", { context_team_id: TEAM, team_id: OTHER_TEAM }, TEAM],
    ['is not that of the installation that it was delivered for', { authorizations: [{ team_id: OTHER_TEAM }] }, TEAM],
    [
      'is that of the event if an organization installed the bot',
      { context_team_id: null, authorizations: [{ team_id: null, enterprise_id: 'E1' }] },
      TEAM,
    ],
    ['is a workspace rather than an organization', { context_team_id: 'E1', authorizations: [] }, TEAM],
    [
      'is an organization if nothing else is named',
      { context_team_id: null, team_id: null, authorizations: [{ team_id: null, enterprise_id: 'E1' }] },
      'E1',
    ],
    ['is otherwise that of the installation', { context_team_id: undefined, team_id: OTHER_TEAM }, TEAM],
    ['is otherwise `team_id`', { context_team_id: undefined, authorizations: [{ team_id: null }] }, TEAM],
    ['is undefined in a payload of another form', { context_team_id: 7, authorizations: {}, team_id: null }, undefined],
  ])('%s', (_, outer, team) => {
    expect(teamOf(envelope(channelMessage('hello'), outer))).toBe(team);
  });

  test.each([null, undefined, 7, 'text', [], {}])('is undefined for %j', (body) => {
    expect(teamOf(body)).toBeUndefined();
  });
});

describe('the bot ignores', () => {
  test.each<[string, Fields]>([
    ['its own posts', botMessage('Hello!')],
    ['its own posts that mention it', botMessage(`<@${BOT}>`, inThread)],
    ['posts of its user without a bot id', channelMessage('hi', { user: BOT })],
    ['somebody joining', channelMessage(`<@${ANN}> has joined the channel`, { subtype: 'channel_join' })],
    ['somebody leaving', channelMessage(`<@${ANN}> has left the channel`, { subtype: 'channel_leave' })],
    ['a new topic', channelMessage('set the topic', { subtype: 'channel_topic', topic: 'x' })],
    ['a reminder', channelMessage('Reminder: ship', { subtype: 'reminder_add' })],
    ['Slackbot', directMessage('hi', { user: 'USLACKBOT' })],
    ['Slack itself', directMessage(`<@${ANN}> archived the channel <#${CHANNEL}>`, { user: 'USLACK' })],
    ['hidden messages', channelMessage('hi', { hidden: true })],
    ['a message without a user', channelMessage('hi', { user: undefined })],
    ['a message without `ts`', channelMessage('hi', { ts: undefined })],
    [
      'other events',
      {
        type: 'reaction_added',
        user: ANN,
        reaction: 'eyes',
        item: { type: 'message', channel: CHANNEL, ts: TS },
        event_ts: TS,
      },
    ],
    ['an opened home tab', { type: 'app_home_opened', user: ANN, channel: DM, tab: 'messages', event_ts: TS }],
  ])('%s', (_what, event) => {
    expect(parsed(event)).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['undefined', undefined],
    ['null', null],
    ['a string', 'hello'],
    ['an empty object', {}],
    ['a payload without an event', { team_id: TEAM }],
    ["an app's url verification", { type: 'url_verification', challenge: 'x' }],
  ])('a body that is %s', (_what, body) => {
    expect(messageFrom(body, OPTIONS)).toBeUndefined();
  });
});

describe('other messages of a person', () => {
  test('a shared file is named in the text', () => {
    const files = [{ id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' }];
    expect(messageIn(directMessage('read this', { subtype: 'file_share', files })).text).toBe(
      'read this\n[file: plan.pdf, application/pdf]',
    );
  });

  test('a reply that is also sent to the channel belongs to its thread', () => {
    const event = channelMessage('by the way', {
      ...inThread,
      subtype: 'thread_broadcast',
      root: { user: ANN, ts: ROOT_TS, text: 'first', thread_ts: ROOT_TS },
    });
    expect(messageIn(event)).toMatchObject({ text: 'by the way', conversation: { thread: ROOT_TS } });
  });

  test('a /me message is plain text', () => {
    expect(messageIn(channelMessage('waves', { subtype: 'me_message' })).text).toBe('waves');
  });

  test('escaped characters and links are decoded', () => {
    expect(
      messageIn(channelMessage('if a &lt; b &amp;&amp; c, see <https://example.com|this> in <#C0GENERAL01|general>'))
        .text,
    ).toBe('if a < b && c, see [this](https://example.com) in #general');
  });
});

describe('a message of a kind that is not known', () => {
  const unknown = { subtype: 'voice_note' };

  test('asks where a person names the bot in it, and says its kind', () => {
    expect(parsed(channelMessage(`<@${BOT}> hi`, unknown))).toMatchObject({
      kind: 'said',
      message: { addressed: 'bot', text: 'hi' },
      unknownSubtype: 'voice_note',
    });
    const blocks = [richText({ type: 'user', user_id: BOT }, { type: 'text', text: ' hi' })];
    expect(messageIn(channelMessage('', { ...unknown, blocks }))).toMatchObject({ addressed: 'bot', text: 'hi' });
    expect(parsed(editEvent(channelMessage(`<@${BOT}> helo`, unknown), `<@${BOT}> hello`))).toMatchObject({
      kind: 'edited',
    });
  });

  test.each<[string, Fields]>([
    ['does not name the bot', channelMessage('hi', unknown)],
    ['is in a direct message and does not name the bot', directMessage('hi', unknown)],
    ['is by an app', channelMessage(`<@${BOT}> hi`, { ...unknown, bot_id: 'B0OTHERBOT1' })],
    ['is one of the notes of Slack', channelMessage(`<@${BOT}> was added`, { subtype: 'channel_posting_permissions' })],
  ])('is left alone where it %s', (_why, event) => {
    expect(parsed(event)).toBeUndefined();
  });

  test('is gone once an edit takes the mention away', () => {
    const named = channelMessage(`<@${BOT}> the password is abc`, unknown);
    const gone = { kind: 'deleted', key: `${TEAM}:${CHANNEL}:${TS}`, ts: TS, author: ANN, inChannel: true };
    expect(parsed(editEvent(named, 'never mind'))).toEqual(gone);
    expect(parsed(editEvent(channelMessage('not read', unknown), 'nor this'))).toBeUndefined();
  });

  test('a known kind is not said to be unknown', () => {
    expect(parsed(channelMessage('hi', { subtype: 'me_message' }))).not.toHaveProperty('unknownSubtype');
  });
});

describe('the two events of a mention', () => {
  const mention = channelMessage(`<@${BOT}> read this`);
  const seconds = Math.floor(Number(TS));

  test.each<[string, Fields, Fields, boolean]>([
    ['app_mention, made with the message', asMention(mention), { event_time: seconds }, true],
    ['message', mention, { event_time: seconds }, false],
    ['app_mention after an edit that adds the mention', asMention(mention), { event_time: seconds + 40 }, false],
    ['app_mention after an invitation of the bot', asMention(mention), { event_time: seconds + 3 }, false],
    ['app_mention of unknown age', asMention(mention), { event_time: undefined }, false],
  ])('%s: whether a fuller one comes', (_which, event, outer, comes) => {
    expect(alsoComesAsMessage(envelope(event, outer))).toBe(comes);
  });

  test.each([undefined, null, 7, {}, { event: null }])('none in %j', (body) => {
    expect(alsoComesAsMessage(body)).toBe(false);
  });
});

describe('people in a shared channel', () => {
  const shared = { is_ext_shared_channel: true };

  test.each<[string, Fields]>([
    ['user_team', { user_team: OTHER_TEAM, source_team: OTHER_TEAM }],
    ['source_team', { source_team: OTHER_TEAM }],
    ['team', { team: OTHER_TEAM }],
  ])('of another workspace, recognized by %s, are heard only if the settings allow it', (_by, home) => {
    const event = channelMessage(`<@${BOT}> hi`, home);
    expect(parsed(event, shared)).toBeUndefined();
    expect(messageIn(event, shared, { allowExternalUsers: true })).toMatchObject({
      author: ANN,
      text: 'hi',
      conversation: { team: TEAM },
    });
  });

  test("of the bot's workspace are heard", () => {
    expect(messageIn(channelMessage('hi', { user_team: TEAM, source_team: TEAM }), shared).author).toBe(ANN);
  });
});

describe('an edit', () => {
  const before = channelMessage('helo');

  test('by the author replaces the turn', () => {
    expect(parsed(editEvent(before, 'hello'))).toEqual({
      kind: 'edited',
      message: {
        conversation: { team: TEAM, channel: CHANNEL, thread: TS },
        ts: TS,
        author: ANN,
        text: 'hello',
        addressed: 'open',
        inChannel: true,
      },
      editedTs: '1766458040.001300',
      newlyAsks: false,
    });
  });

  test('counts if it only adds a mention of the bot', () => {
    expect(parsed(editEvent(before, `<@${BOT}> helo`))).toMatchObject({
      message: { addressed: 'bot', text: 'helo' },
      newlyAsks: true,
    });
  });

  test('addresses whoever it mentions afterwards', () => {
    expect(parsed(editEvent(before, `<@${BOT}> hello`))).toMatchObject({
      message: { addressed: 'bot', text: 'hello' },
      newlyAsks: true,
    });
    expect(parsed(editEvent(channelMessage(`<@${BOT}> helo`), `<@${BEN}> hello`))).toMatchObject({
      message: { addressed: 'others' },
      newlyAsks: false,
    });
    expect(parsed({ ...editEvent(directMessage('helo'), 'hello'), channel: DM })).toMatchObject({
      message: { addressed: 'bot' },
      newlyAsks: false,
    });
    expect(parsed(editEvent(channelMessage(`<@${BOT}> helo`), `<@${BOT}> hello`))).toMatchObject({
      message: { addressed: 'bot' },
      newlyAsks: false,
    });
  });

  test('by a person of another workspace counts if the settings allow it', () => {
    const edit = editEvent(before, 'hello');
    const theirs = { ...edit, message: { ...(edit['message'] as Fields), user_team: OTHER_TEAM } };
    expect(parsed(theirs)).toBeUndefined();
    expect(parsed(theirs, {}, { allowExternalUsers: true })).toMatchObject({ kind: 'edited' });
  });

  test('has the `ts` of its event, which differs for two edits in the same second', () => {
    const [first, second] = ['1766458040.000100', '1766458040.000200'].map((ts) =>
      parsed({ ...editEvent(before, 'hello'), ts }),
    );
    expect([first, second]).toMatchObject([{ editedTs: '1766458040.000100' }, { editedTs: '1766458040.000200' }]);
  });

  test('belongs to its thread', () => {
    expect(parsed(editEvent(channelMessage('helo', inThread), 'hello'))).toMatchObject({
      message: { conversation: idOf(threadKey) },
    });
  });

  test('counts without `previous_message`', () => {
    expect(parsed(without(editEvent(before, 'hello'), 'previous_message'))).toMatchObject({
      kind: 'edited',
      message: { text: 'hello' },
      newlyAsks: false,
    });
  });

  test('is not reported for an arriving link preview', () => {
    const link = channelMessage('see <https://example.com>');
    const preview = { ...link, attachments: [{ from_url: 'https://example.com', text: 'An example' }] };
    expect(parsed(changeEvent(preview, link))).toBeUndefined();
    const edited = { edited: { user: ANN, ts: EDITED_TS } };
    expect(parsed(changeEvent({ ...preview, ...edited }, { ...link, ...edited }))).toBeUndefined();
  });

  test.each<[string, Fields, Fields]>([
    ['a file that is removed from it', { files: [plan, notes] }, { files: [{ id: 'F1', mode: 'tombstone' }, notes] }],
    ['the only file, which goes', { files: [plan] }, { files: [] }],
    ["an app's blocks", { ...ci, blocks: [section('token: abc')] }, { ...ci, blocks: [section('token: (hidden)')] }],
    [
      "an app's attachments",
      { ...ci, attachments: [{ text: 'running' }] },
      { ...ci, attachments: [{ text: 'failed' }] },
    ],
  ])('counts though Slack does not mark it as edited: %s', (_, former, now) => {
    const [previous, message] = [channelMessage('look', former), channelMessage('look', now)];
    const found = parsed(changeEvent(message, previous));
    expect(found).toMatchObject({ kind: 'edited', message: { text: messageIn(message).text }, newlyAsks: false });
    expect(JSON.stringify(found)).not.toMatch(/plan\.pdf|abc|running|unnamed/);
  });

  test("is not reported for a link preview that arrives at an app's post", () => {
    const post = channelMessage('see <https://example.com>', { ...ci, attachments: [{ text: 'db-7' }] });
    const preview = { from_url: 'https://example.com', text: 'An example' };
    expect(parsed(changeEvent({ ...post, attachments: [{ text: 'db-7' }, preview] }, post))).toBeUndefined();
  });

  test("of the bot's message is ignored", () => {
    expect(parsed(editEvent(botMessage('Processing…', inThread), 'Done.'))).toBeUndefined();
  });

  test("of another app's message replaces it, and asks nothing even if it names the bot", () => {
    const post = channelMessage('Running', { bot_id: 'B0OTHERBOT1', blocks: [] });
    expect(parsed(editEvent(post, `<@${BOT}> failed`))).toMatchObject({
      kind: 'edited',
      message: { text: 'failed', from: 'app', addressed: 'open' },
      newlyAsks: false,
    });
  });

  test('without `message` is ignored', () => {
    expect(parsed({ ...editEvent(before, 'hello'), message: 'gone' })).toBeUndefined();
  });
});

describe('a deletion', () => {
  test("is reported for a person's message, with its author if Slack says who that is", () => {
    const gone = { kind: 'deleted', key: threadKey, ts: TS };
    const event = deleteEvent(channelMessage('hello', inThread));
    expect(parsed(event)).toEqual({ ...gone, author: ANN });
    expect(parsed({ ...event, previous_message: { ts: TS, thread_ts: ROOT_TS } })).toEqual(gone);
  });

  test('is reported for a message of the bot', () => {
    expect(parsed(deleteEvent(botMessage('Hello!', inThread)))).toEqual({ kind: 'deleted', key: threadKey, ts: TS });
  });

  test("is reported for a thread's first message, which leaves a tombstone", () => {
    const root = channelMessage('hello', { thread_ts: TS, reply_count: 2 });
    const tombstone = {
      type: 'message',
      subtype: 'tombstone',
      user: 'USLACKBOT',
      text: 'This message was deleted.',
      hidden: true,
      ts: TS,
      thread_ts: TS,
    };
    expect(parsed(changeEvent(tombstone, root))).toEqual({
      kind: 'deleted',
      key: `${TEAM}:${CHANNEL}:${TS}`,
      ts: TS,
      author: ANN,
      inChannel: true,
    });
  });

  test.each([
    ['thread', TS, 'dm'],
    ['flat', 'dm', TS],
  ] as const)(
    "at a direct message's top level names both conversations that may hold it, as does an edit (DM_REPLIES=%s)",
    (dmReplies, own, other) => {
      const keys = { key: `${TEAM}:${DM}:${own}`, alsoIn: `${TEAM}:${DM}:${other}` };
      for (const more of [{}, { thread_ts: TS }]) {
        const deleted = { ...deleteEvent(directMessage('hello', more)), channel: DM };
        expect(parsed(deleted, {}, { dmReplies })).toEqual({ kind: 'deleted', ...keys, ts: TS, author: ANN });
        const edited = { ...editEvent(directMessage('helo', more), 'hello'), channel: DM };
        expect(parsed(edited, {}, { dmReplies })).toMatchObject({
          message: { conversation: idOf(keys.key) },
          alsoIn: idOf(keys.alsoIn),
        });
      }
    },
  );

  test('in a thread of a direct message names that thread alone', () => {
    const key = `${TEAM}:${DM}:${ROOT_TS}`;
    const deleted = { ...deleteEvent(directMessage('hello', inThread)), channel: DM };
    expect(parsed(deleted)).toEqual({ kind: 'deleted', key, ts: TS, author: ANN });
    expect(parsed({ ...editEvent(directMessage('helo', inThread), 'hello'), channel: DM })).not.toHaveProperty(
      'alsoIn',
    );
  });

  test('without `previous_message`, as the reference has it, is that of a message outside threads', () => {
    const [inChannel, inDm] = [deleteEvent(channelMessage('hello')), deleteEvent(directMessage('hello'))];
    const withAuthor = (event: Fields): unknown => ({ ...parsed(without(event, 'previous_message')), author: ANN });
    expect(withAuthor(inChannel)).toEqual(parsed(inChannel));
    expect(withAuthor({ ...inDm, channel: DM })).toEqual(parsed({ ...inDm, channel: DM }));
    expect(parsed(without(inChannel, 'deleted_ts'))).toBeUndefined();
  });
});

describe('a time that is none', () => {
  test.each(['', 'now', '1766458031', '1766458031.85 1', '1766458031.859009:x', 1766458031.85])('%j', (ts) => {
    expect(parsed(channelMessage(`<@${BOT}> hi`, { ts }))).toBeUndefined();
    expect(messageIn(channelMessage(`<@${BOT}> hi`, { thread_ts: ts })).conversation.thread).toBe(TS);
    expect(parsed({ ...deleteEvent(channelMessage('hello')), deleted_ts: ts })).toBeUndefined();
    expect(parsed({ ...editEvent(channelMessage('hello'), 'hi'), ts })).toBeUndefined();
  });
});

describe('any payload', () => {
  const payloads = [
    channelMessage(`<@${BOT}> hi`),
    asMention(channelMessage(`<@${BOT}> hi`, inThread)),
    directMessage('hi', { files: [{ name: 'a.png' }] }),
    channelMessage('see', {
      attachments: [
        { is_share: true, text: 'x', blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] },
      ],
    }),
    botMessage('Hello!'),
    editEvent(channelMessage('helo'), 'hello'),
    deleteEvent(channelMessage('hello', inThread)),
  ].map((event) => envelope(event));

  const values = fc.oneof(
    fc.jsonValue(),
    fc.string(),
    fc.constantFrom<unknown>(
      undefined,
      null,
      true,
      BOT,
      BOT_ID,
      ANN,
      'USLACKBOT',
      OTHER_TEAM,
      'bot_message',
      'channel_join',
      'tombstone',
      'app_mention',
    ),
  );
  const altered = (payload: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
    payload
      .chain((body) => fc.tuple(fc.constant(body), fc.constantFrom(...pathsIn(body)), values))
      .map(([body, path, value]) => replaced(body, path, value));
  const mutated = fc.oneof(altered(fc.constantFrom(...payloads)), altered(altered(fc.constantFrom(...payloads))));

  test('is parsed without throwing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated), fc.boolean(), (body, allowExternalUsers) => {
        const event = messageFrom(body, { ...OPTIONS, allowExternalUsers });
        expect([undefined, 'said', 'edited', 'deleted']).toContain(event?.kind);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['a `subtype` of another type', { subtype: ['bot_message'] }],
    ['a `user_team` of another type', { user_team: { id: OTHER_TEAM } }],
    ['a `hidden` of another type', { hidden: 'yes' }],
  ])('with %s is ignored', (_, odd) => {
    expect(parsed(channelMessage(`<@${BOT}> hi`, odd))).toBeUndefined();
  });

  test('yields, however altered, only messages written by people of this workspace', () => {
    const speech = new Set<unknown>([undefined, null, 'file_share', 'thread_broadcast', 'me_message']);
    // Of a kind that Slack may add one day.
    const isNew = (subtype: unknown): boolean =>
      typeof subtype === 'string' &&
      /^[a-z][a-z0-9_]*$/.test(subtype) &&
      !['bot_message', 'channel_join', 'tombstone', 'message_changed', 'message_deleted'].includes(subtype);
    const isPersons = ({ user, bot_id: bot, subtype, hidden }: Fields): boolean =>
      typeof user === 'string' &&
      ![BOT, 'USLACKBOT', 'USLACK'].includes(user) &&
      (bot ?? undefined) === undefined &&
      !hidden &&
      (speech.has(subtype) || isNew(subtype));
    const isOurs = ({ user_team: theirs, source_team: source, team }: Fields): boolean =>
      [TEAM, undefined].includes((theirs ?? source ?? team ?? undefined) as string | undefined);
    fc.assert(
      fc.property(mutated, (body) => {
        const event = messageFrom(body, { ...OPTIONS, allowExternalUsers: false });
        if (event === undefined || event.kind === 'deleted' || event.message.from === 'app') return;
        // With altered `authorizations`, the event is for another bot or workspace: skip it.
        const { event: raw, authorizations } = body as { event: Fields; authorizations: [Fields] };
        fc.pre(JSON.stringify(authorizations) === JSON.stringify(envelope({})['authorizations']));
        // In an organization, people of other workspaces are heard too.
        const { context_enterprise_id: context, enterprise_id: enterprise } = body as Fields;
        fc.pre(typeof context !== 'string' && typeof enterprise !== 'string');
        const message = event.kind === 'said' ? raw : (raw['message'] as Fields);
        expect([message, isPersons(message), isOurs(message)]).toEqual([message, true, true]);
        expect(event.message.author).toBe(message['user']);
      }),
      { numRuns: 3_000 },
    );
  });

  test('with a malformed bot user id is parsed as without one', () => {
    expect(messageIn(channelMessage(`<@${BOT}> hi`), { authorizations: [{ team_id: TEAM, user_id: '(' }] }).text).toBe(
      'hi',
    );
  });

  test('with a post of an app asks nothing', () => {
    const posts = fc.record({
      user: fc.constantFrom(ANN, BEN, 'U0OTHERBOT1'),
      bot_id: fc.oneof(fc.constant(BOT_ID), fc.string()),
      text: fc.constantFrom(`<@${BOT}> hi`, 'hi', ''),
      subtype: fc.constantFrom(undefined, 'file_share', 'thread_broadcast', 'me_message', 'bot_message'),
      channel: fc.constantFrom(CHANNEL, DM),
      type: fc.constantFrom('message', 'app_mention'),
      thread_ts: fc.constantFrom(undefined, ROOT_TS),
    });
    fc.assert(
      fc.property(posts, fc.boolean(), (post, allowExternalUsers) => {
        const event = parsed(channelMessage('', post), {}, { allowExternalUsers });
        if (event?.kind !== 'said') expect(event).toBeUndefined();
        else expect(classify(event.message, 'all')).not.toBe('yes');
      }),
    );
  });
});
