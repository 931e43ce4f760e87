/** Which events become turns. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { createIntake } from '../../../src/conversation/intake.js';
import type { ConversationStore } from '../../../src/core/ports.js';
import type { DmReplies } from '../../../src/core/settings.js';
import { memoryStore } from '../../../src/in-memory/store.js';
import type { EventHandler } from '../../../src/slack/app/event-handler.js';
import { messages } from '../../../src/slack/app/messages.js';
import { FakeQueue, RecordingLogger } from '../../support/doubles.js';
import {
  ANN,
  BOT,
  CHANNEL,
  editEvent,
  envelope,
  type Fields,
  directMessage,
  OPTIONS,
  TEAM,
  TS,
  channelMessage,
  deleteEvent,
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

/** A handler on the same store, as a process with this setting has it. */
function handlerFor(dmReplies: DmReplies): EventHandler {
  const intake = createIntake({ store, queue, threadReplies: 'auto', edits: 'regenerate' });
  const workspaces = { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) };
  return messages({ workspaces, intake, allowExternalUsers: false, dmReplies, logger });
}

beforeEach(() => {
  store = memoryStore();
  queue = new FakeQueue();
  logger = new RecordingLogger();
  handler = handlerFor('thread');
});

describe('the two events of a mention', () => {
  test.each([
    ['app_mention first', [mention, whole]],
    ['message first', [whole, mention]],
    ['each twice', [mention, mention, whole, whole, mention]],
  ])('are one question, with its files: %s', async (_order, events) => {
    for (const event of events) await handler.handle(envelope(event, { event_time: SECONDS }));
    expect(await store.load(KEY)).toMatchObject({ turns: [readThis], pending: [TS] });
    expect(queue.wakes).toHaveLength(events.length);
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
    const changeEvent = editEvent(channelMessage('read this'), `<@${BOT}> read this`);
    const added = { ...mention, edited: { user: ANN, ts: '1766458040.000000' } };
    const events = isReversed ? [added, changeEvent] : [changeEvent, added];
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
