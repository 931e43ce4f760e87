/** Files of a reply that changes owner. The end-to-end tests cover the rest. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import type { ReplyInProgress } from '../../../src/core/conversation.js';
import { StaleRunError } from '../../../src/core/errors.js';
import type { Replies, ReplyRequest } from '../../../src/core/ports.js';
import type { PostedFile } from '../../../src/core/turn.js';
import { english, STOPPED } from '../../../src/messages/english.js';
import { plainFetch } from '../../../src/ops/fetch.js';
import { type Simulator, startSimulator } from '../../../src/simulator/index.js';
import { threadReader } from '../../../src/slack/inbound/thread.js';
import { slackReplies } from '../../../src/slack/outbound/replies.js';
import { ThreadStatuses } from '../../../src/slack/outbound/status.js';
import { slackClient } from '../../../src/slack/web-api/client.js';
import { metadataFor } from '../../../src/slack/web-api/metadata.js';
import { uploader } from '../../../src/slack/web-api/upload.js';
import { RecordingLogger } from '../../support/doubles.js';
import { fastClock } from '../../support/fast-clock.js';
import { replyRequest } from '../../support/reply-request.js';
import { until } from '../../support/until.js';
import { workspacesOf } from '../../support/workspaces.js';

let slack: Simulator;
let channel: string;
let root: string;
let ada: string;
let statuses: ThreadStatuses;
beforeEach(async () => {
  slack = await startSimulator();
  statuses = new ThreadStatuses(fastClock(20), new RecordingLogger(), 0);
  ada = slack.addUser({ name: 'ada' }).id;
  channel = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
  root = slack.say({ user: ada, channel, text: 'a file, please' }).ts;
});
afterEach(async () => {
  await statuses.idle();
  await slack.stop();
});

const TEXT = '```csv name=a.csv\na,b\n```';
const files = (): string[] =>
  slack.messages(channel, root).flatMap(({ files: all = [] }) => all.map(({ name }) => name));
const calls = (method: string): number => slack.calls.filter((call) => call.method === method).length;

function request(more: Partial<ReplyRequest> = {}, reply?: ReplyInProgress): ReplyRequest {
  const id = { team: slack.team.id, channel, thread: root };
  return replyRequest(id, { author: ada, text: 'a file, please' }, more, reply);
}

function replies(): Replies {
  const logger = new RecordingLogger();
  const workspaces = workspacesOf(slack, slackClient(slack.botToken, slack.apiUrl, logger));
  return slackReplies({
    workspaces,
    threads: threadReader(workspaces, false, fastClock(20)),
    streaming: 'edit',
    statuses,
    stopButton: false,
    dmReplies: 'thread',
    clock: fastClock(20),
    logger,
    botMessages: english,
    upload: uploader(plainFetch(), slack.apiUrl),
  });
}

async function write(asked: ReplyRequest): Promise<{ ts: string; text: string }[]> {
  const reply = replies().open(asked);
  reply.write(TEXT);
  return reply.finish();
}

/** Writes the reply, and returns what was recorded of it before the file was shown. */
async function written(): Promise<ReplyInProgress> {
  let recorded: ReplyInProgress | undefined;
  let posted: readonly PostedFile[] = [];
  await write(
    request({
      record: async (reply) => void (recorded = reply),
      recordFiles: async (all) => void (posted = all),
    }),
  );
  if (!recorded) throw new Error('nothing is recorded');
  return { ...recorded, postedFiles: posted };
}

test('each file is recorded before people see it, and the turn has the whole text', async () => {
  const order: string[] = [];
  const said = await write(
    request({ recordFiles: async (all) => void order.push(`${all.length}, ${files().length}`) }),
  );
  expect(order).toEqual(['1, 0', '1, 1']);
  expect(said.map(({ text }) => text)).toEqual([TEXT]);
  expect(calls('files.info')).toBe(0);
});

test('a run that takes over a reply with its file shown shows no second one', async () => {
  const reply = await written();
  await write(request({}, reply));
  expect(files()).toEqual(['a.csv']);
  expect(calls('files.getUploadURLExternal')).toBe(1);
});

test('an upload that Slack has not kept is repeated', async () => {
  const { postedFiles: [file] = [], ...reply } = await written();
  slack.deleteFile({ id: file?.id ?? '' });
  expect(files()).toEqual([]);
  await write(request({}, { ...reply, postedFiles: [{ digest: file?.digest ?? '', id: 'F0LOST' }] }));
  expect(files()).toEqual(['a.csv']);
});

test('a reply that is withdrawn takes its file with it', async () => {
  const reply = await written();
  const { conversation } = request({}, reply);
  await replies().retract(conversation);
  expect(slack.messages(channel, root)).toHaveLength(1);
});

test('a message with a file is not taken for a lost part of the reply', async () => {
  const { messages, ...reply } = await written();
  await write(request({}, { ...reply, messages, opening: true }));
  expect(files()).toEqual(['a.csv']);
  expect(slack.messages(channel, root)).toHaveLength(3);
  expect(calls('chat.delete')).toBe(0);
});

test.each([
  ['is deleted', false, []],
  ['stays if that run has it', true, ['a.csv']],
])('a file shown by a process that stood still while another run took over %s', async (_what, isKept, left) => {
  let asked = 0;
  const recordFiles = async (): Promise<void> => {
    if (files().length > 0) throw new StaleRunError('T1:C1:1');
  };
  const late = request({
    recordFiles,
    async isKept() {
      asked += 1;
      return isKept;
    },
  });
  await expect(write(late)).rejects.toThrow(StaleRunError);
  await until(() => asked > 0 && files().length === left.length, 'the end');
  expect(files()).toEqual(left);
});

describe('a picture that is being made', () => {
  const PICTURE = 'Here:\n\n```image name=a.png\nA red ball\n```';
  const MAKING = `${PICTURE}\n\n${english.makingPicture('a.png')}`;
  const shown = (): (string | undefined)[] =>
    slack.messages(channel, root).flatMap(({ user, markdown }) => (user === slack.bot.userId ? [markdown] : []));

  /** Leaves a reply like a process that dies midway. */
  async function left(...texts: string[]): Promise<ReplyInProgress> {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const messages: string[] = [];
    for (const markdown_text of texts) {
      const metadata = metadataFor('reply');
      messages.push((await client.chat.postMessage({ channel, thread_ts: root, markdown_text, metadata })).ts ?? '');
    }
    return { after: root, messages, opening: false };
  }

  test('takes its time, so nothing of an earlier and longer text stays below meanwhile', async () => {
    const reply = replies().open(request({}, await left('An earlier', 'answer')));
    reply.write(PICTURE);
    reply.pictures?.making('a.png');
    await slack.until(() => shown().length === 1 && shown()[0] === MAKING);
    await reply.abandon();
  });

  test('is not said to be made once the reply is stopped, by whichever process', async () => {
    const reply = replies().open(request({}, await left(MAKING)));
    reply.stop();
    expect(await reply.finish()).toMatchObject([{ text: PICTURE + STOPPED }]);
    expect(shown()).toEqual([PICTURE + STOPPED]);
  });
});
