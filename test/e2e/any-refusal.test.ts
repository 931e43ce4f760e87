/**
 * Whatever Slack refuses, and at whatever step of a reply: one whole reply, or a person who has been told, or a question that
 * is tried again. Never silence, never a text twice, never a conversation that stands still.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { assert, asyncProperty, constant, constantFrom, record } from 'fast-check';
import { ANSWER_REFUSED } from '../../src/messages/english.js';
import { meaningOf } from '../../src/slack/web-api/refusals.js';
import { fastClock } from '../support/fast-clock.js';
import { until } from '../support/until.js';
import { textOf, World } from './world.js';

const CODES = JSON.parse(readFileSync(new URL('../slack/web-api/error-codes.json', import.meta.url), 'utf8')) as Record<
  string,
  string[]
>;
/** Of a reply's life. */
const METHODS = [
  'agents.sessions.setStatus',
  'assistant.threads.setStatus',
  'assistant.threads.setTitle',
  'chat.appendStream',
  'chat.delete',
  'chat.postMessage',
  'chat.startStream',
  'chat.stopStream',
  'chat.update',
  'conversations.replies',
];
const ALL_CODES = [...new Set([...Object.values(CODES).flat(), 'stopped_by_user', 'a_new_code'])];
const WORDS = Array.from({ length: 40 }, (_, at) => `word${String(at).padStart(2, '0')}`);
const ANSWER = `${WORDS.join(' ')} end.`;
const UNLIMITED = { USER_MESSAGES_PER_MINUTE: '0', WORKSPACE_MESSAGES_PER_MINUTE: '0' };
/** Longer than a whole minute of failures by the clock of the bot. */
const OUTCOME_MS = 15_000;

let world: World;
beforeAll(async () => {
  world = await World.start({ transport: 'socket', clock: fastClock(200), env: UNLIMITED });
  world.model.onMessage(/and now/, { content: 'Still here.' });
  world.model.onMessage(/tell me/, { content: ANSWER }, { chunkSize: 12, latency: 5 });
});
afterAll(() => world.stop());

interface Refused {
  method: string;
  code: string;
  /** Calls that succeed before. */
  after: number;
  times: number;
  place: 'channel' | 'dm';
  /** What goes wrong besides. */
  also: 'nothing' | 'lost post' | 'no edits';
}

const texts = (channel: string, thread: string): string =>
  world
    .replies(channel, thread)
    .map((message) => textOf(message))
    .join('');

const count = (text: string, word: string): number => text.split(word).length - 1;

/** What the bot says to Ada elsewhere. */
const told = (): string[] => world.replies(world.slack.dm(world.ada).id).map(textOf);

async function holds({ method, code, after, times, place, also }: Refused): Promise<void> {
  const { slack, ada, bob, general, botId } = world;
  const asker = place === 'dm' ? bob : ada;
  const channel = place === 'dm' ? slack.dm(bob).id : general;
  const address = place === 'dm' ? '' : `<@${botId}> `;
  const [saidBefore, logsBefore] = [told().length, world.logs.length];
  let calls = 0;
  const when = (args: Record<string, unknown>): boolean =>
    (args['channel'] === channel || args['channel_id'] === channel) && (calls += 1) > after;
  slack.faults.next(method, { error: code, times, when });
  const isPost = (args: Record<string, unknown>): boolean => args['channel'] === channel;
  const lost = { drop: true, afterEffect: true, when: isPost } as const;
  if (also === 'lost post') slack.faults.next(place === 'dm' ? 'chat.startStream' : 'chat.postMessage', lost);
  if (also === 'no edits')
    slack.faults.next('chat.update', { error: 'edit_window_closed', times: 1_000, when: isPost });
  const { ts: thread } = slack.say({ user: asker, channel, text: `${address}tell me` });

  // What Slack says of a stream counts; if it still runs in spite of that, Slack ends it after five minutes.
  const isLeftLive = method === 'chat.stopStream' || method === 'chat.appendStream';
  const isEnded = (): boolean =>
    isLeftLive || world.replies(channel, thread).every(({ streaming }) => streaming !== 'live');
  const isWhole = (): boolean =>
    (texts(channel, thread).includes('end.') || texts(channel, thread) === ANSWER_REFUSED) && isEnded();
  const isTold = (): boolean =>
    told()
      .slice(saidBefore)
      .some((text) => text.startsWith(":warning: I can't answer"));
  const logged = (words: string): boolean => world.logs.slice(logsBefore).some((line) => line.includes(words));
  const isRetried = (): boolean => logged('Questions wait until then') || logged('will be retried');
  const isSettled = (): boolean => logged('giving up') || logged('a person stopped the answer');
  await until(() => isWhole() || isTold() || isRetried() || isSettled(), 'an outcome', OUTCOME_MS);
  slack.faults.clear();

  const { meaning, group } = meaningOf(code);
  if (!isWhole() && !isTold() && isRetried()) await until(() => isWhole() || isTold(), 'the answer', OUTCOME_MS);
  // Only who cannot be reached, and who stopped the reply, hears nothing.
  if (!isWhole() && !isTold()) {
    await until(isSettled, 'the reply to be settled', OUTCOME_MS);
    const isKnown = meaning === 'person' || group === 'stopped' || group === 'gone';
    // In a direct message there may be no other place.
    expect(isKnown || place === 'dm').toBe(true);
  }

  slack.say({ user: asker, channel, threadTs: thread, text: `${address}and now?` });
  await until(() => texts(channel, thread).includes('Still here.'), 'the next answer', OUTCOME_MS);
  const shown = texts(channel, thread);
  for (const word of [...WORDS, 'end.', 'Still here.']) expect(count(shown, word)).toBeLessThanOrEqual(1);
  const elsewhere = told().slice(saidBefore).join('\n');
  if (isTold() && elsewhere.includes('This is my answer'))
    for (const word of WORDS) expect(count(elsewhere, word)).toBe(1);
  // Its beginning is there too: nothing is left out in between.
  if (shown.includes('end.')) for (const word of WORDS) expect(count(shown, word)).toBe(1);
}

test.each(METHODS)(
  'whatever %s is refused with',
  async (method) => {
    world.slack.faults.clear();
    const refused = record({
      method: constant(method),
      code: constantFrom(...ALL_CODES),
      after: constantFrom(0, 0, 1, 2),
      times: constantFrom(1, 2, 1_000),
      place: constantFrom('channel' as const, 'dm' as const),
      also: constantFrom('nothing' as const, 'lost post' as const, 'no edits' as const),
    });
    await assert(asyncProperty(refused, holds), { numRuns: 10, endOnFailure: true });
  },
  120_000,
);
