/** Replies that change owner or show thinking, their controls and metadata. The end-to-end tests cover the rest. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { WebClient } from '@slack/web-api';
import { DM_TOP_LEVEL } from '../../../src/core/conversation-id.js';
import type { ReplyInProgress } from '../../../src/core/conversation.js';
import { StaleRunError } from '../../../src/core/errors.js';
import type { ReplyControl, ReplyRequest, ReplyWriter } from '../../../src/core/ports.js';
import type { ReplyStreaming } from '../../../src/core/settings.js';
import type { AssistantTurn } from '../../../src/core/turn.js';
import { ANSWER_REFUSED, english, STOPPED } from '../../../src/messages/english.js';
import { type Message, type Simulator, startSimulator } from '../../../src/simulator/index.js';
import { threadReader } from '../../../src/slack/inbound/thread.js';
import { type RepliesOptions, slackReplies } from '../../../src/slack/outbound/replies.js';
import { ThreadStatuses } from '../../../src/slack/outbound/status.js';
import { slackClient } from '../../../src/slack/web-api/client.js';
import { metadataFor } from '../../../src/slack/web-api/metadata.js';
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
  root = slack.say({ user: ada, channel, text: 'what is new?' }).ts;
});
afterEach(async () => {
  await statuses.idle();
  await slack.stop();
});

function request(stillOwned: () => Promise<void>, reply?: ReplyInProgress): ReplyRequest {
  const id = { team: slack.team.id, channel, thread: root };
  return replyRequest(id, { author: ada, text: 'what is new?' }, { stillOwned }, reply);
}

const replies = (): Message[] => slack.messages(channel, root).filter(({ user }) => user === slack.bot.userId);

const methods = (): string[] => slack.calls.map(({ method }) => method);

const stillOwner = async (): Promise<void> => {};

function inThreads(): Pick<RepliesOptions, 'statuses' | 'stopButton' | 'dmReplies'> {
  return { statuses, stopButton: true, dmReplies: 'thread' };
}

function openReply(
  asked: ReplyRequest,
  streaming: ReplyStreaming,
  client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl }),
): ReplyWriter {
  const workspaces = workspacesOf(slack, client);
  const threads = threadReader(workspaces, false, fastClock(20));
  return slackReplies({
    workspaces,
    threads,
    streaming,
    ...inThreads(),
    clock: fastClock(20),
    logger: new RecordingLogger(),
    botMessages: english,
  }).open(asked);
}

/** Leaves an open stream, like a process that dies midway. Returns its `ts`. */
async function leaveStream(): Promise<string> {
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const { ts = '' } = await client.chat.startStream({
    channel,
    thread_ts: root,
    markdown_text: 'Not ',
    recipient_user_id: ada,
    recipient_team_id: slack.team.id,
  });
  return ts;
}

describe('a post of which Slack does not say whether it happened', () => {
  async function begun(): Promise<{ reply: ReplyWriter; recorded: ReplyInProgress[] }> {
    slack.faults.next('chat.postMessage', { drop: true });
    const recorded: ReplyInProgress[] = [];
    const record = async (state: ReplyInProgress): Promise<void> => void recorded.push(state);
    const client = slackClient(slack.botToken, slack.apiUrl, new RecordingLogger());
    const reply = openReply({ ...request(stillOwner), record }, 'edit', client);
    reply.write('Not ');
    await slack.until(() => replies().length === 1);
    await until(() => recorded.at(-1)?.messages.length === 1, 'its ts to be recorded');
    return { reply, recorded };
  }

  /** The message of the first call. */
  async function appears(): Promise<void> {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    await client.chat.postMessage({ channel, thread_ts: root, text: 'Not ', metadata: metadataFor('reply') });
  }

  test('and that appears after another one took its place is deleted', async () => {
    const { reply, recorded } = await begun();
    // For a process that takes over.
    expect(recorded.at(-1)).toMatchObject({ opening: true });
    await appears();
    reply.write('much.');
    const [message] = await reply.finish();
    await slack.until(() => replies().length === 1);
    expect(replies()).toMatchObject([{ ts: message?.ts, text: 'Not much.' }]);
  });

  test.each([
    ['has no right to', { error: 'missing_scope' }],
    ['has to wait long to', { status: 429, retryAfter: 3_600 }],
  ])('does not keep a reply from its end where the bot %s look for it', async (_why, fault) => {
    const { reply } = await begun();
    await appears();
    slack.faults.next('conversations.replies', { ...fault, times: 100 });
    reply.write('much.');
    expect(await reply.finish()).toMatchObject([{ text: 'Not much.' }]);
  });

  test('is looked for again if Slack fails for a moment', async () => {
    const { reply } = await begun();
    await appears();
    slack.faults.next('conversations.replies', { drop: true });
    reply.write('much.');
    await reply.finish();
    await slack.until(() => replies().length === 1);
  });
});

describe('a reply that takes over from a dead process', () => {
  test('stops the open stream and finishes the same message', async () => {
    const ts = await leaveStream();
    const reply = openReply(request(stillOwner, { after: root, messages: [ts], opening: false }), 'native');
    reply.write('Not much.');
    expect(await reply.finish()).toEqual([{ ts, text: 'Not much.' }]);
    expect(replies()).toMatchObject([{ ts, markdown: 'Not much.', streaming: 'stopped' }]);
  });

  test('finishes the open stream even if Slack first says that it is not streaming', async () => {
    slack.faults.next('chat.stopStream', { error: 'message_not_in_streaming_state', times: 1 });
    const reply = openReply(
      request(stillOwner, { after: root, messages: [await leaveStream()], opening: false }),
      'edit',
    );
    reply.write('Not much.');
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: 'Not much.', streaming: 'stopped' }]);
  });

  test('deletes an unneeded message even if Slack says for a while that it is streaming', async () => {
    slack.faults.next('chat.delete', { error: 'streaming_state_conflict', times: 2 });
    const reply = openReply(
      request(stillOwner, { after: root, messages: [await leaveStream()], opening: false }),
      'edit',
    );
    await reply.finish();
    await slack.until(() => replies().length === 0);
  });

  test.each(['edit', 'native'] as const)(
    'finds and finishes a message that was posted but not recorded (%s)',
    async (streaming) => {
      const ts = await leaveStream();
      const recorded: ReplyInProgress[] = [];
      const asked = {
        ...request(stillOwner, { after: root, messages: [], opening: true }),
        record: async (reply: ReplyInProgress) => void recorded.push(reply),
      };
      const reply = openReply(asked, streaming);
      reply.write('Not much.');
      await reply.finish();
      expect(replies()).toMatchObject([{ ts, markdown: 'Not much.', streaming: 'stopped' }]);
      expect(recorded).toEqual([{ after: root, messages: [ts], opening: false }]);
    },
  );

  test.each([
    ['recorded', (ts: string) => ({ after: root, messages: [ts], opening: false })],
    ['not recorded', () => ({ after: root, messages: [], opening: true })],
  ])('adds nothing to a stream that a person has stopped meanwhile (%s)', async (_what, left) => {
    const ts = await leaveStream();
    slack.stopStream({ user: ada, channel, ts });
    const reply = openReply(request(stillOwner, left(ts)), 'native');
    reply.write('Not much.');
    expect(await reply.finish()).toEqual([{ ts, text: `Not${STOPPED}` }]);
    expect(reply.stopped?.aborted).toBe(true);
    expect(replies()).toMatchObject([{ ts, markdown: `Not${STOPPED}`, streaming: 'stopped_by_user' }]);
  });

  test('tells before there is any text that a person has stopped it', async () => {
    const ts = await leaveStream();
    slack.stopStream({ user: ada, channel, ts });
    const reply = openReply(request(stillOwner, { after: root, messages: [ts], opening: false }), 'native');
    await new Promise<void>((resolve) => {
      reply.stopped?.addEventListener('abort', () => resolve());
    });
    expect(await reply.finish()).toEqual([{ ts, text: `Not${STOPPED}` }]);
  });

  test('posts one message if the process died just before posting', async () => {
    const reply = openReply(request(stillOwner, { after: root, messages: [], opening: true }), 'edit');
    reply.write('Not much.');
    await reply.finish();
    expect(replies().map(({ markdown }) => markdown)).toEqual(['Not much.']);
  });

  describe('with several messages left', () => {
    let messages: string[];
    beforeEach(async () => {
      const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
      const posted = await Promise.all(
        ['one', 'two', 'three'].map((text) =>
          client.chat.postMessage({ channel, thread_ts: root, markdown_text: text }),
        ),
      );
      messages = posted.map(({ ts = '' }) => ts).toSorted();
    });

    test.each([
      ['all recorded', 3, false],
      ['all but the last one recorded', 2, true],
      ['all but the last two recorded: they were being deleted', 1, true],
    ])('deletes those it does not need (%s)', async (_, recorded, opening) => {
      const reply = openReply(
        request(stillOwner, { after: root, messages: messages.slice(0, recorded), opening }),
        'edit',
      );
      reply.write('Not much.');
      await reply.finish();
      await slack.until(() => replies().length === 1);
      expect(replies()).toMatchObject([{ ts: messages[0], markdown: 'Not much.' }]);
    });

    test('deletes those it does not need even if Slack fails, and records that for the next takeover', async () => {
      slack.faults.next('chat.delete', { error: 'internal_error', times: 1 });
      const records: ReplyInProgress[] = [];
      const asked = {
        ...request(stillOwner, { after: root, messages, opening: false }),
        record: async (reply: ReplyInProgress) => void records.push(reply),
      };
      const reply = openReply(asked, 'edit');
      reply.write('Not much.');
      await reply.finish();
      await slack.until(() => replies().length === 1);
      expect(replies()).toMatchObject([{ ts: messages[0], markdown: 'Not much.' }]);
      expect(records.at(-1)).toEqual({ after: root, messages: messages.slice(0, 1), opening: true });
    });

    test('and a person who stops it leaves what it has written, without the rest of the text before', async () => {
      const reply = openReply(request(stillOwner, { after: root, messages, opening: false }), 'edit');
      reply.write('Not much.');
      await slack.until(() => replies().some(({ markdown }) => markdown === 'Not much.'));
      await slack.until(() => slack.calls.every(({ result }) => result !== undefined));
      reply.stop();
      expect(await reply.finish()).toEqual([{ ts: messages[0], text: `Not much.${STOPPED}` }]);
      await slack.until(() => replies().length === 1);
      expect(replies()).toMatchObject([{ ts: messages[0], markdown: `Not much.${STOPPED}` }]);
    });

    test('and a person who stops it before it has written anything leaves all of it', async () => {
      const reply = openReply(request(stillOwner, { after: root, messages, opening: false }), 'edit');
      reply.stop();
      const texts = ['one', 'two', `three${STOPPED}`];
      expect(await reply.finish()).toEqual(messages.map((ts, at) => ({ ts, text: texts[at] })));
      expect(replies().map(({ markdown }) => markdown)).toEqual(texts);
    });

    test('uses or deletes each of them for a long text', async () => {
      const reply = openReply(request(stillOwner, { after: root, messages: [], opening: true }), 'edit');
      const paragraph = 'Not much. '.repeat(700).trim();
      reply.write(`${paragraph}\n\n${paragraph}`);
      const finished = await reply.finish();
      expect(finished.map(({ ts }) => ts)).toEqual(messages.slice(0, 2));
      await slack.until(() => replies().length === 2);
      expect(replies().map(({ ts }) => ts)).toEqual(messages.slice(0, 2));
    });
  });
});

describe('a stream that a person stops while the model is silent', () => {
  const table = '\n\n| a | b |\n|---|---|\n| 1 | 2 |\n';

  test.each([
    ['a table', (reply: ReplyWriter) => reply.write(table)],
    ['code that could ping', (reply: ReplyWriter) => reply.write(' Type `<!here>`.')],
    [
      'another beginning',
      (reply: ReplyWriter) => {
        reply.restart();
        reply.write('Quite a lot.');
      },
    ],
  ])('gets only the note, though %s would follow by an edit', async (_what, goOn) => {
    const reply = openReply(request(stillOwner), 'native');
    reply.write('Not much.');
    const { ts } = await slack.until(() => replies().find(({ streaming }) => streaming === 'live'));
    slack.stopStream({ user: ada, channel, ts });
    goOn(reply);
    expect(await reply.finish()).toEqual([{ ts, text: `Not much.${STOPPED}` }]);
    expect(reply.stopped?.aborted).toBe(true);
    expect(replies()).toMatchObject([{ ts, markdown: `Not much.${STOPPED}`, streaming: 'stopped_by_user' }]);
  });

  test('gets the note below a card', async () => {
    const reply = openReply(request(stillOwner), 'native');
    reply.thinking('**Weighing**\n');
    reply.write('Not much.');
    const { ts } = await slack.until(() => replies().find(({ streaming }) => streaming === 'live'));
    slack.stopStream({ user: ada, channel, ts });
    reply.write(table);
    expect(await reply.finish()).toEqual([{ ts, text: `Not much.${STOPPED}` }]);
  });
});

describe('a reply that a person stops', () => {
  async function streaming(mode: 'native' | 'edit'): Promise<{ reply: ReplyWriter; ts: string }> {
    const reply = openReply(request(stillOwner), mode);
    reply.write('Not');
    await slack.until(() => replies().length > 0);
    // A second call shows that the reply knows of its message.
    reply.write(' much.');
    const { ts } = await slack.until(() => replies().find(({ markdown }) => markdown === 'Not much.'));
    return { reply, ts };
  }

  test.each(['native', 'edit'] as const)('keeps what it shows, and says that it was stopped (%s)', async (mode) => {
    const { reply, ts } = await streaming(mode);
    reply.stop();
    expect(reply.stopped?.aborted).toBe(true);
    reply.write(' And this.');
    expect(await reply.finish()).toEqual([{ ts, text: `Not much.${STOPPED}` }]);
    expect(replies()).toMatchObject([{ ts, markdown: `Not much.${STOPPED}` }]);
    expect(replies()[0]?.streaming).not.toBe('live');
  });

  test('is left alone at once when another run takes it over before the note stands there', async () => {
    let asked: number | undefined;
    // The second time, just before the edit.
    const owner = async (): Promise<void> => {
      if (asked !== undefined && (asked += 1) > 1) throw new StaleRunError('T1:C1:1.1');
    };
    const reply = openReply(request(owner), 'edit');
    reply.write('Not much.');
    await slack.until(() => replies().some(({ markdown }) => markdown === 'Not much.'));
    await slack.until(() => slack.calls.every(({ result }) => result !== undefined));
    reply.stop();
    asked = 0;
    await expect(reply.finish()).rejects.toThrow(StaleRunError);
    expect(asked).toBe(2);
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
  });

  test("by Slack's own button, which ends the stream on Slack's side", async () => {
    const { reply, ts } = await streaming('native');
    slack.stopStream({ user: ada, channel, ts });
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts, text: `Not much.${STOPPED}` }]);
    expect(replies()).toMatchObject([{ ts, markdown: `Not much.${STOPPED}`, streaming: 'stopped_by_user' }]);
  });

  test('stays as it is where Slack does not let a stopped stream be edited', async () => {
    const { reply, ts } = await streaming('native');
    slack.stopStream({ user: ada, channel, ts });
    slack.faults.next('chat.update', { error: 'cant_update_message', times: 9 });
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts, text: 'Not much.' }]);
    expect(replies()).toMatchObject([{ ts, markdown: 'Not much.' }]);
  });

  test.each(['native', 'edit'] as const)('has no message if it has no text yet (%s)', async (mode) => {
    const reply = openReply(request(stillOwner), mode);
    reply.stop();
    reply.write('Too late.');
    expect(await reply.finish()).toEqual([]);
    expect(replies()).toEqual([]);
  });

  test('closes the code that it was in, and is tried again while Slack fails', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('So:\n```\none');
    await slack.until(() => replies().length > 0);
    slack.faults.next('chat.update', { error: 'internal_error', times: 1 });
    reply.stop();
    const shown = `So:\n\`\`\`\none\n\`\`\`${STOPPED}`;
    await reply.finish();
    expect(replies().map(({ markdown }) => markdown)).toEqual([shown]);
  });

  test('of a process that died keeps the words that stand there, found also if they were not recorded', async () => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const metadata = metadataFor('reply');
    const { ts = '' } = await client.chat.postMessage({ channel, thread_ts: root, markdown_text: 'Not', metadata });
    const reply = openReply(request(stillOwner, { after: root, messages: [], opening: true }), 'edit');
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts, text: `Not${STOPPED}` }]);
    expect(replies()).toMatchObject([{ ts, markdown: `Not${STOPPED}` }]);
  });

  test('of a process that died is read without its button', async () => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const stop = { type: 'button' as const, action_id: 'stop', text: { type: 'plain_text' as const, text: 'Stop' } };
    const { ts = '' } = await client.chat.postMessage({
      channel,
      thread_ts: root,
      text: 'Not',
      blocks: [
        { type: 'markdown', text: 'Not' },
        { type: 'actions', elements: [stop] },
      ],
    });
    const reply = openReply(request(stillOwner, { after: root, messages: [ts], opening: false }), 'edit');
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts, text: `Not${STOPPED}` }]);
    expect(replies()).toMatchObject([{ ts, markdown: `Not${STOPPED}` }]);
  });

  test('of a process that died gets one note, though that one had added it', async () => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const markdown_text = `Not${STOPPED}`;
    const { ts = '' } = await client.chat.postMessage({ channel, thread_ts: root, markdown_text });
    const reply = openReply(request(stillOwner, { after: root, messages: [ts], opening: false }), 'edit');
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts, text: `Not${STOPPED}` }]);
  });

  test('changes nothing once its text is whole', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('Not much.');
    const finished = reply.finish();
    reply.stop();
    expect(await finished).toMatchObject([{ text: 'Not much.' }]);
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
  });

  test('and whose run has lost it changes nothing', async () => {
    let lost = false;
    const owned = async (): Promise<void> => {
      if (lost) throw new StaleRunError('T1:C1:1.1');
    };
    const reply = openReply(request(owned), 'edit');
    reply.write('Not much.');
    await slack.until(() => replies().length > 0);
    lost = true;
    reply.stop();
    await expect(reply.finish()).rejects.toThrow(StaleRunError);
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
  });

  /** To write an answer again whose messages show `shown` by now. */
  async function openAgain(answer: string[], shown: (string | undefined)[], stopped = false): Promise<ReplyWriter> {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const redo: AssistantTurn[] = [];
    for (const [at, text] of answer.entries()) {
      const post = { channel, thread_ts: root, markdown_text: shown[at] ?? text };
      const { ts = '' } = await client.chat.postMessage(post);
      if (shown[at] === undefined) await client.chat.delete({ channel, ts });
      redo.push({ role: 'assistant', ts, text, after: root });
    }
    const messages = redo.flatMap(({ ts }, at) => (shown[at] === undefined ? [] : ts));
    const asked = request(stillOwner, { after: root, messages, opening: messages.length < redo.length });
    const conversation = { ...asked.conversation, redo, ...(stopped && { stopped: true as const }) };
    return openReply({ ...asked, conversation }, 'edit');
  }

  const earlier = [`${'Not much. '.repeat(870)}\n`, '\nAnd *that* was it.'];
  const controls = [{ kind: 'button' as const, action: 'again', label: 'Again', value: 'it' }];

  test('before its first word leaves the answer that it was to rewrite, if nothing of it has changed', async () => {
    const reply = await openAgain(earlier, earlier);
    reply.stop();
    const finished = await reply.finish([], { new: [], earlier: controls });
    expect(finished.map(({ text }) => text)).toEqual(earlier);
    expect(finished.map(({ ts }) => ts)).toEqual(replies().map(({ ts }) => ts));
    expect(methods()).not.toContain('chat.update');
  });

  test.each([
    ['a run that was interrupted has written the beginning of another one', ['Noth', earlier[1]]],
    ['a run that was interrupted has deleted a part of it', ['Nothing.', undefined]],
  ])('before its first word says what it said before, if %s', async (_, shown) => {
    const reply = await openAgain(earlier, shown);
    reply.stop();
    const finished = await reply.finish([], { new: [], earlier: controls });
    expect(finished.map(({ text }) => text)).toEqual(earlier);
    expect(replies().map(({ ts, markdown }) => [ts, markdown?.trim()])).toEqual(
      finished.map(({ ts, text }) => [ts, text.trim()]),
    );
    expect(JSON.stringify(replies().at(-1)?.blocks)).toContain('again');
  });

  test('before its first word says what it said before, if a placeholder has come in its place', async () => {
    const dm = slack.dm(ada).id;
    const text = 'Not *much*.';
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const { ts = '' } = await client.chat.postMessage({ channel: dm, markdown_text: text });
    const asked = request(stillOwner, { after: root, messages: [ts], opening: false });
    const id = { team: slack.team.id, channel: dm, thread: DM_TOP_LEVEL };
    const redo: AssistantTurn[] = [{ role: 'assistant', ts, text, after: root }];
    const reply = openReply({ ...asked, conversation: { ...asked.conversation, id, redo } }, 'edit');
    await slack.until(() => slack.messages(dm)[0]?.markdown === '_Thinking…_');
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts, text }]);
    expect(slack.messages(dm)).toMatchObject([{ ts, markdown: text }]);
  });

  test('remembers nothing of the answer that it was to rewrite, if a person has deleted that', async () => {
    const reply = await openAgain(['Not *much*.'], ['Noth']);
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    await client.chat.delete({ channel, ts: replies()[0]?.ts ?? '' });
    reply.stop();
    expect(await reply.finish()).toEqual([]);
    expect(replies()).toEqual([]);
  });

  test('keeps what a run that was interrupted has stopped, and said so', async () => {
    const reply = await openAgain(['Not *much*.'], [`Nothing${STOPPED}`], true);
    reply.stop();
    expect(await reply.finish()).toEqual([{ ts: expect.any(String), text: `Nothing${STOPPED}` }]);
    expect(replies()).toMatchObject([{ markdown: `Nothing${STOPPED}` }]);
  });
});

describe('the stop button', () => {
  const buttons = (): unknown[] =>
    replies().flatMap(({ blocks = [] }) =>
      blocks.flatMap((block) => (block as { elements?: { action_id?: string; value?: string }[] }).elements ?? []),
    );

  test('stands under a reply that is being written for long, and goes with the rest of it', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('Not ');
    await slack.until(() => buttons().length > 0);
    expect(buttons()).toMatchObject([{ action_id: 'stop', value: `${slack.team.id}:${channel}:${root} ${root}` }]);
    expect(replies()).toMatchObject([{ markdown: 'Not ' }]);
    reply.write('much.');
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
    expect(buttons()).toEqual([]);
  });

  test('goes when it is pressed', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('Not much.');
    await slack.until(() => buttons().length > 0);
    reply.stop();
    await reply.finish();
    expect(buttons()).toEqual([]);
  });

  test('stands under no stream: Slack has a button of its own there', async () => {
    const native = openReply(request(stillOwner), 'native');
    native.write('Not ');
    await slack.until(() => replies().length > 0);
    native.write('much.');
    await slack.until(() => replies().some(({ markdown }) => markdown === 'Not much.'));
    expect(buttons()).toEqual([]);
    await native.finish();
  });
});

describe('the thinking of the model', () => {
  test.each(['edit', 'native', 'off'] as const)(
    'is shown in the status line and is not part of the reply (%s)',
    async (streaming) => {
      const reply = openReply(request(stillOwner), streaming);
      reply.thinking('**Weighing the options**\n\nHm.');
      await slack.until(() => slack.status(channel, root)?.loadingMessages[0] === 'Weighing the options');
      reply.write('Not much.');
      await expect(reply.finish()).resolves.toMatchObject([{ text: 'Not much.' }]);
      expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
      await slack.until(() => slack.status(channel, root) === undefined);
    },
  );

  test('stays as a card above a native stream, which continues in the same format', async () => {
    const reply = openReply(request(stillOwner), 'native');
    reply.thinking('**A false start**\n');
    reply.restart();
    reply.thinking('**Weighing the options**\n\nHm.\n\n');
    reply.thinking('**Choosing one**');
    reply.write('Not ');
    await slack.until(() => replies()[0]?.markdown === 'Not ');
    reply.write('much.');
    await expect(reply.finish()).resolves.toMatchObject([{ text: 'Not much.' }]);
    expect(replies()).toMatchObject([
      {
        text: 'Not much.',
        streaming: 'stopped',
        blocks: [
          { type: 'task_card', status: 'complete', details: 'Weighing the options\nChoosing one' },
          { type: 'markdown', text: 'Not much.' },
        ],
      },
    ]);
    expect(methods().filter((method) => method === 'chat.update')).toEqual([]);
  });

  test('has no card if Slack refuses it', async () => {
    slack.faults.next('chat.startStream', { error: 'invalid_chunks' });
    const reply = openReply(request(stillOwner), 'native');
    reply.thinking('**Weighing the options**');
    reply.write('Not ');
    await slack.until(() => replies()[0]?.markdown === 'Not ');
    reply.write('much.');
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: 'Not much.', streaming: 'stopped' }]);
    expect(methods()).toContain('chat.startStream');
    expect(methods()).not.toContain('chat.postMessage');
  });

  test('is shown above the first message only', async () => {
    const reply = openReply(request(stillOwner), 'native');
    reply.thinking('**Weighing the options**');
    reply.write('It begins.\n\n');
    await slack.until(() => replies().length === 1);
    reply.write('A paragraph of some length.\n\n'.repeat(500));
    await slack.until(() => replies().length === 2);
    await reply.finish();
    const firstBlocks = replies().map(({ blocks }) => blocks?.[0]);
    expect(firstBlocks).toMatchObject([{ type: 'task_card' }, { type: 'markdown' }]);
  });

  test('is shown at the top level of a DM, without a status line, in the message of the reply', async () => {
    const dm = slack.dm(ada).id;
    const asked = request(stillOwner);
    const texts = (): (string | undefined)[] => slack.messages(dm).map(({ markdown }) => markdown);
    const reply = openReply(
      {
        ...asked,
        conversation: { ...asked.conversation, id: { team: slack.team.id, channel: dm, thread: DM_TOP_LEVEL } },
      },
      'auto',
    );
    await slack.until(() => texts().includes('_Thinking…_'));
    reply.thinking('**Weighing the options**');
    await slack.until(() => texts().includes('_Weighing the options_'));
    reply.write('Not much.');
    await reply.finish();
    expect(texts()).toEqual(['Not much.']);
  });
});

test.each(['edit', 'native'] as const)(
  'a reply that another run has taken over is not changed (%s)',
  async (streaming) => {
    let isOwned = true;
    const stillOwned = async (): Promise<void> => {
      if (!isOwned) throw new StaleRunError('T1:C1:1');
    };
    const opened = openReply(request(stillOwned), streaming);
    opened.write('Not ');
    await slack.until(() => replies()[0]?.markdown === 'Not ');
    isOwned = false;
    opened.write('much.');
    await expect(opened.finish()).rejects.toThrow(StaleRunError);
    expect(replies().map(({ markdown }) => markdown)).toEqual(['Not ']);
  },
);

test('a stream that another run has ended meanwhile is not edited back to fewer words', async () => {
  let isOwned = true;
  const stillOwned = async (): Promise<void> => {
    if (!isOwned) throw new StaleRunError('T1:C1:1');
  };
  const opened = openReply(request(stillOwned), 'native');
  opened.write('Not ');
  await slack.until(() => replies()[0]?.markdown === 'Not ');
  for (const method of ['chat.stopStream', 'chat.appendStream'])
    slack.faults.next(method, {
      error: 'message_not_in_streaming_state',
      times: 5,
      // The process stands still with the call on its way.
      when: () => {
        isOwned = false;
        return true;
      },
    });
  opened.write('much');
  await expect(opened.finish()).rejects.toThrow(StaleRunError);
  expect(methods()).not.toContain('chat.update');
});

describe('a message posted by a process that stood still while another run took the reply over', () => {
  /** What is left of it. `answers`: what the conversation says of it, one after the other. */
  async function postedLate(...answers: (boolean | undefined)[]): Promise<Message[]> {
    const asked: string[] = [];
    const late: ReplyRequest = {
      ...request(stillOwner),
      record: async ({ messages }) => {
        if (messages.length > 0) throw new StaleRunError('T1:C1:1');
      },
      isKept: async (ts) => {
        asked.push(ts);
        return answers.length > 1 ? answers.shift() : answers[0];
      },
    };
    const opened = openReply(late, 'edit');
    opened.write('Twice.');
    await expect(opened.finish()).rejects.toThrow(StaleRunError);
    await slack.until(() => slack.calls.some(({ method }) => method === 'chat.postMessage'));
    const last = answers.at(-1);
    await until(() => answers.length === 1 && asked.length > 0 && (last === true || replies().length === 0), 'the end');
    return replies();
  }

  test('is deleted', async () => {
    expect(await postedLate(false)).toEqual([]);
  });

  test('is deleted once that run can no longer look for it', async () => {
    expect(await postedLate(undefined, undefined, false)).toEqual([]);
  });

  test('stays if that run goes on in it', async () => {
    expect(await postedLate(undefined, true)).toHaveLength(1);
    expect(methods()).not.toContain('chat.delete');
  });
});

test('a reply abandoned before its workspace is found posts nothing, and does not wait for it', async () => {
  let found: (client: WebClient) => void = () => {};
  const client = new Promise<WebClient>((resolve) => {
    found = resolve;
  });
  const bot = { ...slack.bot, teamId: slack.team.id };
  const workspaces = { of: async () => ({ client: await client, bot }) };
  const logger = new RecordingLogger();
  const threads = threadReader(workspaces, false, fastClock(20));
  const opened = slackReplies({
    workspaces,
    threads,
    streaming: 'edit',
    ...inThreads(),
    clock: fastClock(20),
    logger,
    botMessages: english,
  }).open(request(stillOwner));
  opened.write('Not much.');
  await opened.abandon();
  found(new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl }));
  await expect(opened.finish()).rejects.toThrow('left to another process');
  // The status line goes up, and away again.
  await slack.until(() => methods().filter((method) => method === 'assistant.threads.setStatus').length === 2);
  expect(replies()).toEqual([]);
});

// Slack's crawler would fetch the URL at once, and its server would learn what the model wrote into it.
test.each(['edit', 'native', 'off'] as const)('posts have no link previews (%s)', async (streaming) => {
  const link = 'See https://elsewhere.example/x.png?d=secret and ![this](https://elsewhere.example/y.png?d=secret).';
  const reply = openReply(request(stillOwner), streaming);
  reply.write(`${link}\n\n${'A paragraph of some length.\n\n'.repeat(700)}`);
  await reply.finish();
  const posts = slack.calls.filter(({ method }) => method === 'chat.postMessage');
  expect(posts.length).toBeGreaterThan(1);
  for (const { args } of posts) expect(args).toMatchObject({ unfurl_links: 'false', unfurl_media: 'false' });
});

describe('controls', () => {
  const controls: ReplyControl[] = [
    { kind: 'button', action: 'again', label: 'Again', value: 'v1' },
    { kind: 'feedback', action: 'rate', positive: 'Good', negative: 'Bad' },
  ];
  const kinds = (message: Message | undefined): unknown[] =>
    message?.blocks?.map((block) => (block as Json)['type']) ?? [];
  type Json = Record<string, unknown>;

  test.each(['edit', 'native', 'off'] as const)('are shown under a complete reply (%s)', async (streaming) => {
    const reply = openReply(request(stillOwner), streaming);
    reply.write('Not ');
    if (streaming !== 'off') await slack.until(() => replies()[0]?.markdown === 'Not ');
    expect(kinds(replies()[0])).not.toContain('actions');
    reply.write('much.');
    expect(await reply.finish(controls)).toEqual([{ ts: replies()[0]?.ts, text: 'Not much.' }]);
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
    expect(kinds(replies()[0]).slice(-2)).toEqual(['actions', 'context_actions']);
    expect(replies()[0]?.blocks?.at(-2)).toMatchObject({
      elements: [{ type: 'button', action_id: 'again', value: 'v1', text: { text: 'Again' } }],
    });
  });

  test('are shown only under the last message of a long reply', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('A paragraph of some length.\n\n'.repeat(700));
    await reply.finish(controls);
    expect(replies().length).toBeGreaterThan(1);
    expect(replies().map((message) => kinds(message).includes('actions'))).toEqual(
      replies().map((_, at) => at === replies().length - 1),
    );
  });

  test('are left out when Slack refuses them', async () => {
    slack.faults.next('chat.postMessage', { error: 'invalid_blocks', times: 1 });
    const reply = openReply(request(stillOwner), 'off');
    reply.write('Not much.');
    await expect(reply.finish(controls)).resolves.toMatchObject([{ text: 'Not much.' }]);
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
    expect(kinds(replies()[0])).not.toContain('actions');
  });

  test('have a short fallback text, however long the message is', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('An answer. '.repeat(900));
    await reply.finish(controls);
    const { args } =
      slack.calls.findLast(({ method }) => method === 'chat.update' || method === 'chat.postMessage') ?? {};
    expect(args).toMatchObject({ text: 'An answer. '.repeat(28).slice(0, 300) });
  });

  test('are removed when the reply is written again', async () => {
    const before = openReply(request(stillOwner), 'edit');
    before.write('Not much.');
    const [posted] = await before.finish(controls);
    const ts = posted?.ts ?? '';
    const again = openReply(request(stillOwner, { after: root, messages: [ts], opening: false }), 'edit');
    again.write('A lot.');
    await again.finish();
    expect(replies()).toMatchObject([{ ts, markdown: 'A lot.' }]);
    expect(kinds(replies()[0])).toEqual(['markdown']);
  });
});

describe('an answer whose form Slack refuses', () => {
  const words = '- **a**\n- <2> & `3`';
  const plain = '- **a**\n- &lt;2&gt; &amp; `3`';

  test.each(['invalid_blocks', 'invalid_arguments', 'no_text', 'markdown_text_conflict', 'invalid_blocks_format'])(
    'is posted as plain text: %s',
    async (error) => {
      slack.faults.next('chat.postMessage', { error, times: 1 });
      const reply = openReply(request(stillOwner), 'off');
      reply.write(words);
      await expect(reply.finish()).resolves.toMatchObject([{ text: words }]);
      expect(replies()).toMatchObject([{ text: plain }]);
    },
  );

  test.each([
    ['an edit', 'edit'],
    ['a stream', 'native'],
  ] as const)('is completed as plain text in the same message, when %s is refused', async (_, streaming) => {
    const reply = openReply(request(stillOwner), streaming);
    reply.write('Look:\n\n');
    await slack.until(() => replies().length === 1);
    const holdsWords = ({ markdown_text: text }: Record<string, unknown>): boolean => typeof text === 'string';
    for (const method of ['chat.update', 'chat.appendStream', 'chat.stopStream'])
      slack.faults.next(method, { error: 'invalid_blocks', times: 10, when: holdsWords });
    reply.write(words);
    await expect(reply.finish()).resolves.toMatchObject([{ text: `Look:\n\n${words}` }]);
    expect(replies()).toMatchObject([{ text: `Look:\n\n${plain}` }]);
    expect(replies()[0]?.streaming).not.toBe('live');
  });

  test('becomes a sentence that says so, when Slack refuses plain text too; nothing half stays', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('A paragraph of some length.\n\n'.repeat(500));
    await slack.until(() => replies().length === 2);
    slack.faults.next('chat.update', { error: 'invalid_arguments', times: 2 });
    reply.write(words);
    await expect(reply.finish()).resolves.toMatchObject([{ text: ANSWER_REFUSED }]);
    await slack.until(() => replies().length === 1);
    expect(replies()).toMatchObject([{ text: ANSWER_REFUSED }]);
  });

  test('is given up when Slack refuses even the sentence', async () => {
    slack.faults.next('chat.postMessage', { error: 'invalid_arguments', times: 3 });
    const reply = openReply(request(stillOwner), 'off');
    reply.write(words);
    await expect(reply.finish()).rejects.toThrow('Slack refuses: invalid_arguments');
    expect(replies()).toEqual([]);
  });

  const table = '| a | b |\n|---|---|\n| 1 | **2** |';

  test.each(['edit', 'native', 'off'] as const)('is posted as Markdown when it had a table (%s)', async (streaming) => {
    const withBlocks = ({ blocks }: Record<string, unknown>): boolean => JSON.stringify(blocks ?? '').includes('table');
    for (const method of ['chat.postMessage', 'chat.update'])
      slack.faults.next(method, { error: 'invalid_blocks', times: 1, when: withBlocks });
    const reply = openReply(request(stillOwner), streaming);
    reply.write(`Look:\n\n${table}`);
    await expect(reply.finish()).resolves.toMatchObject([{ text: `Look:\n\n${table}` }]);
    expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([['markdown']]);
    expect(replies()).toMatchObject([{ markdown: `Look:\n\n${table}` }]);
  });
});

const typesOf = (blocks: unknown[] = []): unknown[] => blocks.map((block) => (block as { type: string }).type);

describe('a message that Slack lets be changed no more', () => {
  const begun = async (streaming: ReplyStreaming): Promise<ReplyWriter> => {
    const reply = openReply(request(stillOwner), streaming);
    reply.write('Not much, ');
    await slack.until(() => replies()[0]?.markdown === 'Not much, ');
    slack.faults.next('chat.update', { error: 'edit_window_closed', times: 100 });
    return reply;
  };

  test('keeps its words; the rest stands in another message, within a fence too', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('Look:\n\n```\none\n');
    await slack.until(() => replies().length === 1);
    slack.faults.next('chat.update', { error: 'cant_update_message', times: 100 });
    reply.write('two\n```\n');
    const finished = await reply.finish();
    expect(finished.map(({ text }) => text).join('')).toBe('Look:\n\n```\none\ntwo\n```\n');
    expect(replies().map(({ markdown }) => markdown)).toEqual(['Look:\n\n```\none\n', '```\ntwo\n```\n']);
  });

  test('is deleted when the model starts over, and the answer stands whole in another', async () => {
    const reply = await begun('edit');
    reply.restart();
    reply.write('Quite a lot.');
    await expect(reply.finish()).resolves.toMatchObject([{ text: 'Quite a lot.' }]);
    await slack.until(() => replies().length === 1);
    expect(replies()).toMatchObject([{ markdown: 'Quite a lot.' }]);
  });

  test('that cannot be deleted either stays, above the whole answer', async () => {
    slack.faults.next('chat.delete', { error: 'cant_delete_message', times: 100 });
    const reply = await begun('edit');
    reply.restart();
    reply.write('Quite a lot.');
    await expect(reply.finish()).resolves.toMatchObject([{ text: 'Quite a lot.' }]);
    expect(replies().map(({ markdown }) => markdown)).toEqual(['Not much, ', 'Quite a lot.']);
  });

  test.each([
    ['goes on from it, where the answer begins with it', 'Not much, but this.', ['Not much,', ' but this.']],
    ['deletes it, where the answer is another', 'Quite a lot.', ['Quite a lot.']],
  ])('and is found by another process: that %s', async (_what, answer, shown) => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const { ts = '' } = await client.chat.postMessage({ channel, thread_ts: root, markdown_text: 'Not much,' });
    slack.faults.next('chat.update', { error: 'edit_window_closed', times: 100 });
    const recorded: ReplyInProgress[] = [];
    const reply = openReply(
      {
        ...request(stillOwner, { after: root, messages: [ts], opening: false }),
        record: async (state) => void recorded.push(state),
      },
      'edit',
    );
    reply.write(answer);
    const finished = await reply.finish();
    expect(finished.map(({ text }) => text).join('')).toBe(answer);
    await slack.until(() => replies().length === shown.length);
    expect(replies().map(({ markdown }) => markdown)).toEqual(shown);
    expect(recorded.at(-1)?.messages).toEqual(finished.map((message) => message.ts));
  });

  test('ends its stream, so that nobody waits for more of it', async () => {
    const reply = openReply(request(stillOwner), 'native');
    reply.write('Not much, ');
    await slack.until(() => replies()[0]?.streaming === 'live');
    slack.faults.next('chat.update', { error: 'edit_window_closed', times: 100 });
    slack.faults.next('chat.appendStream', { error: 'message_not_owned_by_app', times: 100 });
    reply.write('but this.');
    await slack.until(() => methods().includes('chat.appendStream'));
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: 'Not much, ', streaming: 'stopped' }, { markdown: 'but this.' }]);
  });
});

describe('the calls of a short answer', () => {
  test.each([
    ['a stream', 'native', ['chat.startStream', 'chat.stopStream']],
    ['edits', 'edit', ['chat.postMessage', 'chat.update']],
  ] as const)('are two for %s, once its first words are shown', async (_, streaming, calls) => {
    const reply = openReply(request(stillOwner), streaming);
    reply.write('Not ');
    await slack.until(() => replies().length === 1);
    reply.write('much.');
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: 'Not much.' }]);
    expect(replies()[0]?.streaming).not.toBe('live');
    expect(methods().filter((method) => method.startsWith('chat.'))).toEqual(calls);
  });

  test('are one for what the model says at once', async () => {
    const reply = openReply(request(stillOwner), 'native');
    reply.write('Not ');
    reply.write('much.');
    await reply.finish();
    expect(methods().filter((method) => method.startsWith('chat.'))).toEqual(['chat.postMessage']);
  });

  test('are few, and the answer whole, where Slack takes no text with the end of a stream', async () => {
    const hasText = ({ markdown_text: text }: Record<string, unknown>): boolean => text !== undefined;
    slack.faults.next('chat.stopStream', { error: 'invalid_arguments', times: 10, when: hasText });
    const reply = openReply(request(stillOwner), 'native');
    reply.write('Not ');
    await slack.until(() => replies()[0]?.streaming === 'live');
    reply.write('much.');
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: 'Not much.', streaming: 'stopped' }]);
    expect(methods()).not.toContain('chat.update');
  });

  test('keep of an answer that a person stopped before its end what stood there, and say so', async () => {
    const reply = openReply(request(stillOwner), 'native');
    reply.write('Not ');
    await slack.until(() => replies()[0]?.streaming === 'live');
    slack.stopStream({ user: ada, channel, ts: replies()[0]?.ts ?? '' });
    reply.write('much.');
    expect(await reply.finish()).toMatchObject([{ text: `Not ${STOPPED}` }]);
    expect(replies()).toMatchObject([{ markdown: `Not ${STOPPED}` }]);
    expect(reply.stopped?.aborted).toBe(true);
  });
});

describe('a message that Slack does not find', () => {
  test('is forgotten, and ends the reply, if it is not in the thread', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('Not much, ');
    const [first] = await slack.until(() => (replies().length > 0 ? replies() : undefined));
    slack.remove({ channel, ts: first?.ts ?? '' });
    reply.write('but this.');
    await expect(reply.finish()).resolves.toEqual([]);
    expect(reply.stopped?.aborted).toBe(true);
    expect(replies()).toEqual([]);
  });

  test('although it is there keeps what it shows, if that goes on; the rest stands in another', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    reply.write('Not much, ');
    await slack.until(() => replies().length === 1);
    slack.faults.next('chat.update', { error: 'message_not_found', times: 100 });
    reply.write('but this.');
    const finished = await reply.finish();
    expect(finished.map(({ text }) => text)).toEqual(['Not much, ', 'but this.']);
    expect(replies().map(({ markdown }) => markdown)).toEqual(['Not much, ', 'but this.']);
  });
});

test('a post whose answer does not name the message is looked for before another follows', async () => {
  const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
  const post = client.chat.postMessage.bind(client.chat);
  let answers = 0;
  client.chat.postMessage = async (...args: Parameters<typeof post>) => {
    const answer = await post(...args);
    return (answers += 1) === 1 ? { ok: true } : answer;
  };
  const reply = openReply(request(stillOwner), 'off', client);
  reply.write('Not much.');
  await expect(reply.finish()).resolves.toMatchObject([{ text: 'Not much.' }]);
  expect(replies()).toHaveLength(1);
});

test('what stands there of a reply whose rest the place refuses is remembered', async () => {
  const reply = openReply(request(stillOwner), 'edit');
  reply.write('Not much, ');
  const [{ ts } = { ts: '' }] = await slack.until(() => (replies().length > 0 ? replies() : undefined));
  slack.faults.next('chat.update', { error: 'is_inactive', times: 100 });
  reply.write('but this.');
  await expect(reply.finish()).resolves.toEqual([{ ts, text: 'Not much, ' }]);
  const dm = slack.messages(slack.dm(ada).id).map(({ markdown }) => markdown);
  expect(dm).toEqual([expect.stringContaining('Not much, but this.')]);
});

describe('an answer with tables', () => {
  const table = '| a | b |\n|---|:-:|\n| 1 | **2** `<!here>` [x](https://x.org/@here/) |\n';

  test.each(['edit', 'native', 'off'] as const)(
    'shows the first as a table once the answer is whole, as text before (%s)',
    async (streaming) => {
      const reply = openReply(request(stillOwner), streaming);
      const before = '| a | b |\n|---|---|\n| 1 | 2 |\n\nmore';
      reply.write(before);
      if (streaming !== 'off') await slack.until(() => replies()[0]?.markdown === before);
      reply.restart();
      const whole = `Look:\n\n${table}\nand\n\n${table}`;
      reply.write(whole);
      await expect(reply.finish()).resolves.toMatchObject([{ text: whole }]);
      const [{ blocks = [] } = {}] = replies();
      expect(typesOf(blocks)).toEqual(['markdown', 'table', 'markdown', 'rich_text']);
      expect(blocks[1]).toMatchObject({
        column_settings: [{ align: 'left' }, { align: 'center' }],
        rows: [
          [{ type: 'rich_text' }, { type: 'rich_text' }],
          [
            { elements: [{ elements: [{ type: 'text', text: '1' }] }] },
            {
              elements: [
                {
                  elements: [
                    { type: 'text', text: '2', style: { bold: true } },
                    { type: 'text', text: ' ' },
                    { type: 'text', text: '<!here>', style: { code: true } },
                    { type: 'text', text: ' ' },
                    { type: 'link', url: 'https://x.org/@here/', text: 'x' },
                  ],
                },
              ],
            },
          ],
        ],
      });
      expect(replies().flatMap(({ pings = [] }) => pings)).toEqual([]);
    },
  );

  test.each([
    ['rows', `| a |\n|---|\n${'| 1 |\n'.repeat(100)}`],
    ['columns', `${'| a '.repeat(21)}|\n${'|---'.repeat(21)}|\n${'| 1 '.repeat(21)}|`],
  ])('leaves those with too many %s to the Markdown block', async (_what, tooLarge) => {
    const reply = openReply(request(stillOwner), 'off');
    reply.write(tooLarge);
    await reply.finish();
    expect(replies()).toMatchObject([{ markdown: tooLarge, blocks: [{ type: 'markdown' }] }]);
  });
});

describe('an answer with a chart', () => {
  const source = 'bar: Sales\nQuarter,EMEA\nQ1,10\nQ2,12';
  const chart = `\`\`\`chart\n${source}\n\`\`\``;
  const holdsChart = ({ blocks }: Record<string, unknown>): boolean =>
    JSON.stringify(blocks ?? '').includes('data_visualization');
  const refuseCharts = (times: number): void => {
    for (const method of ['chat.postMessage', 'chat.update'])
      slack.faults.next(method, { error: 'invalid_blocks', times, when: holdsChart });
  };

  test.each(['edit', 'native', 'off'] as const)(
    'shows its lines as they come, and the chart once it is whole (%s)',
    async (streaming) => {
      const reply = openReply(request(stillOwner), streaming);
      const begun = 'Look:\n\n```chart\nbar: Sales\nQuarter,EMEA\nQ1,10\n';
      const whole = `Look:\n\n${chart}\n\nThat is all.`;
      reply.write(begun);
      if (streaming !== 'off') await slack.until(() => replies()[0]?.markdown === begun);
      reply.write(whole.slice(begun.length));
      await expect(reply.finish()).resolves.toMatchObject([{ text: whole }]);
      expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([['markdown', 'data_visualization', 'markdown']]);
      expect(replies()[0]?.text).toContain(source);
      expect(replies()[0]?.streaming).not.toBe('live');
    },
  );

  test.each(['edit', 'native', 'off'] as const)(
    'keeps its table and its buttons where Slack refuses the chart (%s)',
    async (streaming) => {
      refuseCharts(1);
      const reply = openReply(request(stillOwner), streaming);
      const whole = `${chart}\n\n| a | b |\n|---|---|\n| 1 | 2 |`;
      reply.write(whole);
      const controls = [{ kind: 'button', action: 'again', label: 'Again' }] as const;
      await expect(reply.finish(controls)).resolves.toMatchObject([{ text: whole }]);
      expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([['markdown', 'table', 'actions']]);
      expect(replies()[0]?.markdown).toContain(chart);
    },
  );

  test('is Markdown where Slack refuses blocks of any kind', async () => {
    slack.faults.next('chat.postMessage', { error: 'invalid_blocks', times: 2 });
    const reply = openReply(request(stillOwner), 'off');
    reply.write(chart);
    await expect(reply.finish()).resolves.toMatchObject([{ text: chart }]);
    expect(replies()).toMatchObject([{ markdown: chart, blocks: [{ type: 'markdown' }] }]);
    expect(slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(3);
  });

  test.each(['edit', 'native'] as const)('that is stopped within it stays code (%s)', async (streaming) => {
    const reply = openReply(request(stillOwner), streaming);
    const begun = '```chart\nbar: Sales\nQuarter,EMEA\nQ1,10\n';
    reply.write(begun);
    await slack.until(() => replies()[0]?.markdown === begun);
    reply.stop();
    const [stopped] = await reply.finish();
    expect(stopped?.text.startsWith(begun)).toBe(true);
    expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([['markdown']]);
    expect(replies()[0]?.markdown).toContain(`${begun}…\n\`\`\``);
  });

  test.each(['edit', 'native'] as const)(
    'that is stopped behind it keeps its table and its buttons where Slack refuses the chart (%s)',
    async (streaming) => {
      refuseCharts(1);
      const reply = openReply(request(stillOwner), streaming);
      const begun = `${chart}\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nThat`;
      reply.write(begun);
      await slack.until(() => replies()[0]?.markdown === begun);
      reply.stop();
      await reply.finish([{ kind: 'button', action: 'again', label: 'Again' }]);
      expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([['markdown', 'table', 'markdown', 'actions']]);
    },
  );

  test('is drawn once, in the message that is there, by the process that takes over', async () => {
    const before = openReply(request(stillOwner), 'edit');
    before.write(chart.slice(0, -10));
    await slack.until(() => replies().length === 1);
    await before.abandon();
    const ts = replies()[0]?.ts ?? '';
    const reply = openReply(request(stillOwner, { after: root, messages: [ts], opening: false }), 'edit');
    reply.write(chart);
    await expect(reply.finish()).resolves.toEqual([{ ts, text: chart }]);
    expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([['data_visualization']]);
  });

  test('goes to the person who asked where the place refuses it', async () => {
    slack.faults.next('chat.postMessage', { error: 'is_inactive', times: 1 });
    const reply = openReply(request(stillOwner), 'off');
    reply.write(chart);
    await expect(reply.finish()).rejects.toThrow('is_inactive');
    const dm = slack.messages(slack.dm(ada).id).map(({ blocks }) => typesOf(blocks));
    expect(dm.flat()).toContain('data_visualization');
  });

  test('stands whole in one of several messages, each with two charts at most', async () => {
    const reply = openReply(request(stillOwner), 'edit');
    const whole = `${chart}\n\n${'word '.repeat(1_684)}\n${chart}\n\nThat is all.`;
    reply.write(whole);
    const finished = await reply.finish();
    expect(finished.map(({ text }) => text).join('')).toBe(whole);
    expect(replies().map(({ blocks }) => typesOf(blocks))).toEqual([
      ['data_visualization', 'markdown'],
      ['data_visualization', 'markdown'],
    ]);
  });
});

describe("the metadata of the bot's messages", () => {
  test.each(['edit', 'native', 'off'] as const)('marks a reply (%s)', async (streaming) => {
    const reply = openReply(request(stillOwner), streaming);
    reply.write('Not ');
    if (streaming !== 'off') await slack.until(() => replies()[0]?.markdown === 'Not ');
    reply.write('much.');
    await reply.finish();
    expect(replies()[0]?.metadata).toEqual(metadataFor('reply'));
  });

  test.each(['note', 'feature', 'a kind of a later version'])(
    'keeps a %s from being taken for a lost reply',
    async (kind) => {
      const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
      const metadata = { ...metadataFor('note'), event_payload: { kind } };
      const { ts } = await client.chat.postMessage({ channel, thread_ts: root, text: 'A form', metadata });
      const reply = openReply(request(stillOwner, { after: root, messages: [], opening: true }), 'edit');
      reply.write('Not much.');
      await reply.finish();
      expect(replies()).toMatchObject([{ ts, text: 'A form' }, { markdown: 'Not much.' }]);
    },
  );

  test('keeps a feature message from being deleted with an orphaned reply', async () => {
    const client = new WebClient(slack.botToken, { slackApiUrl: slack.apiUrl });
    const post = (kind: 'reply' | 'feature') =>
      client.chat.postMessage({ channel, thread_ts: root, text: kind, metadata: metadataFor(kind) });
    await post('reply');
    await post('feature');
    const workspaces = workspacesOf(slack, client);
    const threads = threadReader(workspaces, false, fastClock(20));
    const options = {
      workspaces,
      threads,
      streaming: 'edit',
      ...inThreads(),
      clock: fastClock(20),
      logger: new RecordingLogger(),
      botMessages: english,
    } as const;
    const { conversation } = request(stillOwner, { after: root, messages: [], opening: true });
    await slackReplies(options).retract(conversation);
    expect(replies().map(({ text }) => text)).toEqual(['feature']);
  });
});
