/** Which events become turns. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { createIntake } from '../../../src/conversation/intake.js';
import type { ConversationStore } from '../../../src/core/ports.js';
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
beforeEach(() => {
  store = memoryStore();
  queue = new FakeQueue();
  logger = new RecordingLogger();
  const intake = createIntake({ store, queue, threadReplies: 'auto', edits: 'regenerate' });
  const workspaces = { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) };
  handler = messages({ workspaces, intake, allowExternalUsers: false, logger });
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
