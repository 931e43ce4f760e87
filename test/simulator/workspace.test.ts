import { afterEach, describe, expect, test } from '@jest/globals';
import { ManualClock, SimulatorUsageError, startSimulator } from '../../src/simulator/index.js';
import { clientOf, Closers, freePort, openOffice } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('a manual clock', () => {
  test('runs due timers in order, including timers set by other timers', () => {
    const clock = new ManualClock(1000);
    const seen: string[] = [];
    const at = (name: string): void => {
      seen.push(`${name} ${clock.now()}`);
    };
    clock.setTimeout(() => at('second'), 20);
    clock.setTimeout(() => {
      at('first');
      clock.setTimeout(() => at('between'), 5);
    }, 10);
    const never = clock.setTimeout(() => at('never'), 15);
    clock.clearTimeout(never);
    clock.setTimeout(() => at('later'), 31);
    clock.advance(30);
    expect(seen).toEqual(['first 1010', 'between 1015', 'second 1020']);
    expect(clock.now()).toBe(1030);
    expect(clock.pending).toBe(1);
  });
});

async function teamOf(seed?: number): Promise<string> {
  const slack = await startSimulator(seed === undefined ? {} : { seed });
  closers.add(() => slack.stop());
  return slack.team.id;
}

describe('the workspace', () => {
  test('gives messages unique, increasing timestamps even if the clock does not move', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const stamps = Array.from({ length: 5 }, () => slack.say({ user: ann, channel: general, text: 'x' }).ts);
    expect(new Set(stamps).size).toBe(5);
    expect(stamps.toSorted()).toEqual(stamps);
    expect(stamps[0]).toMatch(/^\d{10}\.\d{6}$/);
  });

  test('is the same for the same seed, and random without a seed', async () => {
    expect(await teamOf(1)).toBe(await teamOf(1));
    expect(await teamOf()).not.toBe(await teamOf());
  });

  test('returns copies: changing them does not change the workspace', async () => {
    const { slack, ann, general } = await openOffice(closers);
    slack.say({ user: ann, channel: general, text: 'x' });
    const [message] = slack.messages(general);
    if (message !== undefined) message.text = 'y';
    slack.channels()[0]?.members.clear();
    expect(slack.messages(general)[0]?.text).toBe('x');
    expect(slack.channels()[0]?.members.size).toBe(3);
    expect(slack.users().map(({ name }) => name)).toEqual(['skein', 'ann', 'bob']);
  });

  test('listens on the given port, and fails if it is taken', async () => {
    const port = await freePort();
    const slack = await startSimulator({ port });
    closers.add(() => slack.stop());
    expect(slack.apiUrl).toBe(`http://127.0.0.1:${port}/api/`);
    await expect(startSimulator({ port })).rejects.toThrow('EADDRINUSE');
  });

  test('cannot verify a Request URL if it has none', async () => {
    const { slack } = await openOffice(closers);
    expect(() => slack.verifyUrl()).toThrow('events go over sockets');
  });

  test('has one group DM per set of people', async () => {
    const { slack, client, ann, bob, bot } = await openOffice(closers);
    const seen: string[] = [];
    slack.onChange(({ kind, id }) => seen.push(`${kind} ${id}`));
    const { id } = slack.groupDm([ann, bob]);
    expect(seen).toEqual([`channel ${id}`]);
    expect(slack.channels().find((channel) => channel.id === id)).toMatchObject({
      kind: 'mpim',
      members: new Set([ann, bob, bot]),
    });
    expect(slack.groupDm([bob, ann, bob, bot])).toEqual({ id });
    expect((await client.conversations.open({ users: `${ann},${bob}` })).channel).toEqual({ id });
    expect(() => slack.groupDm([ann, ann])).toThrow(SimulatorUsageError);
    expect(() => slack.groupDm(Array.from({ length: 9 }, (_, count) => `U${count}`))).toThrow('2 to 8 people');
    expect(() => slack.groupDm([ann, 'U0NOBODY'])).toThrow('no such user');
    expect(() => slack.dm(bot)).toThrow('no DM with itself');
  });

  test('rejects unknown time zones', async () => {
    const { slack } = await openOffice(closers);
    expect(() => slack.addUser({ name: 'cleo', timeZone: 'Europe/Atlantis' })).toThrow('no such time zone');
  });

  test('allows no actions in an archived channel, except reading', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'x' });
    slack.archive(general);
    const cleo = slack.addUser({ name: 'cleo' }).id;
    expect(() => slack.say({ user: ann, channel: general, text: 'y' })).toThrow('is archived');
    expect(() => slack.edit({ user: ann, channel: general, ts, text: 'y' })).toThrow('is archived');
    expect(() => slack.react({ user: ann, channel: general, ts, name: 'eyes' })).toThrow('is archived');
    expect(() => slack.join({ user: cleo, channel: general })).toThrow('is archived');
    slack.markRead({ user: ann, channel: general, ts });
  });

  test('removes members who leave', async () => {
    const { slack, client, bot, general } = await openOffice(closers);
    slack.leave({ user: bot, channel: general });
    await expect(client.chat.postMessage({ channel: general, text: 'x' })).rejects.toThrow('not_in_channel');
  });
});

describe('a change listener', () => {
  test('is called for every change until it is removed', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const seen: string[] = [];
    const stop = slack.onChange(({ kind }) => seen.push(kind));
    slack.say({ user: ann, channel: general, text: 'x' });
    slack.addUser({ name: 'cleo' });
    await clientOf(slack).auth.test();
    stop();
    slack.addChannel({ name: 'quiet', members: [] });
    expect(seen).toEqual(['read', 'message', 'delivery', 'user', 'call']);
  });

  test('can wait for a condition, with a timeout', async () => {
    const { slack, ann, general } = await openOffice(closers);
    const waiting = slack.until(() => slack.messages(general)[0]?.text);
    slack.say({ user: ann, channel: general, text: 'x' });
    expect(await waiting).toBe('x');
    await expect(slack.until(() => false, 1)).rejects.toThrow('condition not met within 1 ms');
    await expect(slack.until(() => slack.messages('C0UNKNOWN'))).rejects.toThrow('no such channel');
  });
});
