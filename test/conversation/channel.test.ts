/** What people say in a channel before they name the bot, from intake to the stored conversation. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { channelIntake } from '../../src/conversation/channel.js';
import { createIntake, type Intake } from '../../src/conversation/intake.js';
import type { ChannelSettings } from '../../src/core/channel.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { IncomingMessage } from '../../src/core/incoming-message.js';
import type { ChannelStore, ConversationStore } from '../../src/core/ports.js';
import { memoryChannels } from '../../src/in-memory/channels.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { FakeQueue } from '../support/doubles.js';
import { ANN, BEN, tsAt } from '../support/turns.js';

const PLACE = { team: 'T1', channel: 'C1' };

let intake: Intake;
let store: ConversationStore;
/** Names of the channel store's methods that were called. */
let calls: string[];

function start(settings: ChannelSettings = { messages: 10, hours: 12 }): void {
  store = memoryStore();
  calls = [];
  const channels = new Proxy(memoryChannels(settings), {
    get: (target, name: keyof ChannelStore) => {
      calls.push(name);
      return target[name];
    },
  });
  const channel = channelIntake(channels, store, settings.messages > 0);
  intake = createIntake({ store, channel, queue: new FakeQueue(), threadReplies: 'auto', edits: 'regenerate' });
}
beforeEach(() => start());

/** A message at the top level of the channel. */
function said(at: number, text: string, more: Partial<IncomingMessage> = {}): IncomingMessage {
  const conversation = { ...PLACE, thread: tsAt(at) };
  return { conversation, ts: tsAt(at), author: BEN, text, addressed: 'open', inChannel: true, ...more };
}
const mention = (at: number, text = 'which?'): IncomingMessage => said(at, text, { author: ANN, addressed: 'bot' });
const keyAt = (at: number): string => keyOf({ ...PLACE, thread: tsAt(at) });

/** What the conversation that began at `at` has of the channel. */
async function before(at: number): Promise<string[] | undefined> {
  return (await store.load(keyAt(at)))?.channelBefore?.map(({ text }) => text);
}

describe('a mention at the top level', () => {
  test('brings what was said before, in one round trip for each message', async () => {
    await intake.said(said(0, 'the red one'));
    await intake.said(said(1, 'or the blue one'));
    await intake.said(mention(2));
    expect(await before(2)).toEqual(['the red one', 'or the blue one']);
    expect(calls).toEqual(['said', 'said', 'opened']);
  });

  test('is kept as it was said, and says that it asked nothing', async () => {
    await intake.said(said(0, 'the red one'));
    await intake.said(mention(1));
    const { channelBefore: [copy] = [] } = (await store.load(keyAt(1))) ?? {};
    expect(copy).toEqual({ role: 'person', ts: tsAt(0), author: BEN, text: 'the red one', unasked: 'channel' });
  });

  test('brings mentions that began conversations of their own, but not itself', async () => {
    await intake.said(mention(0, 'how far is it?'));
    await intake.said(mention(1));
    await intake.said(mention(1));
    expect(await before(0)).toBeUndefined();
    expect(await before(1)).toEqual(['how far is it?']);
  });

  test('brings a long message cut, between characters', async () => {
    await intake.said(said(0, '\u{1F600}'.repeat(9_000)));
    await intake.said(mention(1));
    const [text = ''] = (await before(1)) ?? [];
    expect(text.length).toBeLessThan(4_100);
    expect(text).toMatch(/^(?:\u{1F600})+\n\[… the rest is left out\]$/u);
  });

  test('brings nothing when it is switched off, and costs nothing then', async () => {
    start({ messages: 0, hours: 12 });
    await intake.said(said(0, 'the red one'));
    await intake.said(mention(1));
    expect(await before(1)).toBeUndefined();
    expect(calls).toEqual([]);
  });

  test('that an edit adds brings it too', async () => {
    await intake.said(said(0, 'the red one'));
    await intake.said(said(1, 'which?'));
    await intake.edited(mention(1), tsAt(3), true);
    expect(await before(1)).toEqual(['the red one']);
  });
});

test('a mention in mid-thread brings nothing of the channel', async () => {
  await intake.said(said(0, 'the red one'));
  await intake.said(said(1, 'a root'));
  const { inChannel: _, ...reply } = mention(2);
  await intake.said({ ...reply, conversation: { ...PLACE, thread: tsAt(1) } });
  expect(await before(1)).toBeUndefined();
  expect(calls).toEqual(['said', 'said']);
});

test("a thread's reply that was also sent to the channel is read with the channel", async () => {
  await intake.said({ ...said(1, 'decided: red'), conversation: { ...PLACE, thread: tsAt(0) } });
  await intake.said(mention(2));
  expect(await before(2)).toEqual(['decided: red']);
});

describe('an edit and a deletion', () => {
  test('before the message arrives count', async () => {
    await intake.edited(said(0, 'the green one'), tsAt(5), false);
    await intake.deleted(keyAt(1), { ts: tsAt(1), inChannel: true });
    for (const [at, text] of ['the red one', 'a secret'].entries()) await intake.said(said(at, text));
    await intake.said(mention(2));
    expect(await before(2)).toEqual(['the green one']);
  });

  test('reach every conversation that has a copy, however late', async () => {
    start({ messages: 2, hours: 1 });
    await intake.said(said(0, 'a secret'));
    await intake.said(mention(1));
    await intake.said(mention(2, 'and now?'));
    await intake.said(said(90_000, 'a day later'));
    await intake.edited(said(0, 'still a secret'), tsAt(90_001), false);
    expect([await before(1), await before(2)]).toEqual([['still a secret'], ['still a secret', 'which?']]);
    await intake.deleted(keyAt(0), { ts: tsAt(0), inChannel: true });
    expect([await before(1), await before(2)]).toEqual([undefined, ['which?']]);
  });

  test('are followed when nothing is kept any more', async () => {
    const channels = memoryChannels({ messages: 10, hours: 12 });
    const options = { store, queue: new FakeQueue(), threadReplies: 'auto', edits: 'regenerate' } as const;
    const kept = createIntake({ ...options, channel: channelIntake(channels, store, true) });
    await kept.said(said(0, 'a secret'));
    await kept.said(mention(1));
    const off = createIntake({ ...options, channel: channelIntake(channels, store, false) });
    await off.deleted(keyAt(0), { ts: tsAt(0), inChannel: true });
    expect(await before(1)).toBeUndefined();
  });
});
