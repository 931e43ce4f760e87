import type { Json } from '../../../src/simulator/index.js';
import { type MethodCase, NO_CHANNEL, NO_TS, NOT_IN_CHANNEL, type Fixture } from './fixture.js';

const BAD_TARGET = {
  no_item_specified: [{ channel: undefined }, { timestamp: undefined }],
  channel_not_found: NO_CHANNEL,
  not_in_channel: NOT_IN_CHANNEL,
  bad_timestamp: { timestamp: 'now' },
  message_not_found: [{ timestamp: NO_TS }, tombstone, ephemeral],
  invalid_name: [{ name: ':eyes:' }, { name: '' }, { name: 'thumbsup::skin-tone-9' }],
};

function tombstone({ slack, general, root }: Fixture): Json {
  slack.remove({ channel: general, ts: root });
  return { timestamp: root };
}

async function ephemeral({ client, general, ann }: Fixture): Promise<Json> {
  return { timestamp: (await client.chat.postEphemeral({ channel: general, user: ann, text: 'psst' })).message_ts };
}

export const REACTIONS: Record<string, MethodCase> = {
  'reactions.add': {
    args: ({ general, root }) => ({ channel: general, timestamp: root, name: 'eyes' }),
    response: () => ({}),
    bad: {
      ...BAD_TARGET,
      is_archived: ({ archived, archivedTs }) => ({ channel: archived, timestamp: archivedTs }),
      already_reacted: async ({ client, general, root }) => {
        await client.reactions.add({ channel: general, timestamp: root, name: 'eyes' });
        return {};
      },
      too_many_emoji: ({ slack, ann, bob, general, root }) => {
        const people = [ann, bob, ...['cleo', 'dan'].map((name) => slack.addUser({ name }).id)];
        for (const user of people.slice(2)) slack.join({ user, channel: general });
        for (let count = 0; count < 50; count += 1) {
          slack.react({
            user: people[count % people.length] ?? ann,
            channel: general,
            ts: root,
            name: `emoji${count}`,
          });
        }
        return {};
      },
      too_many_reactions: async ({ client, general, root }) => {
        for (let count = 0; count < 23; count += 1) {
          await client.reactions.add({ channel: general, timestamp: root, name: `emoji${count}` });
        }
        return {};
      },
    },
  },
  'reactions.remove': {
    args: ({ general, mine }) => ({ channel: general, timestamp: mine, name: 'tada' }),
    response: () => ({}),
    bad: {
      ...BAD_TARGET,
      no_reaction: [
        { name: 'eyes' },
        ({ slack, ann, general, mine }) => {
          slack.react({ user: ann, channel: general, ts: mine, name: 'eyes' });
          return { name: 'eyes' };
        },
      ],
    },
  },
};
