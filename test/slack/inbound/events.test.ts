import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { idOf } from '../../../src/core/conversation-id.js';
import { messageFrom, teamOf } from '../../../src/slack/inbound/events.js';
import {
  ANN,
  BEN,
  BOT,
  BOT_ID,
  botsOwn,
  CHANNEL,
  changed,
  deleted,
  DM,
  EDITED_TS,
  editOf,
  envelope,
  type Facts,
  heard,
  inDm,
  OPTIONS,
  OTHER_TEAM,
  richText,
  ROOT_TS,
  said,
  TEAM,
  TS,
  written,
} from './payloads.js';

const inThread = { thread_ts: ROOT_TS, parent_user_id: ANN };
const threadKey = `${TEAM}:${CHANNEL}:${ROOT_TS}`;

/** The `app_mention` that Slack sends besides the `message` of one post. */
function asMention(event: Facts): Facts {
  return without({ ...event, type: 'app_mention' }, 'channel_type');
}

function without(facts: Facts, key: string): Facts {
  return Object.fromEntries(Object.entries(facts).filter(([name]) => name !== key));
}

/** Where things stand in a payload. */
function pathsIn(node: unknown, path: string[] = []): string[][] {
  if (typeof node !== 'object' || node === null) return [path];
  return [path, ...Object.entries(node).flatMap(([key, value]) => pathsIn(value, [...path, key]))];
}

/** A copy with `value` at the end of the path. */
function replaced(node: unknown, [key, ...rest]: string[], value: unknown): unknown {
  if (key === undefined) return value;
  const copy = (Array.isArray(node) ? [...(node as unknown[])] : { ...(node as Facts) }) as Facts;
  copy[key] = replaced(copy[key], rest, value);
  return copy;
}

describe('a mention in a channel', () => {
  const mention = written(`<@${BOT}> what is new?`, {
    blocks: [richText({ type: 'user', user_id: BOT }, { type: 'text', text: ' what is new?' })],
  });

  test("begins a conversation in the message's own thread", () => {
    expect(heard(mention)).toEqual({
      kind: 'said',
      message: {
        conversation: { team: TEAM, channel: CHANNEL, thread: TS },
        ts: TS,
        author: ANN,
        text: 'what is new?',
        addressed: 'bot',
      },
    });
  });

  test('is the same message as `message` and as `app_mention`', () => {
    expect(heard(asMention(mention), { event_id: 'Ev0SKEIN0002', context_team_id: undefined })).toEqual(heard(mention));
  });

  test('in a thread belongs to the thread', () => {
    const event = written(`and <@${BOT}|skein> what do you say`, inThread);
    expect(said(event)).toMatchObject({
      conversation: { thread: ROOT_TS },
      ts: TS,
      text: 'and what do you say',
      addressed: 'bot',
    });
    expect(heard(asMention(event))).toEqual(heard(event));
  });

  test('counts when only the blocks hold it', () => {
    expect(said(written('what is new?', { blocks: [richText({ type: 'user', user_id: BOT })] })).addressed).toBe('bot');
  });

  test('counts among those of others', () => {
    expect(said(written(`<@${BEN}> ask <@${BOT}>`))).toMatchObject({ addressed: 'bot', text: `<@${BEN}> ask` });
  });

  test('typed letter by letter is none', () => {
    expect(said(written(`&lt;@${BOT}&gt; hi`)).addressed).toBe('open');
  });
});

describe('whom a message addresses', () => {
  test('nobody in particular', () => {
    expect(said(written('2', inThread))).toMatchObject({
      addressed: 'open',
      text: '2',
      conversation: { thread: ROOT_TS },
    });
  });

  test('another person', () => {
    expect(said(written(`<@${BEN}> can you?`, inThread))).toMatchObject({
      addressed: 'others',
      text: `<@${BEN}> can you?`,
    });
  });

  test.each(['<!subteam^S0TEAM00001|@oncall>', '<!here>', '<!channel>', '<!everyone>'])('a group: %s', (group) => {
    expect(said(written(`${group} look`, inThread)).addressed).toBe('others');
  });

  test('the bot, whatever is said in a direct message', () => {
    expect(said(inDm(`<@${BEN}> said so`)).addressed).toBe('bot');
  });

  test('nobody in a direct message of several people, unless they are named', () => {
    const group = { channel: 'G0SEVERAL01', channel_type: 'mpim' };
    expect(said(written('lunch?', group))).toMatchObject({
      addressed: 'open',
      conversation: { channel: 'G0SEVERAL01', thread: TS },
    });
    expect(said(written(`<@${BOT}> lunch?`, group)).addressed).toBe('bot');
    expect(said(written('lunch?', { ...group, channel: 'C0SEVERAL01' })).addressed).toBe('open');
  });
});

describe('where a message belongs', () => {
  test('a direct message outside threads: the direct message itself', () => {
    expect(said(inDm('hello')).conversation).toEqual({ team: TEAM, channel: DM, thread: 'dm' });
  });

  test('in a thread of a direct message: that thread', () => {
    expect(said(inDm('hello', inThread)).conversation).toEqual({ team: TEAM, channel: DM, thread: ROOT_TS });
  });

  test("a thread's first message: the thread that it begins", () => {
    expect(said(written('hello', { thread_ts: TS })).conversation.thread).toBe(TS);
    expect(said(inDm('hello', { thread_ts: TS })).conversation.thread).toBe('dm');
  });

  test("the bot's workspace, though another one's event brought it", () => {
    const event = written('hello', { team: TEAM, user_team: TEAM });
    expect(said(event, { team_id: OTHER_TEAM }).conversation.team).toBe(TEAM);
  });

  test("without authorizations: the payload's workspace and the bot known from elsewhere", () => {
    const outer = { authorizations: undefined };
    expect(said(written(`<@${BOT}> hi`), outer)).toEqual(said(written(`<@${BOT}> hi`)));
    expect(heard(botsOwn('hi', { bot_id: undefined }), outer)).toBeUndefined();
  });

  test('an installation for a whole organization has no workspace of its own', () => {
    const authorizations = [
      { enterprise_id: 'E0ORG000001', team_id: null, user_id: BOT, is_bot: true, is_enterprise_install: true },
    ];
    expect(said(written('hello'), { authorizations }).conversation.team).toBe(TEAM);
  });
});

describe('the workspace of an event', () => {
  test.each<[string, Facts, string | undefined]>([
    ["is that of the event's channel", { context_team_id: TEAM, team_id: OTHER_TEAM }, TEAM],
    ['not that of whoever the event was delivered for', { authorizations: [{ team_id: OTHER_TEAM }] }, TEAM],
    ['else that of the installation', { context_team_id: undefined, team_id: OTHER_TEAM }, TEAM],
    ['else the one that is named', { context_team_id: undefined, authorizations: [{ team_id: null }] }, TEAM],
    ['is none in a payload of another form', { context_team_id: 7, authorizations: {}, team_id: null }, undefined],
  ])('%s', (_, outer, team) => {
    expect(teamOf(envelope(written('hello'), outer))).toBe(team);
  });

  test.each([null, undefined, 7, 'text', [], {}])('is none in %j', (body) => {
    expect(teamOf(body)).toBeUndefined();
  });
});

describe('what is left alone', () => {
  test.each<[string, Facts]>([
    ["the bot's own posts", botsOwn('Hello!')],
    ["the bot's own posts that name it", botsOwn(`<@${BOT}>`, inThread)],
    ['other programs', written(`<@${BOT}> hi`, { user: 'U0OTHERBOT1', bot_id: 'B0OTHERBOT1' })],
    [
      'programs of the old kind',
      written('hi', { user: undefined, subtype: 'bot_message', bot_id: 'B0OTHERBOT1', username: 'ci' }),
    ],
    ["who posts as the bot's user without saying so", written('hi', { user: BOT })],
    ['somebody joining', written(`<@${ANN}> has joined the channel`, { subtype: 'channel_join' })],
    ['somebody leaving', written(`<@${ANN}> has left the channel`, { subtype: 'channel_leave' })],
    ['a new topic', written('set the topic', { subtype: 'channel_topic', topic: 'x' })],
    ['a reminder', written('Reminder: ship', { subtype: 'reminder_add' })],
    ['Slackbot', inDm('hi', { user: 'USLACKBOT' })],
    ['Slack itself', inDm(`<@${ANN}> archived the channel <#${CHANNEL}>`, { user: 'USLACK' })],
    ['what is hidden', written('hi', { hidden: true })],
    ['a message of nobody', written('hi', { user: undefined })],
    ['a message without a time', written('hi', { ts: undefined })],
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
    ['the home tab', { type: 'app_home_opened', user: ANN, channel: DM, tab: 'messages', event_ts: TS }],
  ])('%s', (_what, event) => {
    expect(heard(event)).toBeUndefined();
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a string', 'hello'],
    ['an empty object', {}],
    ['a payload without an event', { team_id: TEAM }],
    ["an app's url verification", { type: 'url_verification', challenge: 'x' }],
  ])('a body that is %s', (_what, body) => {
    expect(messageFrom(body, OPTIONS)).toBeUndefined();
  });
});

describe('what a person says in other ways', () => {
  test('a file', () => {
    const files = [{ id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' }];
    expect(said(inDm('read this', { subtype: 'file_share', files })).text).toBe(
      'read this\n[file: plan.pdf, application/pdf]',
    );
  });

  test('a reply that is also sent to the channel belongs to its thread', () => {
    const event = written('by the way', {
      ...inThread,
      subtype: 'thread_broadcast',
      root: { user: ANN, ts: ROOT_TS, text: 'first', thread_ts: ROOT_TS },
    });
    expect(said(event)).toMatchObject({ text: 'by the way', conversation: { thread: ROOT_TS } });
  });

  test('/me', () => {
    expect(said(written('waves', { subtype: 'me_message' })).text).toBe('waves');
  });

  test('escaped characters and links come as they were typed', () => {
    expect(
      said(written('if a &lt; b &amp;&amp; c, see <https://example.com|this> in <#C0GENERAL01|general>')).text,
    ).toBe('if a < b && c, see [this](https://example.com) in #general');
  });
});

describe('people of other workspaces', () => {
  const shared = { is_ext_shared_channel: true };

  test.each<[string, Facts]>([
    ['user_team', { user_team: OTHER_TEAM, source_team: OTHER_TEAM }],
    ['source_team', { source_team: OTHER_TEAM }],
    ['team', { team: OTHER_TEAM }],
  ])('are told by %s, and heard only where that is wanted', (_by, home) => {
    const event = written(`<@${BOT}> hi`, home);
    expect(heard(event, shared)).toBeUndefined();
    expect(said(event, shared, { allowExternalUsers: true })).toMatchObject({
      author: ANN,
      text: 'hi',
      conversation: { team: TEAM },
    });
  });

  test("one's own people are heard in a shared channel", () => {
    expect(said(written('hi', { user_team: TEAM, source_team: TEAM }), shared).author).toBe(ANN);
  });
});

describe('an edit', () => {
  const before = written('helo');

  test('by the author replaces the turn', () => {
    expect(heard(editOf(before, 'hello'))).toEqual({
      kind: 'edited',
      message: {
        conversation: { team: TEAM, channel: CHANNEL, thread: TS },
        ts: TS,
        author: ANN,
        text: 'hello',
        addressed: 'open',
      },
      editedTs: '1766458040.001300',
      newlyAsks: false,
    });
  });

  test('that does nothing but name the bot is one', () => {
    expect(heard(editOf(before, `<@${BOT}> helo`))).toMatchObject({
      message: { addressed: 'bot', text: 'helo' },
      newlyAsks: true,
    });
  });

  test('addresses whom it names by now', () => {
    expect(heard(editOf(before, `<@${BOT}> hello`))).toMatchObject({
      message: { addressed: 'bot', text: 'hello' },
      newlyAsks: true,
    });
    expect(heard(editOf(written(`<@${BOT}> helo`), `<@${BEN}> hello`))).toMatchObject({
      message: { addressed: 'others' },
      newlyAsks: false,
    });
    expect(heard({ ...editOf(inDm('helo'), 'hello'), channel: DM })).toMatchObject({
      message: { addressed: 'bot' },
      newlyAsks: false,
    });
    expect(heard(editOf(written(`<@${BOT}> helo`), `<@${BOT}> hello`))).toMatchObject({
      message: { addressed: 'bot' },
      newlyAsks: false,
    });
  });

  test('by somebody of another workspace counts where they are served', () => {
    const edit = editOf(before, 'hello');
    const theirs = { ...edit, message: { ...(edit['message'] as Facts), user_team: OTHER_TEAM } };
    expect(heard(theirs)).toBeUndefined();
    expect(heard(theirs, {}, { allowExternalUsers: true })).toMatchObject({ kind: 'edited' });
  });

  test('carries the time of the event, which tells two edits of one second apart', () => {
    const [first, second] = ['1766458040.000100', '1766458040.000200'].map((ts) =>
      heard({ ...editOf(before, 'hello'), ts }),
    );
    expect([first, second]).toMatchObject([{ editedTs: '1766458040.000100' }, { editedTs: '1766458040.000200' }]);
  });

  test("in a thread is that thread's, in a direct message the message's", () => {
    expect(heard(editOf(written('helo', inThread), 'hello'))).toMatchObject({
      message: { conversation: idOf(threadKey) },
    });
    expect(heard({ ...editOf(inDm('helo'), 'hello'), channel: DM })).toMatchObject({
      message: { conversation: { channel: DM, thread: 'dm' } },
    });
  });

  test('counts without the former message', () => {
    expect(heard(without(editOf(before, 'hello'), 'previous_message'))).toMatchObject({
      kind: 'edited',
      message: { text: 'hello' },
      newlyAsks: false,
    });
  });

  test("a link's preview arriving is none", () => {
    const link = written('see <https://example.com>');
    const preview = { ...link, attachments: [{ from_url: 'https://example.com', text: 'An example' }] };
    expect(heard(changed(preview, link))).toBeUndefined();
    const edited = { edited: { user: ANN, ts: EDITED_TS } };
    expect(heard(changed({ ...preview, ...edited }, { ...link, ...edited }))).toBeUndefined();
  });

  test("the bot's own is none", () => {
    expect(heard(editOf(botsOwn('Processing…', inThread), 'Done.'))).toBeUndefined();
  });

  test("another program's is none", () => {
    expect(heard(editOf(written('1', { bot_id: 'B0OTHERBOT1' }), '2'))).toBeUndefined();
  });

  test('without a message is nothing', () => {
    expect(heard({ ...editOf(before, 'hello'), message: 'gone' })).toBeUndefined();
  });
});

describe('a deletion', () => {
  test("of a person's message", () => {
    expect(heard(deleted(written('hello', inThread)))).toEqual({ kind: 'deleted', key: threadKey, ts: TS });
  });

  test("of the bot's", () => {
    expect(heard(deleted(botsOwn('Hello!', inThread)))).toEqual({ kind: 'deleted', key: threadKey, ts: TS });
  });

  test('at the top level of a direct message', () => {
    expect(heard({ ...deleted(inDm('hello')), channel: DM })).toEqual({
      kind: 'deleted',
      key: `${TEAM}:${DM}:dm`,
      ts: TS,
    });
  });

  test("of a thread's first message, which leaves a tombstone", () => {
    const root = written('hello', { thread_ts: TS, reply_count: 2 });
    const tombstone = {
      type: 'message',
      subtype: 'tombstone',
      user: 'USLACKBOT',
      text: 'This message was deleted.',
      hidden: true,
      ts: TS,
      thread_ts: TS,
    };
    expect(heard(changed(tombstone, root))).toEqual({ kind: 'deleted', key: `${TEAM}:${CHANNEL}:${TS}`, ts: TS });
  });

  test('of a direct message with a thread under it is one there as well, and so is an edit', () => {
    const below = `${TEAM}:${DM}:${TS}`;
    expect(heard({ ...deleted(inDm('hello', { thread_ts: TS })), channel: DM })).toEqual({
      kind: 'deleted',
      key: `${TEAM}:${DM}:dm`,
      ts: TS,
      below,
    });
    expect(heard({ ...editOf(inDm('helo', { thread_ts: TS }), 'hello'), channel: DM })).toMatchObject({
      message: { conversation: { thread: 'dm' } },
      below: idOf(below),
    });
  });

  test('of which nothing is told is nothing', () => {
    expect(heard(without(deleted(written('hello')), 'previous_message'))).toBeUndefined();
  });
});

describe('whatever Slack sends', () => {
  const payloads = [
    written(`<@${BOT}> hi`),
    asMention(written(`<@${BOT}> hi`, inThread)),
    inDm('hi', { files: [{ name: 'a.png' }] }),
    written('see', {
      attachments: [
        { is_share: true, text: 'x', blocks: [{ type: 'table', rows: [[{ type: 'raw_text', text: 'a' }]] }] },
      ],
    }),
    botsOwn('Hello!'),
    editOf(written('helo'), 'hello'),
    deleted(written('hello', inThread)),
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

  test('nothing makes it throw', () => {
    fc.assert(
      fc.property(fc.oneof(fc.jsonValue(), mutated), fc.boolean(), (body, allowExternalUsers) => {
        const event = messageFrom(body, { ...OPTIONS, allowExternalUsers });
        expect([undefined, 'said', 'edited', 'deleted']).toContain(event?.kind);
      }),
      { numRuns: 1_000 },
    );
  });

  test.each([
    ['a program of an odd form', { bot_id: 5 }],
    ['a kind of message of an odd form', { subtype: ['bot_message'] }],
    ['another workspace of an odd form', { user_team: { id: OTHER_TEAM } }],
    ['what is hidden in an odd way', { hidden: 'yes' }],
  ])('%s is not answered', (_, odd) => {
    expect(heard(written(`<@${BOT}> hi`, odd))).toBeUndefined();
  });

  test('however it is altered, only a person of this workspace is heard, by what that person wrote', () => {
    const speech = new Set<unknown>([undefined, null, 'file_share', 'thread_broadcast', 'me_message']);
    const isPersons = ({ user, bot_id: bot, subtype, hidden }: Facts): boolean =>
      typeof user === 'string' &&
      ![BOT, 'USLACKBOT', 'USLACK'].includes(user) &&
      (bot ?? undefined) === undefined &&
      !hidden &&
      speech.has(subtype);
    const isOurs = ({ user_team: theirs, source_team: source, team }: Facts): boolean =>
      [TEAM, undefined].includes((theirs ?? source ?? team ?? undefined) as string | undefined);
    fc.assert(
      fc.property(mutated, (body) => {
        const event = messageFrom(body, { ...OPTIONS, allowExternalUsers: false });
        if (event === undefined || event.kind === 'deleted') return;
        // Whoever the event is for may have been altered as well: then it is that bot's and that workspace's affair.
        const { event: raw, authorizations } = body as { event: Facts; authorizations: [Facts] };
        fc.pre(JSON.stringify(authorizations) === JSON.stringify(envelope({})['authorizations']));
        const message = event.kind === 'said' ? raw : (raw['message'] as Facts);
        expect([message, isPersons(message), isOurs(message)]).toEqual([message, true, true]);
        expect(event.message.author).toBe(message['user']);
      }),
      { numRuns: 3_000 },
    );
  });

  test('a bot user id of an odd form is as if it were missing', () => {
    expect(said(written(`<@${BOT}> hi`), { authorizations: [{ team_id: TEAM, user_id: '(' }] }).text).toBe('hi');
  });

  test("a program's post is never taken for a person's", () => {
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
        expect(heard(written('', post), {}, { allowExternalUsers })).toBeUndefined();
      }),
    );
  });
});
