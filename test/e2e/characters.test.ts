/** Halves of characters: nothing that goes to Slack or to the model holds any, whoever wrote them. */
import { afterEach, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { wellFormed } from '../../src/core/text.js';
import { slackClient } from '../../src/slack/web-api/client.js';
import { Closers, openOffice } from '../simulator/support.js';
import { RecordingLogger } from '../support/doubles.js';
import { textOf, World } from './world.js';

const HALF = /\p{Surrogate}/u;
const closers = new Closers();
afterEach(() => closers.closeAll());

/** Every text in it, and every name of a field. Slack's client sends objects and lists as JSON. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return /^[[{]/.test(value) ? textsIn(JSON.parse(value)) : [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, item]) => [name, ...textsIn(item)]);
}

const halvesIn = (value: unknown): string[] => textsIn(value).filter((text) => HALF.test(text));

test('whatever people, their names and files and the model say', async () => {
  const world = await World.start({ transport: 'socket', env: { SYSTEM_PROMPT: 'Be brief \ud83d.' } });
  closers.add(() => world.stop());
  const { slack, general, botId } = world;
  // Cut at the 60th unit, which is the first half of the emoji.
  const eve = slack.addUser({ name: 'eve', displayName: `${'e'.repeat(59)}😀` }).id;
  const dan = slack.addUser({ name: 'dan', displayName: 'D\ud83d' }).id;
  for (const user of [eve, dan]) slack.join({ user, channel: general });
  world.model.onMessage(/[^]*/, () => ({ content: `one \ud83d two ${'😀'.repeat(6_000)} \ude00 three` }));
  const { ts } = slack.say({ user: eve, channel: general, text: `<@${botId}> half \ude00 of <@${dan}> \ud83d` });
  const isThere = (): boolean =>
    world.replies(general, ts).some((reply) => reply.streaming !== 'live' && textOf(reply).endsWith('three'));
  await slack.until(isThere, 20_000);
  slack.say({ user: dan, channel: general, threadTs: ts, text: `<@${botId}> and ${'😀'.repeat(4_000)}x \ud83d?` });
  await slack.until(() => world.asked.length === 2, 20_000);
  await slack.until(
    () => world.replies(general, ts).filter((reply) => textOf(reply).endsWith('three')).length === 2,
    20_000,
  );
  expect(halvesIn(world.asked)).toEqual([]);
  expect(halvesIn(slack.calls.map(({ args }) => args))).toEqual([]);
});

test('whatever is passed to a method of Slack', async () => {
  const { slack, general } = await openOffice(closers);
  const client = slackClient(slack.botToken, slack.apiUrl, new RecordingLogger());
  const texts = fc.string({ unit: fc.constantFrom('a', '😀', '\ud83d', '\ude00'), minLength: 1, maxLength: 20 });
  await fc.assert(
    fc.asyncProperty(texts, texts, async (text, inside) => {
      const blocks = [{ type: 'section', text: { type: 'mrkdwn', text: inside } }];
      await client.chat.postMessage({ channel: general, text, blocks });
      const { args } = slack.calls.at(-1) ?? {};
      expect(halvesIn(args)).toEqual([]);
      expect(textsIn(args)).toEqual(expect.arrayContaining([wellFormed(text), wellFormed(inside)]));
    }),
    { numRuns: 50 },
  );
});
