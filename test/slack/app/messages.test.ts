/** Which events become turns. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { createIntake } from '../../../src/conversation/intake.js';
import type { ConversationStore } from '../../../src/core/ports.js';
import type { DmReplies } from '../../../src/core/settings.js';
import { memoryStore } from '../../../src/in-memory/store.js';
import type { EventHandler } from '../../../src/slack/app/event-handler.js';
import { messages, type MessagesOptions } from '../../../src/slack/app/messages.js';
import type { BotIdentity } from '../../../src/slack/workspaces/workspaces.js';
import { FakeQueue, RecordingLogger } from '../../support/doubles.js';
import {
  ANN,
  BOT,
  botMessage,
  changeEvent,
  deleteEvent,
  CHANNEL,
  editEvent,
  envelope,
  type Fields,
  directMessage,
  OPTIONS,
  OTHER_TEAM,
  TEAM,
  TS,
  channelMessage,
  DM,
} from '../inbound/payloads.js';

const KEY = `${TEAM}:${CHANNEL}:${TS}` as const;
const SECONDS = Math.floor(Number(TS));
const whole = channelMessage(`<@${BOT}> read this`, {
  subtype: 'file_share',
  files: [{ id: 'F1', name: 'plan.pdf', mimetype: 'application/pdf' }],
});
/** As Slack sends it besides: without files. */
const { files: _files, subtype: _subtype, channel_type: _type, ...rest } = whole;
const mention: Fields = { ...rest, type: 'app_mention' };
const readThis = { role: 'person', ts: TS, author: ANN, text: 'read this\n[file: plan.pdf, application/pdf]' };

let store: ConversationStore;
let queue: FakeQueue;
let logger: RecordingLogger;
let handler: EventHandler;
let options: MessagesOptions;
/** How often it was asked who the bot is. */
let looks: number;

/** A handler on the same store, as a process with this setting has it. */
function handlerFor(dmReplies: DmReplies): EventHandler {
  return messages({ ...options, dmReplies });
}

beforeEach(() => {
  store = memoryStore();
  queue = new FakeQueue();
  logger = new RecordingLogger();
  const intake = createIntake({ store, queue, threadReplies: 'auto', edits: 'regenerate' });
  looks = 0;
  options = { workspaces: workspacesWith(OPTIONS.bot), intake, allowExternalUsers: false, dmReplies: 'thread', logger };
  handler = messages(options);
});

function workspacesWith(bot: BotIdentity): MessagesOptions['workspaces'] {
  return {
    async of() {
      looks += 1;
      return { client: {} as WebClient, bot };
    },
  };
}

describe('the two events of a mention', () => {
  test.each([
    ['app_mention first', [mention, whole], 2],
    // An `app_mention` after the whole message changes nothing.
    ['message first', [whole, mention], 1],
    ['each twice', [mention, mention, whole, whole, mention], 4],
  ])('are one question, with its files: %s', async (_order, events, wakes) => {
    for (const event of events) await handler.handle(envelope(event, { event_time: SECONDS }));
    expect(await store.load(KEY)).toMatchObject({ turns: [readThis], pending: [TS] });
    expect(queue.wakes).toHaveLength(wakes);
  });

  test('an app_mention that comes alone asks at once: the bot was invited after the message', async () => {
    await handler.handle(envelope(mention, { event_time: SECONDS + 20 }));
    const { turns, pending } = (await store.load(KEY)) ?? {};
    expect(pending).toEqual([TS]);
    expect(turns).toMatchObject([{ text: 'read this' }]);
    expect(turns?.[0]).not.toHaveProperty('isPartial');
  });

  test('an app_mention that comes before its message is a part, which is kept', async () => {
    await handler.handle(envelope(mention, { event_time: SECONDS }));
    expect(await store.load(KEY)).toMatchObject({ turns: [{ text: 'read this', isPartial: true }], pending: [TS] });
  });

  test.each([[false], [true]])('an edit that adds the mention asks, app_mention first: %s', async (isReversed) => {
    const changed = editEvent(channelMessage('read this'), `<@${BOT}> read this`);
    const added = { ...mention, edited: { user: ANN, ts: '1766458040.000000' } };
    const events = isReversed ? [added, changed] : [changed, added];
    for (const event of events) await handler.handle(envelope(event, { event_time: SECONDS + 9 }));
    expect(await store.load(KEY)).toMatchObject({ turns: [{ text: 'read this' }], pending: [TS] });
  });
});

test('an unknown subtype that names the bot is taken, and logged once at debug', async () => {
  const posts = ['voice_note', 'voice_note', 'drawing'].map((subtype, at) =>
    channelMessage(`<@${BOT}> hi`, { subtype, ts: `176645803${at}.000000` }),
  );
  for (const post of [...posts, directMessage('hello')]) await handler.handle(envelope(post));
  expect(logger.lines.map(({ level, facts }) => [level, facts])).toEqual([
    ['debug', { subtype: 'voice_note' }],
    ['debug', { subtype: 'drawing' }],
  ]);
  expect(queue.wakes).toHaveLength(4);
});

describe('an event that is surely nothing needs no look at who the bot is', () => {
  const own = botMessage('an answer');
  test.each<[string, Fields, number]>([
    ['a post of the bot', own, 0],
    [
      'a post of the bot whose app only its profile names',
      { ...own, app_id: undefined, bot_profile: { app_id: 'A0SKEIN0001' } },
      0,
    ],
    ['an edit of the bot', changeEvent({ ...own, text: 'more' }, own), 0],
    ['somebody who joined', channelMessage('joined', { subtype: 'channel_join' }), 0],
    ['a reaction', { type: 'reaction_added', user: ANN, item: { channel: CHANNEL, ts: TS } }, 0],
    ['a post of another app', { ...own, bot_id: 'B0OTHER', app_id: 'A0OTHER', subtype: 'bot_message' }, 1],
    ['a post of an app that is not named', { ...own, app_id: undefined, bot_profile: undefined }, 1],
    ['a deleted post of the bot', deleteEvent(own), 1],
    ['what is left of a deleted post of the bot', changeEvent({ ...own, subtype: 'tombstone' }, own), 1],
    ['a message', channelMessage('hello'), 1],
    ['an edit', editEvent(channelMessage('hello'), 'hi'), 1],
  ])('%s', async (_what, event, expected) => {
    await handler.handle(envelope(event));
    expect(looks).toBe(expected);
  });

  test.each([undefined, null, 7, 'event', [], {}, { event: 7 }, { event: { type: 'message', message: 7 } }])(
    '%j is passed over',
    async (body) => {
      await expect(handler.handle(body)).resolves.toBeUndefined();
    },
  );
});

describe('people of other workspaces', () => {
  const bot = { ...OPTIONS.bot, enterpriseId: 'E0OURS00001' };
  const theirs = channelMessage(`<@${BOT}> hi`, { user_team: OTHER_TEAM, source_team: OTHER_TEAM });
  const inOrganization = (isColleague?: boolean): EventHandler =>
    messages({ ...options, workspaces: workspacesWith(bot), organization: { includes: async () => isColleague } });

  test('who are external are ignored, which is counted and logged at debug', async () => {
    const edit = editEvent(theirs, `<@${BOT}> hello`);
    const changed = { ...edit, message: { ...(edit['message'] as Fields), user_team: OTHER_TEAM } };
    for (const event of [theirs, changed]) await handler.handle(envelope(event, { is_ext_shared_channel: true }));
    expect(queue.wakes).toEqual([]);
    expect(logger.lines.map(({ level, facts }) => [level, facts])).toEqual([
      ['debug', { team: OTHER_TEAM, channel: CHANNEL, ignored: 1 }],
      ['debug', { team: OTHER_TEAM, channel: CHANNEL, ignored: 2 }],
    ]);
  });

  test('of whom Slack does not tell in time are no strangers: the event is not acknowledged, and comes again', async () => {
    const shared = envelope(theirs, { is_ext_shared_channel: true });
    await expect(inOrganization().handle(shared)).rejects.toThrow('cannot find out');
    await inOrganization(true).handle(shared);
    expect(queue.wakes).toHaveLength(1);
  });

  test.each<[string, boolean, Fields, number]>([
    ['of the same organization, in a channel of it', false, { is_ext_shared_channel: false }, 1],
    ['of the same organization, in a shared channel', true, { is_ext_shared_channel: true }, 1],
    ['of another organization, in a shared channel', false, { is_ext_shared_channel: true }, 0],
  ])('%s', async (_who, isColleague, outer, answers) => {
    await inOrganization(isColleague).handle(envelope(theirs, outer));
    expect(queue.wakes).toHaveLength(answers);
  });
});

describe('a message of a DM that was stored before DM_REPLIES was changed', () => {
  const flat = `${TEAM}:${DM}:dm`;
  const thread = `${TEAM}:${DM}:${TS}`;
  const hello = directMessage('helo');
  const inDm = (event: Fields): Fields => envelope({ ...event, channel: DM });

  test.each<[DmReplies, DmReplies, string]>([
    ['flat', 'thread', flat],
    ['thread', 'flat', thread],
  ])('%s, now %s: is edited and deleted where it is', async (before, now, key) => {
    await handlerFor(before).handle(envelope(hello));
    handler = handlerFor(now);
    await handler.handle(inDm(editEvent(hello, 'hello')));
    expect(await store.load(key)).toMatchObject({ turns: [{ text: 'hello' }], pending: [TS] });
    await handler.handle(inDm(deleteEvent(hello)));
    expect(await store.load(key)).toMatchObject({ turns: [], pending: [] });
  });

  test('starts no second conversation when it is edited', async () => {
    await handlerFor('flat').handle(envelope(hello));
    await handler.handle(inDm(editEvent(hello, 'hello')));
    expect(await store.load(thread)).toBeUndefined();
    expect(new Set(queue.wakes)).toEqual(new Set([flat]));
  });

  test('is changed in both conversations if it began a thread below it as well', async () => {
    const { conversation, ...message } = { conversation: { team: TEAM, channel: DM, thread: TS }, ts: TS, author: ANN };
    await handlerFor('flat').handle(envelope(hello));
    await store.append({ conversation, ...message, text: 'helo', addressed: 'bot' }, 'yes');
    const withThread = { ...hello, thread_ts: TS };
    await handler.handle(inDm(editEvent(withThread, 'hello')));
    expect([await store.load(flat), await store.load(thread)]).toMatchObject([
      { turns: [{ text: 'hello' }] },
      { turns: [{ text: 'hello' }] },
    ]);
    await handler.handle(inDm(deleteEvent(withThread)));
    expect([await store.load(flat), await store.load(thread)]).toMatchObject([{ turns: [] }, { turns: [] }]);
  });
});
