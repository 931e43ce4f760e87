import { expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import type { Conversation } from '../../../src/core/conversation.js';
import { slackEphemeral } from '../../../src/slack/outbound/ephemeral.js';
import type { Workspaces } from '../../../src/slack/workspaces/workspaces.js';
import { RecordingLogger } from '../../support/doubles.js';
import { ANN, assistant, conversation, person } from '../../support/turns.js';

/** What Slack is asked to show for a note in `asked`. */
async function shownFor(asked: Conversation): Promise<Record<string, unknown>> {
  return new Promise((resolve) => {
    const client = { chat: { postEphemeral: async (args: Record<string, unknown>) => resolve(args) } };
    const workspaces = { of: async () => ({ client: client as unknown as WebClient }) } as unknown as Workspaces;
    slackEphemeral(workspaces, new RecordingLogger()).send(asked, ANN, { sentence: 'A note.' });
  });
}

test('a note is shown in the thread if that has replies, also if they are being written again', async () => {
  const alone = conversation([person(0, 'One?')]);
  const { thread } = alone.id;
  expect(await shownFor(alone)).toEqual({ channel: alone.id.channel, user: ANN, text: 'A note.' });
  expect(await shownFor(conversation([person(0, 'One?'), assistant(1, 'One.', 0)]))).toMatchObject({
    thread_ts: thread,
  });
  expect(await shownFor({ ...alone, redo: [assistant(1, 'One.', 0)] })).toMatchObject({ thread_ts: thread });
});
