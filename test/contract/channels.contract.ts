/** Contract suite of `ChannelStore`, run on every adapter. */
import { afterEach, describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import {
  type ChannelMessage,
  MAX_CHANNEL_BYTES,
  type ChannelSettings,
  removedMessage,
} from '../../src/core/channel.js';
import type { ChannelStore } from '../../src/core/ports.js';

export interface ChannelsFixture {
  channels: ChannelStore;
  /** The same channels in another process; the same object for an in-memory adapter. */
  other: ChannelStore;
  close(): Promise<void>;
}

const CHANNEL = { team: 'T1', channel: 'C1' };
const HOUR_S = 3_600;

/** `at` seconds after the start of the test, as a Slack `ts`. */
function ts(at: number): string {
  return `${1_766_458_000 + at}.000100`;
}

function message(at: number, text = `message ${at}`, version = '0'): ChannelMessage {
  return { ts: ts(at), version, turn: { role: 'person', ts: ts(at), author: 'U0ANN', text } };
}

export function channelsContract(name: string, make: (settings: ChannelSettings) => Promise<ChannelsFixture>): void {
  describe(`ChannelStore in ${name}`, () => {
    let fixture: ChannelsFixture;
    afterEach(() => fixture.close());

    async function open(messages = 10, hours = 12): Promise<ChannelStore> {
      fixture = await make({ messages, hours });
      return fixture.channels;
    }

    /** What a conversation that begins at `at` gets: the texts. */
    async function before(at: number, channel = CHANNEL): Promise<string[]> {
      return (await fixture.other.opened(channel, message(at))).map(({ turn }) => turn?.text ?? '');
    }

    test('gives a conversation what was said before it, in order of time, but not itself', async () => {
      const channels = await open();
      for (const at of [3, 1, 2, 9]) await channels.said(CHANNEL, message(at));
      expect(await channels.opened(CHANNEL, message(5))).toEqual([message(1), message(2), message(3)]);
      expect(await before(5)).toEqual(['message 1', 'message 2', 'message 3']);
      expect(await before(10)).toEqual(['message 1', 'message 2', 'message 3', 'message 5', 'message 9']);
    });

    test('keeps channels and workspaces apart', async () => {
      const channels = await open();
      await channels.said(CHANNEL, message(1));
      expect(await before(5, { team: 'T1', channel: 'C2' })).toEqual([]);
      expect(await before(5, { team: 'T2', channel: 'C1' })).toEqual([]);
      expect(await channels.amended({ team: 'T1', channel: 'C2' }, removedMessage(ts(1)))).toEqual([]);
      expect(await before(5)).toEqual(['message 1']);
    });

    test('keeps no more than the number of messages, the newest', async () => {
      const channels = await open(2);
      for (const at of [4, 2, 1, 3]) await channels.said(CHANNEL, message(at));
      expect(await before(5)).toEqual(['message 3', 'message 4']);
      expect(await before(6)).toEqual(['message 4', 'message 5']);
    });

    test('gives as many when the mention is delivered again', async () => {
      const channels = await open(2);
      for (const at of [1, 2, 3]) await channels.said(CHANNEL, message(at));
      for (let delivery = 0; delivery < 3; delivery += 1) expect(await before(4)).toEqual(['message 2', 'message 3']);
    });

    test('keeps no message that is too old, counted from the newest, and gives none', async () => {
      const channels = await open(10, 1);
      await channels.said(CHANNEL, message(0));
      await channels.said(CHANNEL, message(HOUR_S));
      expect(await before(HOUR_S + 1)).toEqual([`message ${HOUR_S}`]);
      expect(await before(3 * HOUR_S)).toEqual([]);
    });

    test('keeps nothing when none may be kept', async () => {
      const channels = await open(0);
      await channels.said(CHANNEL, message(1));
      await channels.amended(CHANNEL, message(2, 'edited', ts(3)));
      expect(await before(5)).toEqual([]);
    });

    test('keeps no more than the number of bytes, the newest messages', async () => {
      const channels = await open(100);
      const long = 'ä'.repeat(MAX_CHANNEL_BYTES / 8);
      for (const at of [1, 2, 3, 4, 5]) await channels.said(CHANNEL, message(at, `${long}${at}`));
      expect((await before(9)).map((text) => text.at(-1))).toEqual(['3', '4', '5']);
    });

    test('has the newest version, whatever the order and however often each arrives', async () => {
      const versions = [
        message(1, 'a part', ''),
        message(1, 'the whole'),
        message(1, 'edited', ts(2)),
        message(1, 'edited again', ts(3)),
      ];
      const channels = await open();
      let count = 0;
      await fc.assert(
        fc.asyncProperty(
          fc.shuffledSubarray(versions, { minLength: 1 }),
          fc.boolean(),
          fc.nat(4),
          async (some, isRemoved, at) => {
            const channel = { team: 'T1', channel: `C${(count += 1)}` };
            const all = isRemoved ? some.toSpliced(at, 0, removedMessage(ts(1))) : some;
            for (const one of [...all, ...all])
              await (one.version.length > 1 ? channels.amended(channel, one) : channels.said(channel, one));
            const newest = versions.findLast((one) => some.includes(one))?.turn?.text ?? '';
            expect(await before(5, channel)).toEqual(isRemoved ? [] : [newest]);
          },
        ),
        { numRuns: 40 },
      );
    });

    test('names the conversations that have a copy of an edited or removed message, again and again', async () => {
      const channels = await open(3);
      await channels.said(CHANNEL, message(1));
      await channels.opened(CHANNEL, message(2));
      await channels.said(CHANNEL, message(3));
      await channels.opened(CHANNEL, message(4));
      await channels.opened(CHANNEL, message(4));
      await channels.opened(CHANNEL, message(5));
      for (const version of [message(1, 'edited', ts(6)), removedMessage(ts(1)), removedMessage(ts(1))])
        expect(await fixture.other.amended(CHANNEL, version)).toEqual([ts(2), ts(4)]);
      expect(await channels.amended(CHANNEL, removedMessage(ts(3)))).toEqual([ts(4), ts(5)]);
      expect(await channels.amended(CHANNEL, removedMessage(ts(5)))).toEqual([]);
    });

    test('names them also when the message itself is no longer kept', async () => {
      const channels = await open(1, 1);
      await channels.said(CHANNEL, message(1));
      await channels.opened(CHANNEL, message(2));
      await channels.said(CHANNEL, message(5 * HOUR_S));
      expect(await channels.amended(CHANNEL, removedMessage(ts(1)))).toEqual([ts(2)]);
    });
  });
}
