import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatorUsageError } from '../../src/simulator/index.js';
import { Closers, errorOf, eventsOf, openOffice } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

describe('reactions', () => {
  test('can be added once and removed once per user', async () => {
    const { client, slack, ann, bot, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'Nice.' });
    const reaction = { channel: general, timestamp: ts, name: 'eyes' };
    await client.reactions.add(reaction);
    slack.react({ user: ann, channel: general, ts, name: 'eyes' });
    expect(slack.messages(general)[0]?.reactions).toEqual([{ name: 'eyes', users: [bot, ann] }]);
    expect(await errorOf(client.reactions.add(reaction))).toBe('already_reacted');
    await client.reactions.remove(reaction);
    slack.unreact({ user: ann, channel: general, ts, name: 'eyes' });
    expect(await errorOf(client.reactions.remove(reaction))).toBe('no_reaction');
    expect(slack.messages(general)[0]?.reactions).toEqual([]);
    expect(slack.deliveries.slice(1).map(({ payload }) => payload['event'])).toMatchObject([
      {
        type: 'reaction_added',
        user: bot,
        reaction: 'eyes',
        item: { type: 'message', channel: general, ts },
        item_user: ann,
      },
      { type: 'reaction_added', user: ann },
      { type: 'reaction_removed', user: bot },
      { type: 'reaction_removed', user: ann },
    ]);
  });

  test('send events with exactly the fields Slack sends, only to member apps', async () => {
    const { client, slack, ann, bob, bot, general } = await openOffice(closers);
    const { ts } = await client.chat.postMessage({ channel: general, text: 'Nice?' });
    const item = { type: 'message', channel: general, ts };
    const event_ts = expect.stringMatching(/^\d{10}\.\d{6}$/);
    slack.react({ user: ann, channel: general, ts: ts ?? '', name: '+1::skin-tone-3' });
    slack.unreact({ user: ann, channel: general, ts: ts ?? '', name: '+1::skin-tone-3' });
    expect(eventsOf(slack).slice(1)).toEqual([
      { type: 'reaction_added', user: ann, reaction: '+1::skin-tone-3', item, item_user: bot, event_ts },
      { type: 'reaction_removed', user: ann, reaction: '+1::skin-tone-3', item, item_user: bot, event_ts },
    ]);
    const alone = slack.addChannel({ name: 'people', members: [ann, bob] }).id;
    slack.react({
      user: bob,
      channel: alone,
      ts: slack.say({ user: ann, channel: alone, text: 'x' }).ts,
      name: 'eyes',
    });
    expect(slack.deliveries).toHaveLength(3);
  });

  test('are kept in order of the first use of each emoji', async () => {
    const { client, slack, ann, bob, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'Nice.' });
    const react = (user: string, name: string): void => slack.react({ user, channel: general, ts, name });
    react(ann, 'eyes');
    react(bob, 'tada');
    react(bob, 'eyes');
    const reactions = async (): Promise<unknown> =>
      (await client.conversations.history({ channel: general })).messages?.[0]?.reactions;
    expect(await reactions()).toEqual([
      { name: 'eyes', users: [ann, bob], count: 2 },
      { name: 'tada', users: [bob], count: 1 },
    ]);
    slack.unreact({ user: ann, channel: general, ts, name: 'eyes' });
    slack.unreact({ user: bob, channel: general, ts, name: 'eyes' });
    react(ann, 'eyes');
    expect(await reactions()).toEqual([
      { name: 'tada', users: [bob], count: 1 },
      { name: 'eyes', users: [ann], count: 1 },
    ]);
  });

  test('by people follow the same rules', async () => {
    const { slack, ann, bob, general } = await openOffice(closers);
    const { ts } = slack.say({ user: ann, channel: general, text: 'Nice.' });
    const press = { user: ann, channel: general, ts, name: 'eyes' };
    slack.react(press);
    expect(() => slack.react(press)).toThrow(SimulatorUsageError);
    expect(() => slack.react(press)).toThrow('already_reacted');
    expect(() => slack.unreact({ ...press, user: bob })).toThrow('no_reaction');
    expect(() => slack.react({ ...press, name: ':eyes:' })).toThrow('not a valid emoji name');
    expect(() => slack.react({ ...press, user: slack.addUser({ name: 'stranger' }).id })).toThrow('is not in');
    slack.say({ user: bob, channel: general, threadTs: ts, text: 'reply' });
    slack.remove({ channel: general, ts });
    expect(slack.messages(general)[0]).toMatchObject({ subtype: 'tombstone', reactions: [] });
    expect(() => slack.react(press)).toThrow('no message');
    expect(() => slack.edit({ user: ann, channel: general, ts, text: 'x' })).toThrow('no message');
    expect(() => slack.remove({ channel: general, ts })).toThrow('no message');
    slack.say({ user: ann, channel: general, threadTs: ts, text: 'still a thread' });
  });
});
