/** What Bolt makes of payloads, and that none of it takes back an ack. */
import { beforeEach, expect, test } from '@jest/globals';
import type { ReceiverEvent } from '@slack/bolt';
import type { WebClient } from '@slack/web-api';
import { SlackApp } from '../../../src/slack/app/app.js';
import type { Feature, FeatureServices } from '../../../src/slack/app/feature.js';
import { interactions } from '../../../src/slack/app/interactions.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';
import { envelope, type Fields, OPTIONS } from '../inbound/payloads.js';

let log: RecordingLogger;
let heard: string[];
let app: SlackApp;
let stored: unknown[];
let failure: Error | undefined;

const faulty: Feature = {
  name: 'faulty',
  needs: {},
  register({ bolt }) {
    bolt.event('app_home_opened', async () => {
      heard.push('app_home_opened');
      throw new Error('a bug');
    });
  },
};

beforeEach(() => {
  log = new RecordingLogger();
  [heard, stored, failure] = [[], [], undefined];
  const clock = new FakeClock();
  app = new SlackApp({
    signingSecret: 'secret',
    workspaces: { of: async () => ({ client: { token: 'xoxb-1' } as WebClient, bot: OPTIONS.bot }) },
    beforeAck: [
      {
        async handle(body) {
          if (failure) throw failure;
          stored.push(body);
        },
      },
    ],
    features: [faulty],
    interactions: interactions({ submit: async () => {} }, log),
    services: {} as FeatureServices,
    suggestedPrompts: [],
    clock,
    slackClock: clock,
    logger: log,
  });
});

async function acksOf(body: Fields): Promise<number> {
  let acks = 0;
  const ack: ReceiverEvent['ack'] = async () => void (acks += 1);
  await app.processEvent({ body, ack });
  return acks;
}
const lines = (): string[] => log.lines.map(({ level, message }) => `${level}: ${message}`);

test('a listener that fails is logged once; what was stored has its ack', async () => {
  expect(await acksOf(envelope({ type: 'app_home_opened', user: 'U1', channel: 'D1', tab: 'home' }))).toBe(1);
  expect(heard).toEqual(['app_home_opened']);
  expect(lines()).toEqual(['error: a listener failed']);
});

test('a payload that Bolt cannot read has its ack, and is logged once a minute', async () => {
  const body = envelope({ type: 'message_metadata_posted', channel: null });
  for (const _ of [1, 2, 3]) expect(await acksOf(body)).toBe(1);
  expect(stored).toEqual([body, body, body]);
  expect(lines()).toEqual(['warn: Bolt cannot read a payload: no listener gets it']);
});

test.each(['message', 'app_mention'])('a %s has its ack when it is stored, without Bolt', async (type) => {
  const body = envelope({ type, channel: null });
  expect(await acksOf(body)).toBe(1);
  expect(stored).toEqual([body]);
  expect(lines()).toEqual([]);
});

test('what cannot be stored has no ack, and no listener gets it', async () => {
  failure = new Error('Redis is away');
  await expect(acksOf(envelope({ type: 'app_home_opened' }))).rejects.toThrow('Redis is away');
  expect(heard).toEqual([]);
});

test('over HTTP it is connected while it listens', async () => {
  expect(app.connected).toBe(false);
  await app.open(0);
  expect(app.connected).toBe(true);
  await app.stop();
  expect(app.connected).toBe(false);
});
