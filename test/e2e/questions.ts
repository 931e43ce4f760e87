/** Helpers to ask a question in a channel and to check its answer. */
import { expect } from '@jest/globals';
import { CHANNEL_TAIL } from '../../src/prompt/channel-before.js';
import { Gate } from '../support/gate.js';
import type { World } from './world.js';

/** Ada mentions the bot in #general. Returns the message's `ts`. */
export function mention({ slack, ada, general, botId }: World, text: string): string {
  return slack.say({ user: ada, channel: general, text: `<@${botId}> ${text}` }).ts;
}

/** Asks; the model streams `answer` in chunks only after `release`. Resolves when the model has been asked. */
export async function heldQuestion(
  world: World,
  question: string,
  answer: string,
): Promise<{ ts: string; release: () => void }> {
  const asked = new Gate();
  const held = new Gate();
  world.model.prependFixture({
    match: { userMessage: question },
    response: async () => {
      asked.open();
      await held.opened;
      return { content: answer };
    },
    chunkSize: 20,
    latency: 20,
  });
  const ts = mention(world, question);
  await asked.opened;
  return { ts, release: held.open };
}

/** Waits until neither event of the mention at `ts` was acknowledged, and Slack has scheduled a retry of both. */
export async function untilRefused({ slack }: World, ts: string): Promise<void> {
  const states = (): string[] =>
    slack.deliveries.filter(({ payload }) => (payload['event'] as { ts: string }).ts === ts).map(({ state }) => state);
  await slack.until(() => states().length === 2 && states().every((state) => state === 'scheduled'), 20_000);
}

/** Delivers unacknowledged events again until all are acknowledged. Slack itself would retry in a minute. */
export async function redelivered(world: World): Promise<void> {
  const { slack } = world;
  const all = async (): Promise<boolean> => {
    const refused = slack.deliveries.filter(({ state }) => state === 'scheduled' || state === 'lost');
    for (const { eventId } of refused) slack.redeliver(eventId);
    await slack.until(() => slack.deliveries.every(({ state }) => state !== 'sent' && state !== 'waiting'));
    return slack.deliveries.every(({ state }) => state === 'acked');
  };
  while (!(await all()));
}

/** Checks that the thread of `ts` has the answer once and complete, and that the next prompt has the same text. */
export async function answeredOnce(world: World, ts: string, question: string, answer: string): Promise<void> {
  const { slack, ada, general } = world;
  await world.untilSays(general, ts, answer);
  slack.say({ user: ada, channel: general, threadTs: ts, text: 'and further?' });
  await expect(world.untilSays(general, ts, 'Re: Ada: and further?')).resolves.toEqual([
    answer,
    'Re: Ada: and further?',
  ]);
  const prompts = world.asked.map(({ messages }) =>
    messages.filter(({ role }) => role !== 'system').map(({ role, content }) => `${role}: ${withoutChannel(content)}`),
  );
  expect(prompts).toContainEqual([`user: Ada: ${question}`, `assistant: ${answer}`, 'user: Ada: and further?']);
}

/** Other questions in the channel are read with it. */
function withoutChannel(content: string): string {
  return content.split(`${CHANNEL_TAIL}\n\n`).at(-1) ?? '';
}
