/** Charts: drawn in the answer, part of what the conversation remembers. */
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Message } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { until } from '../support/until.js';
import { World } from './world.js';

let world: World;
afterEach(() => world.stop());

const chart = (kind: string, value: number): string =>
  `Here:\n\n\`\`\`chart\n${kind}: Sales of ${kind}\nQuarter,EMEA\nQ1,10\nQ2,${value}\n\`\`\``;
const drawn = (message: Message | undefined): unknown =>
  (message?.blocks as { type: string; chart?: unknown }[] | undefined)?.find(
    ({ type }) => type === 'data_visualization',
  )?.chart;

/** In the only reply. */
function isDrawnSo([reply, ...others]: readonly Message[], expected: object): boolean {
  expect(others).toEqual([]);
  try {
    expect(drawn(reply)).toMatchObject(expected);
    return true;
  } catch {
    return false;
  }
}

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('a chart is drawn, drawn anew after an edit and on "again", and remembered as it was written', async () => {
    world = await World.start({ transport, clock: fastClock(40), env: { FILES_POSTED: 'off' } });
    const { model, slack, ada, general, botId } = world;
    let answers = 0;
    model.onMessage(/what was/, { content: 'That was it.' });
    model.onMessage(/as a pie/, () => ({ content: chart('pie', 100 + (answers += 1)) }));
    model.onMessage(/[^]*/, { content: chart('bar', 12) }, { chunkSize: 9 });
    const { ts: thread } = slack.say({ user: ada, channel: general, text: `<@${botId}> a chart, please` });
    const [reply] = await slack.until(() => {
      const replies = world.replies(general, thread);
      return drawn(replies[0]) === undefined ? undefined : replies;
    });
    expect(drawn(reply)).toMatchObject({ type: 'bar', axis_config: { categories: ['Q1', 'Q2'] } });
    expect(JSON.stringify(world.asked[0]?.messages[0])).toContain('```chart');

    slack.edit({ user: ada, channel: general, ts: thread, text: `<@${botId}> a chart as a pie` });
    const value = (at: number) => ({ segments: [{ value: 10 }, { label: 'Q2', value: at }] });
    const shows = (expected: object): Promise<unknown> =>
      until(() => isDrawnSo(world.replies(general, thread), expected), JSON.stringify(expected));
    await shows(value(101));
    await slack.press({ user: ada, channel: general, ts: reply?.ts ?? '', actionId: 'again' });
    await shows(value(102));

    slack.say({ user: ada, channel: general, threadTs: thread, text: 'what was the second quarter?' });
    await slack.until(() => world.replies(general, thread).length === 2);
    expect(JSON.stringify(world.asked.at(-1)?.messages)).toContain('Q2,102');
  });
});

test('one that Slack does not take is there as it was written', async () => {
  world = await World.start({ transport: 'socket', clock: fastClock(40) });
  const { model, slack, ada, general, botId } = world;
  const holdsChart = ({ blocks }: Record<string, unknown>): boolean =>
    JSON.stringify(blocks ?? '').includes('data_visualization');
  for (const method of ['chat.postMessage', 'chat.update'])
    slack.faults.next(method, { error: 'invalid_blocks', times: 100, when: holdsChart });
  model.onMessage(/[^]*/, { content: chart('bar', 12) });
  const { ts: thread } = slack.say({ user: ada, channel: general, text: `<@${botId}> a chart, please` });
  const types = (): unknown[] =>
    ((world.replies(general, thread)[0]?.blocks ?? []) as { type: string }[]).map(({ type }) => type);
  await until(() => types().includes('actions') || types().includes('context_actions'), 'the whole answer');
  expect(world.replies(general, thread)[0]?.markdown?.trim()).toBe(chart('bar', 12));
});
