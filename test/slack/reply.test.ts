/** A reply whose run may be overtaken; what else a reply does is seen end to end. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { StaleRunError } from '../../src/conversation/errors.js';
import type { ReplyRequest } from '../../src/conversation/ports.js';
import { type Message, type Simulator, startSimulator } from '../../src/simulator/index.js';
import { slackReplies } from '../../src/slack/replies.js';
import type { ThreadReader } from '../../src/slack/thread.js';
import { hurriedClock } from '../support/hurried-clock.js';
import { KeptLog } from '../support/doubles.js';

let slack: Simulator;
let channel: string;
let root: string;
let ada: string;
beforeEach(async () => {
  slack = await startSimulator();
  ada = slack.addUser({ name: 'ada' }).id;
  channel = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
  root = slack.say({ user: ada, channel, text: 'what is new?' }).ts;
});
afterEach(() => slack.stop());

function request(stillOwned: () => Promise<void>): ReplyRequest {
  const to = { role: 'person' as const, ts: root, author: ada, text: 'what is new?' };
  return {
    conversation: { id: { team: slack.team.id, channel, thread: root }, turns: [to], pending: [root], backlogRead: true },
    to,
    after: root,
    record: async () => {},
    stillOwned,
    signal: new AbortController().signal,
  };
}

const replies = (): Message[] => slack.messages(channel, root).filter(({ user }) => user === slack.bot.userId);

test.each(['edit', 'native'] as const)('one that another run writes by now is left as it is (%s)', async (streaming) => {
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const threads: ThreadReader = { read: async () => [], findUnrecorded: async () => undefined };
  let owned = true;
  const stillOwned = async (): Promise<void> => {
    if (!owned) throw new StaleRunError('T1:C1:1');
  };
  const opened = slackReplies({ client, threads, streaming, clock: hurriedClock(20), logger: new KeptLog() }).open(request(stillOwned));
  opened.write('Not ');
  await slack.until(() => replies()[0]?.markdown === 'Not ');
  owned = false;
  opened.write('much.');
  await expect(opened.finish()).rejects.toThrow(StaleRunError);
  expect(replies().map(({ markdown }) => markdown)).toEqual(['Not ']);
});
