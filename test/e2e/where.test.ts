/** Holds the table in `docs/where.md`: each of its rows is tried here. */
import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import type { Message } from '../../src/simulator/index.js';
import { textOf, World } from './world.js';

const TABLE = /<!-- where -->\n([\s\S]*?)<!-- \/where -->/;
type Fields = Record<string, unknown>;

let world: World;
afterEach(() => world.stop());

async function start(env: Record<string, string> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', env });
  world.echo();
  return world;
}

const posted = (channel: string): Message[] => world.replies(channel).filter(({ subtype }) => subtype === undefined);
const ask = (text: string, channel: string, more: { threadTs?: string; broadcast?: boolean } = {}): string =>
  world.slack.say({ user: world.ada, channel, text: `<@${world.botId}> ${text}`, ...more }).ts;

/** Of a channel, and what the bot has remembered by then: the model has answered a later question elsewhere. */
async function untilQuiet(): Promise<void> {
  await world.untilAcked();
  const other = world.slack.addChannel({ name: 'elsewhere', members: [world.ada, world.botId] }).id;
  await world.untilSays(other, ask('done?', other), 'Re: Ada: done?');
}

/** A question whose answer comes after what `happens`. */
async function whileAnswering(channel: string, happens: () => void): Promise<void> {
  world.model.prependFixture({
    match: { userMessage: /slow question/ },
    response: { content: 'The slow answer.' },
    latency: 500,
    chunkSize: 50,
  });
  ask('slow question', channel);
  await world.untilAcked();
  happens();
}

async function untilToldInDm(): Promise<string[]> {
  const dm = world.slack.dm(world.ada).id;
  await world.slack.until(() => posted(dm).length > 0);
  await untilQuiet();
  return posted(dm).map(textOf);
}

const postsIn = (channel: string): unknown[] =>
  world.slack.calls.filter(({ method, args }) => method === 'chat.postMessage' && args['channel'] === channel);

/** The event of a message as Slack sends it. */
function deliver(event: Fields): void {
  world.slack.deliver({
    type: 'message',
    channel: world.general,
    channel_type: 'channel',
    team: world.slack.team.id,
    ...event,
  });
}

/** By the first column of the table. */
const ROWS: Record<string, () => Promise<void>> = {
  'It is added to a channel': async () => {
    const { slack, ada, botId } = await start();
    const channel = slack.addChannel({ name: 'project', members: [ada] }).id;
    slack.join({ user: botId, channel, inviter: ada });
    await slack.until(() => posted(channel).length > 0);
    await untilQuiet();
    expect(posted(channel).map(({ text }) => text)).toEqual([expect.stringContaining('Hello')]);
  },

  'It is removed, and added again': async () => {
    const { slack, ada, botId } = await start();
    const channel = slack.addChannel({ name: 'project', members: [ada] }).id;
    slack.join({ user: botId, channel, inviter: ada });
    await slack.until(() => posted(channel).length > 0);
    slack.leave({ user: botId, channel });
    slack.join({ user: botId, channel, inviter: ada });
    await untilQuiet();
    expect(posted(channel)).toHaveLength(1);
  },

  'It is removed before it can answer': async () => {
    const { slack, general, botId } = await start();
    await whileAnswering(general, () => slack.leave({ user: botId, channel: general }));
    expect(await untilToldInDm()).toEqual([expect.stringMatching(/\/invite/)]);
    expect(posted(general)).toEqual([]);
    expect(postsIn(general).length).toBeLessThanOrEqual(1);
  },

  'A channel is archived before it can answer': async () => {
    const { slack, general, bob } = await start();
    await whileAnswering(general, () => slack.archive(general, bob));
    expect(await untilToldInDm()).toEqual([expect.stringMatching(/it is archived/)]);
    expect(posted(general)).toEqual([]);
    expect(postsIn(general).length).toBeLessThanOrEqual(1);
  },

  'A channel is unarchived': async () => {
    const { slack, general, bob } = await start();
    const thread = ask('remember blue', general);
    await world.untilSays(general, thread, 'Re: Ada: remember blue');
    slack.archive(general, bob);
    slack.unarchive(general, bob);
    ask('which one?', general, { threadTs: thread });
    await world.untilSays(general, thread, 'Re: Ada: which one?');
    expect(world.lastPrompt[0]).toBe('user: Ada: remember blue');
  },

  'A channel is renamed, or becomes private': async () => {
    const { slack, ada, bob, general, botId } = await start();
    const channel = slack.addChannel({ name: 'plans', members: [ada, bob, botId] }).id;
    const thread = ask(`see <#${channel}>`, general);
    await world.untilSays(general, thread, 'Re: Ada: see #plans');
    slack.rename({ user: ada, channel, name: 'ideas' });
    await world.untilAcked();
    ask(`and <#${channel}>?`, general, { threadTs: thread });
    await world.untilSays(general, thread, 'Re: Ada: and #ideas?');
    const inIt = ask('hello', channel);
    await world.untilSays(channel, inIt, 'Re: Ada: hello');
    // Slack says no more of it from here on.
    slack.faults.next('conversations.info', { error: 'channel_not_found', times: 100 });
    deliver({
      subtype: 'channel_convert_to_private',
      channel,
      user: ada,
      ts: '1766458031.859009',
      text: 'private now',
    });
    await world.untilAcked();
    ask(`or <#${channel}>?`, general, { threadTs: thread });
    await world.untilSays(general, thread, 'Re: Ada: or [channel 1]?');
  },

  'A group DM': async () => {
    const { slack, ada, bob } = await start();
    const group = slack.groupDm([ada, bob]).id;
    slack.say({ user: bob, channel: group, text: 'between us' });
    const thread = ask('and you?', group);
    await world.untilSays(group, thread, 'Re: Ada: and you?');
    expect(posted(group)).toHaveLength(1);
  },

  'A reply that was also sent to the channel': async () => {
    const { general } = await start();
    const thread = ask('one', general);
    await world.untilSays(general, thread, 'Re: Ada: one');
    ask('both places', general, { threadTs: thread, broadcast: true });
    await world.untilSays(general, thread, 'Re: Ada: both places');
    expect(world.lastPrompt).toEqual(['user: Ada: one', 'assistant: Re: Ada: one', 'user: Ada: both places']);
    const later = ask('what was said?', general);
    await world.untilSays(general, later, 'Re: Ada: what was said?');
    expect(world.lastPrompt.join('\n').match(/both places/g)).toHaveLength(1);
    expect(posted(general)).toHaveLength(3);
    expect(posted(general).every(({ threadTs }) => threadTs !== undefined)).toBe(true);
  },

  'A huddle': async () => {
    const { slack, general, ada, botId } = await start();
    const room = { id: 'R0HUDDLE001', created_by: ada, call_family: 'huddle', has_ended: false };
    const blocks = [richText(`<@${botId}> started a huddle`)];
    const fields = { room, blocks, no_notifications: true };
    const { ts } = slack.note({ channel: general, subtype: 'huddle_thread', fields });
    const begun = { type: 'message', subtype: 'huddle_thread', user: 'USLACKBOT', text: '', ts, ...fields };
    const ended = {
      ...begun,
      room: { ...room, has_ended: true },
      edited: { user: 'USLACKBOT', ts: `${ts.slice(0, 10)}.000000` },
    };
    deliver({
      subtype: 'message_changed',
      hidden: true,
      ts: `${Number(ts.slice(0, 10)) + 60}.000100`,
      message: ended,
      previous_message: begun,
    });
    await untilQuiet();
    expect(posted(general)).toEqual([]);
    ask('what did we decide?', general, { threadTs: ts });
    await world.untilSays(general, ts, 'Re: Ada: what did we decide?');
    expect(world.lastPrompt).toEqual(['user: Ada: what did we decide?']);
  },

  'A comment in a canvas that names Skein': async () => {
    const { slack, general, ada, bob, botId } = await start();
    const fields = { document_comment: { thread_id: 'temp:C:OYP1', authors: [bob] }, blocks: [richText('Blue wins')] };
    const { ts } = slack.note({ channel: general, subtype: 'document_comment_root', fields });
    slack.say({ user: bob, channel: general, threadTs: ts, text: 'I like red' });
    await world.untilAcked();
    // Slack sends such a comment only as a mention.
    const text = `<@${botId}> is this true?`;
    const message = { type: 'app_mention', user: ada, text, thread_ts: ts, channel_type: undefined };
    deliver({ ...message, ts: `${Math.floor(Date.now() / 1_000) + 1}.000100` });
    await world.untilSays(general, ts, 'Re: Ada: is this true?');
    expect(world.lastPrompt).toEqual([
      'user: Canvas (app): Blue wins',
      'user: Bob: I like red',
      'user: Ada: is this true?',
    ]);
  },

  'A canvas that names Skein in its text': async () => {
    const { general, ada, botId } = await start();
    deliver({
      type: 'app_mention',
      subtype: 'document_mention',
      user: ada,
      document_mention: { file_id: 'F123ABCDEFG', section_id: 'temp:C:GQL7', mentioning_user_ids: [ada] },
      ts: '1766458031.859009',
      text: `<@${botId}> was mentioned in a canvas`,
      blocks: [{ type: 'section', block_id: 'gcn3v', text: { type: 'mrkdwn', text: `&gt;&gt;&gt;Hey <@${botId}>` } }],
    });
    await untilQuiet();
    expect(posted(general)).toEqual([]);
    expect(world.asked).toHaveLength(1);
  },

  'A channel that is shared with another organization (Slack Connect)': async () => {
    const { slack, ada, botId } = await start();
    const guest = slack.addUser({ name: 'guest', displayName: 'Guest', team: 'T0OTHER0001' }).id;
    const channel = slack.addChannel({ name: 'shared', members: [ada, guest, botId] }).id;
    slack.say({ user: guest, channel, text: `<@${botId}> hello` });
    const thread = ask('and me?', channel);
    await world.untilSays(channel, thread, 'Re: Ada: and me?');
    await untilQuiet();
    expect(posted(channel)).toHaveLength(1);
    await world.stop();
    // The setting is a condition of the same row.
    await start({ ALLOW_EXTERNAL_USERS: 'true' });
    const other = world.slack.addUser({ name: 'guest', displayName: 'Guest', team: 'T0OTHER0001' }).id;
    const open = world.slack.addChannel({ name: 'shared', members: [world.ada, other, world.botId] }).id;
    const { ts } = world.slack.say({ user: other, channel: open, text: `<@${world.botId}> hello` });
    await world.untilSays(open, ts, 'Re: Guest: hello');
  },

  'A message that a person has scheduled': async () => {
    const { slack, ada, general, botId } = await start();
    // Slack posts it as the person: nothing in it tells that it was written earlier.
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> good morning` });
    await world.untilSays(general, ts, 'Re: Ada: good morning');
    expect(posted(general)).toHaveLength(1);
  },

  'A message that an app has scheduled': async () => {
    const { slack, general, ada, botId } = await start();
    const thread = ask('hello', general);
    await world.untilSays(general, thread, 'Re: Ada: hello');
    const { ts } = slack.say({ user: ada, channel: general, threadTs: thread, text: 'x' });
    await world.untilSays(general, thread, 'Re: Ada: x');
    const app = { bot_id: 'B0CI0000001', app_id: 'A0CI0000001', bot_profile: { id: 'B0CI0000001', name: 'Reminders' } };
    const scheduled = { ...app, user: 'U0REMINDER1', thread_ts: thread, ts: `${ts.slice(0, -1)}9` };
    deliver({ ...scheduled, text: `<@${botId}> stand-up in five minutes` });
    await untilQuiet();
    expect(posted(general)).toHaveLength(2);
    ask('when is it?', general, { threadTs: thread });
    await world.untilSays(general, thread, 'Re: Ada: when is it?');
    expect(world.lastPrompt.join('\n')).toContain('Reminders (app): stand-up in five minutes');
  },
};

function richText(text: string): Fields {
  const section = { type: 'rich_text_section', elements: [{ type: 'text', text }] };
  return { type: 'rich_text', block_id: 'VZ2F3', elements: [section] };
}

const rows = (TABLE.exec(readFileSync('docs/where.md', 'utf8'))?.[1] ?? '')
  .trim()
  .split('\n')
  .slice(2)
  .map((line) => line.split('|')[1]?.trim() ?? '');

test('the table has the rows that are tried here', async () => {
  await start();
  expect(rows).toEqual(Object.keys(ROWS));
});

test.each(rows)('%s', async (row) => {
  await ROWS[row]?.();
});
