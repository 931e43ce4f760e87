/** Reads threads back from Slack. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { DM_TOP_LEVEL } from '../../../src/core/conversation-id.js';
import type { Conversation } from '../../../src/core/conversation.js';
import type { PersonTurn } from '../../../src/core/turn.js';
import { type ThreadReader, threadReader } from '../../../src/slack/inbound/thread.js';
import { Closers, type Office, openOffice } from '../../simulator/support.js';
import { FakeClock } from '../../support/clock.js';
import { workspacesOf } from '../../support/workspaces.js';

const closers = new Closers();
const clock = new FakeClock();
afterEach(() => closers.closeAll());

let office: Office;
let threads: ThreadReader;
beforeEach(async () => {
  office = await openOffice(closers);
  const { client, slack } = office;
  threads = threadReader(workspacesOf(slack, client), false, clock);
});

test('the title of an agent chat is not read as a message of the bot', async () => {
  const { slack, ann, client } = office;
  const { channel, ts: thread } = slack.beginAgentThread({ user: ann, title: 'New chat' });
  const posted = await client.chat.postMessage({ channel, thread_ts: thread, text: 'What shall we knit?' });
  const { ts } = slack.say({ user: ann, channel, threadTs: thread, text: 'a hat' });
  const id = { team: slack.team.id, channel, thread };
  const turns = await threads.read({
    id,
    turns: [{ role: 'person', ts, author: ann, text: 'a hat' }],
    pending: [ts],
    backlogRead: false,
  });
  expect(turns).toEqual([{ role: 'assistant', ts: posted.ts, text: 'What shall we knit?', after: posted.ts }]);
});

test('the title of an agent chat is not found as an unrecorded reply', async () => {
  const { slack, ann, client, dm: channel } = office;
  const { ts } = slack.say({ user: ann, channel, text: 'a hat' });
  slack.beginAgentThread({ user: ann, title: 'New chat' });
  const id = { team: slack.team.id, channel, thread: DM_TOP_LEVEL };
  expect(await threads.findUnrecorded(id, ts, new Set())).toEqual([]);
  const lost = await client.chat.postMessage({ channel, text: 'Knit one.' });
  expect(await threads.findUnrecorded(id, ts, new Set())).toEqual([lost.ts]);
});

test('the backlog is the messages before the first question, and those missed since', async () => {
  const { slack, ann, general: channel } = office;
  const say = (text: string, threadTs?: string): string =>
    slack.say({ user: ann, channel, text, ...(threadTs !== undefined && { threadTs }) }).ts;
  const root = say('root');
  const before = say('before', root);
  const question = say('begins', root);
  say('on its way', root);
  const missed = say('missed', root);
  say('later', root);
  const first: PersonTurn = { role: 'person', ts: question, author: ann, text: 'begins' };
  const conversation: Conversation = {
    id: { team: slack.team.id, channel, thread: root },
    turns: [first],
    pending: [question],
    backlogRead: false,
  };
  const read = async (more: Partial<Conversation> = {}): Promise<string[]> =>
    (await threads.read({ ...conversation, ...more })).map(({ ts }) => ts);
  expect(await read()).toEqual([root, before]);
  const late: PersonTurn = { role: 'person', ts: root, author: ann, text: 'root' };
  expect(await read({ turns: [late, first] })).toEqual([root, before]);
  expect(await read({ seenBeforeStart: [missed] })).toEqual([root, before, missed]);
});

describe('of a thread too long to be read whole', () => {
  /** A thread of `count` messages and a question; the conversation that begins with the question. */
  function longThread(count: number): { said: string[]; conversation: Conversation } {
    const { slack, ann, general: channel } = office;
    const thread = slack.say({ user: ann, channel, text: 'root' }).ts;
    const said = [thread];
    for (let at = 1; at < count; at += 1)
      said.push(slack.say({ user: ann, channel, threadTs: thread, text: `no ${at}` }).ts);
    const { ts } = slack.say({ user: ann, channel, threadTs: thread, text: 'why?' });
    const question: PersonTurn = { role: 'person', ts, author: ann, text: 'why?' };
    const id = { team: slack.team.id, channel, thread };
    return { said, conversation: { id, turns: [question], pending: [ts], backlogRead: false } };
  }

  const calls = (): number => office.slack.calls.filter(({ method }) => method === 'conversations.replies').length;

  test('the newest messages before the question are there, and its beginning, in order', async () => {
    const { said, conversation } = longThread(2_600);
    const read = (await threads.read(conversation)).map(({ ts }) => ts);
    expect(read).toEqual(read.toSorted());
    expect(read).toEqual(expect.arrayContaining([...said.slice(0, 100), ...said.slice(-1_800)]));
    expect(calls()).toBeLessThanOrEqual(15);
  });

  test('where Slack gives a page a minute, one minute is waited for the newest, and no more', async () => {
    const { said, conversation } = longThread(450);
    const { faults } = office.slack;
    // After the first page.
    faults.next('conversations.replies', { status: 429, retryAfter: 60, when: ({ oldest }) => oldest !== undefined });
    const reading = threads.read(conversation);
    await clock.untilSleeping();
    expect(clock.sleeping).toEqual([60_000]);
    expect(calls()).toBe(2);
    faults.next('conversations.replies', {
      status: 429,
      retryAfter: 60,
      when: ({ latest }) => latest !== conversation.pending[0],
    });
    await clock.advance(60_000);
    const read = (await reading).map(({ ts }) => ts);
    expect(read).toEqual(expect.arrayContaining([...said.slice(0, 100), ...said.slice(-100)]));
    expect(read.length).toBeLessThan(450);
  });

  test('reading ends after a minute and a half, with the pages so far', async () => {
    const { said, conversation } = longThread(2_600);
    let pages = 0;
    const { client } = office;
    const replies = client.conversations.replies.bind(client.conversations);
    client.conversations.replies = async (args) => {
      pages += 1;
      await clock.advance(40_000);
      return replies(args);
    };
    const read = (await threads.read(conversation)).map(({ ts }) => ts);
    expect(pages).toBe(3);
    expect(read).toEqual(expect.arrayContaining([...said.slice(0, 100), ...said.slice(-100)]));
  });

  test('the wait ends when the run does', async () => {
    const { conversation } = longThread(450);
    const stopping = new AbortController();
    const when = ({ oldest }: { oldest?: unknown }): boolean => oldest !== undefined;
    office.slack.faults.next('conversations.replies', { status: 429, retryAfter: 60, when });
    const reading = threads.read(conversation, stopping.signal);
    await clock.untilSleeping();
    stopping.abort(new Error('this process is stopping'));
    await expect(reading).rejects.toThrow('this process is stopping');
  });
});

describe('people of other workspaces in a thread that is read back', () => {
  const SISTER = 'T0SISTER001';
  const organization = { homes: async () => new Set([SISTER]) };

  test.each<[string, { enterpriseId?: string }, boolean, string[]]>([
    ['are left out', {}, false, ['Ann']],
    ['are read if they are of the same organization', { enterpriseId: 'E0OURS' }, false, ['Ann', 'sister', 'ours']],
    ['are read if the settings allow it', {}, true, ['Ann', 'sister', 'ours', 'guest']],
  ])('%s', async (_what, more, allowed, expected) => {
    const { slack, ann, client, general: channel, bot } = office;
    const identity = { userId: bot, botId: slack.bot.botId, teamId: slack.team.id, ...more };
    const reader = threadReader({ of: async () => ({ client, bot: identity }) }, allowed, clock, organization);
    const people = [SISTER, 'E0OURS', 'T0GUEST001'].map((team) => slack.addUser({ name: team, team }).id);
    for (const user of people) slack.join({ user, channel });
    const thread = slack.say({ user: ann, channel, text: 'Ann' }).ts;
    const say = (user: string | undefined, text: string): string =>
      slack.say({ user: user ?? '', channel, threadTs: thread, text }).ts;
    ['sister', 'ours', 'guest'].forEach((text, at) => say(people[at], text));
    const question = say(ann, 'and?');
    const turns = await reader.read({
      id: { team: slack.team.id, channel, thread },
      turns: [{ role: 'person', ts: question, author: ann, text: 'and?' }],
      pending: [question],
      backlogRead: false,
    });
    expect(turns.map(({ text }) => text)).toEqual(expected);
  });
});

test("another app's post is context under the name that it carries, and what hangs on it is read", async () => {
  const { slack, ann, general: channel } = office;
  const bot = { userId: slack.bot.userId, botId: slack.bot.botId, teamId: slack.team.id };
  const [root, question] = ['1766458026.240809', '1766458031.859009'];
  const alert = { title: 'Disk full on db-7', pretext: 'Attention', fields: [{ title: 'Used', value: '99 %' }] };
  const messages = [
    { ts: root, subtype: 'bot_message', bot_id: 'B0MON', username: 'Mon:\nitor', text: '', attachments: [alert] },
    { ts: '1766458027.000001', user: slack.bot.userId, bot_id: slack.bot.botId, text: 'mine', thread_ts: root },
    { ts: question, user: ann, text: `<@${slack.bot.userId}> which host?`, thread_ts: root },
  ];
  const calls: string[] = [];
  const client = new Proxy(office.client, {
    get: (target, name, receiver) => {
      calls.push(String(name));
      if (name === 'conversations') return { replies: async () => ({ ok: true, messages }) };
      return Reflect.get(target, name, receiver) as unknown;
    },
  });
  const reader = threadReader({ of: async () => ({ client, bot }) }, false, clock);
  const id = { team: slack.team.id, channel, thread: root };
  expect(await reader.read({ id, turns: [], pending: [question], backlogRead: false })).toEqual([
    {
      role: 'person',
      ts: root,
      author: 'B0MON',
      name: 'Mon itor (app)',
      text: '> Attention\n> Disk full on db-7\n> Used: 99 %',
      unasked: 'app',
    },
    { role: 'assistant', ts: '1766458027.000001', text: 'mine', after: '1766458027.000001' },
  ]);
  expect(calls).toEqual(['conversations']);
});
