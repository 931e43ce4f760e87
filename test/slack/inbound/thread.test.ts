/** Reads threads back from Slack. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { DM_TOP_LEVEL } from '../../../src/core/conversation-id.js';
import type { Conversation } from '../../../src/core/conversation.js';
import type { PersonTurn } from '../../../src/core/turn.js';
import { type ThreadReader, threadReader } from '../../../src/slack/inbound/thread.js';
import { Closers, type Office, openOffice } from '../../simulator/support.js';
import { FakeClock } from '../../support/clock.js';
import { workspacesOf } from '../../support/workspaces.js';

const closers = new Closers();
afterEach(() => closers.closeAll());

let office: Office;
let threads: ThreadReader;
beforeEach(async () => {
  office = await openOffice(closers);
  const { client, slack } = office;
  threads = threadReader(workspacesOf(slack, client), false, new FakeClock());
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
