/** A question in a channel, and what becomes of it. */
import { expect } from '@jest/globals';
import { Gate } from '../support/gate.js';
import type { World } from './world.js';

/** Ada's mention of the bot in the channel where all are; its `ts`. */
export function mention({ slack, ada, general, botId }: World, text: string): string {
  return slack.say({ user: ada, channel: general, text: `<@${botId}> ${text}` }).ts;
}

/** A mention whose answer, written in several pieces, the model holds back until `release`. Resolves when the model was asked. */
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

/** Waits until Slack got no ack for what was said at `ts`, in either of a mention's events, and is to send it again later. */
export async function untilRefused({ slack }: World, ts: string): Promise<void> {
  const states = (): string[] =>
    slack.deliveries.filter(({ payload }) => (payload['event'] as { ts: string }).ts === ts).map(({ state }) => state);
  await slack.until(() => states().length === 2 && states().every((state) => state === 'scheduled'), 20_000);
}

/** What was refused is delivered again, until it is taken. Slack's next try is a minute away; one that comes earlier is as good. */
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

/** The answer stands in the thread of `ts` once and whole, and is remembered as it stands. */
export async function answeredOnce(world: World, ts: string, question: string, answer: string): Promise<void> {
  const { slack, ada, general } = world;
  await world.untilSays(general, ts, answer);
  slack.say({ user: ada, channel: general, threadTs: ts, text: 'and further?' });
  await expect(world.untilSays(general, ts, 'Re: Ada: and further?')).resolves.toEqual([
    answer,
    'Re: Ada: and further?',
  ]);
  const prompts = world.asked.map(({ messages }) =>
    messages.filter(({ role }) => role !== 'system').map(({ role, content }) => `${role}: ${content}`),
  );
  expect(prompts).toContainEqual([`user: Ada: ${question}`, `assistant: ${answer}`, 'user: Ada: and further?']);
}
