import { expect, test } from '@jest/globals';
import { readIncoming } from '../../../src/slack/app/incoming.js';
import { channelMessage, envelope } from '../inbound/payloads.js';

const command = { command: '/skein', text: 'help', trigger_id: '1.1', user_id: 'U1' };

test.each<[string, object]>([
  ['an event', envelope(channelMessage('hello'))],
  ['an event of a kind that nobody knows', envelope({ type: 'moon_landed' })],
  ['the command', command],
  ['a button', { type: 'block_actions', actions: [{}] }],
  ['a modal', { type: 'view_submission' }],
  ['a shortcut', { type: 'shortcut' }],
  ['a shortcut on a message', { type: 'message_action' }],
])('%s is taken', (_, body) => {
  expect(readIncoming(body)).toEqual({ kind: 'payload', body });
});

test.each<[string, unknown, boolean]>([
  ['null', null, true],
  ['a text', 'hello', true],
  ['a number', 7, true],
  ['a list', [envelope(channelMessage('hello'))], true],
  ['nothing', undefined, true],
  ['an empty object', {}, true],
  ['an event that is missing', { type: 'event_callback' }, true],
  ['an event that is null', { type: 'event_callback', event: null }, true],
  ['an event that is a text', { type: 'event_callback', event: 'message' }, true],
  ['an event without a type', { type: 'event_callback', event: { ts: '1.1' } }, true],
  ['an event with an odd type', { type: 'event_callback', event: { type: 7 } }, true],
  ['an interaction of another kind', { type: 'view_closed' }, true],
  ['a check of an address, on a socket', { type: 'url_verification', challenge: 'c' }, true],
  ['a name that every object has', { type: 'constructor' }, true],
  ['the command of another app', { ...command, command: '/weather' }, false],
  ['a button without actions', { type: 'block_actions' }, false],
  ['an odd command', { ...command, command: {} }, false],
])('%s is not, and gets an ack unless a person waits', (_, payload, ack) => {
  expect(readIncoming(payload)).toEqual({ kind: 'unusable', problem: expect.any(String), ack });
});

test.each<[unknown, object]>([
  [1766458020, { minute: 1766458020 }],
  ['soon', {}],
  [undefined, {}],
])('a rate limit at %s is told', (minute_rate_limited, more) => {
  expect(readIncoming({ type: 'app_rate_limited', team_id: 'T1', minute_rate_limited })).toEqual({
    kind: 'rate_limited',
    ...more,
  });
});
