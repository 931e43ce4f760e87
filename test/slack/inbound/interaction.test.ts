import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { interactionFrom as read } from '../../../src/slack/inbound/interaction.js';

const interactionFrom = (body: unknown): ReturnType<typeof read> => read(body, '/skein');

const COMMAND = {
  command: '/skein',
  text: 'Help  me with this ',
  trigger_id: '13345.7384.8088',
  team_id: 'T1',
  user_id: 'U1',
  channel_id: 'C1',
  response_url: 'https://hooks.slack.com/commands/1',
  is_enterprise_install: 'false',
};
const BUTTON_PRESSED = {
  type: 'block_actions',
  trigger_id: '1.2.3',
  user: { id: 'U1', team_id: 'T1' },
  team: { id: 'T1', domain: 'acme' },
  channel: { id: 'C1', name: 'general' },
  response_url: 'https://hooks.slack.com/actions/1',
  actions: [{ action_id: 'again', type: 'button', value: 'v1' }],
};

test('a command has its first word as name and the rest as text', () => {
  expect(interactionFrom(COMMAND)).toEqual({
    id: '13345.7384.8088',
    kind: 'command',
    name: 'help',
    team: 'T1',
    user: 'U1',
    channel: 'C1',
    text: 'me with this',
    responseUrl: 'https://hooks.slack.com/commands/1',
  });
});

test.each(['', '   '])('a command without a word has no name: %j', (text) => {
  expect(interactionFrom({ ...COMMAND, text })).toMatchObject({ name: '', text: '' });
});

test('a command keeps the line breaks of its text', () => {
  expect(interactionFrom({ ...COMMAND, text: 'ask one\ntwo' })).toMatchObject({ name: 'ask', text: 'one\ntwo' });
});

test('a button has its `action_id` as name and its value as text', () => {
  const common = { id: '1.2.3', team: 'T1', user: 'U1' };
  expect(interactionFrom(BUTTON_PRESSED)).toEqual({
    ...common,
    home: 'T1',
    kind: 'action',
    name: 'again',
    channel: 'C1',
    text: 'v1',
    responseUrl: 'https://hooks.slack.com/actions/1',
  });
});

test('a button in a modal is an action, not a submission', () => {
  const view = { callback_id: 'settings', state: { values: {} } };
  expect(interactionFrom({ ...BUTTON_PRESSED, channel: undefined, view })).toMatchObject({
    kind: 'action',
    name: 'again',
  });
});

test('a submitted modal has its `callback_id` as name, and the entered values', () => {
  const values = { block: { input: { type: 'plain_text_input', value: 'because' } } };
  const view = { callback_id: 'reason', state: { values } };
  const { actions: _, channel: __, ...rest } = BUTTON_PRESSED;
  const submitted = interactionFrom({
    ...rest,
    type: 'view_submission',
    view: { ...view, id: 'V1', private_metadata: 'm' },
  });
  expect(submitted).toMatchObject({
    kind: 'submission',
    name: 'reason',
    view: { id: 'V1', privateMetadata: 'm', values },
  });
});

test.each([
  ['a menu', { selected_option: { value: 'gpt', text: {} } }, 'gpt'],
  ['a menu with nothing chosen', { selected_option: null }, ''],
  ['a menu of people', { selected_user: 'U2' }, 'U2'],
  ['a menu of conversations', { selected_conversation: 'C2' }, 'C2'],
  ['a menu of channels', { selected_channel: 'C3' }, 'C3'],
])('the choice in %s is the text', (_, chosen, text) => {
  expect(interactionFrom({ ...BUTTON_PRESSED, actions: [{ action_id: 'choose', ...chosen }] })).toMatchObject({ text });
});

test.each([
  ['in a thread', { message: { ts: '5.6', thread_ts: '1.2', text: 'x' } }, { ts: '5.6', thread: '1.2' }],
  ['outside of threads', { message: { ts: '5.6' } }, { ts: '5.6' }],
  ['that only this person sees', { container: { message_ts: '5.6', thread_ts: '1.2' } }, { ts: '5.6', thread: '1.2' }],
])('a button under a message %s knows the message', (_, more, message) => {
  expect(interactionFrom({ ...BUTTON_PRESSED, ...more })?.message).toEqual(message);
});

test.each([
  ['a command', { ...COMMAND, team_id: undefined, enterprise_id: 'E1' }],
  ['a button', { ...BUTTON_PRESSED, team: null, user: { id: 'U1' }, enterprise: { id: 'E1', name: 'acme' } }],
])('%s without a workspace is the organization’s', (_, body) => {
  expect(interactionFrom(body)?.team).toBe('E1');
});

test.each(['shortcut', 'message_action'])('a %s has its `callback_id` as name', (type) => {
  const { actions: _, team: __, ...rest } = BUTTON_PRESSED;
  expect(interactionFrom({ ...rest, type, callback_id: 'summarize' })).toMatchObject({
    kind: 'shortcut',
    name: 'summarize',
    team: 'T1',
  });
});

describe('any other payload', () => {
  test.each([
    null,
    'text',
    { type: 'event_callback', event: { type: 'message' } },
    { ...BUTTON_PRESSED, type: 'view_closed' },
    { ...BUTTON_PRESSED, type: 7 },
    { ...COMMAND, command: '/other' },
  ])('is not an interaction: %j', (body) => {
    expect(interactionFrom(body)).toBeUndefined();
  });
});

describe('an interaction that cannot be read', () => {
  test.each([
    ['trigger_id', { ...COMMAND, trigger_id: undefined }],
    ['user_id', { ...COMMAND, user_id: 7 }],
    ['workspace', { ...COMMAND, team_id: undefined }],
    ['user', { ...BUTTON_PRESSED, user: undefined }],
    ['action_id', { ...BUTTON_PRESSED, actions: [] }],
    ['action_id', { ...BUTTON_PRESSED, actions: [{ value: 'secret' }] }],
    ['callback_id', { ...BUTTON_PRESSED, type: 'view_submission', actions: undefined }],
  ])('is an error that names what is wrong with it, and holds nothing of it: %s', (name, body) => {
    expect(() => interactionFrom(body)).toThrow(name);
    expect(() => interactionFrom(body)).not.toThrow(/secret|hooks\.slack/);
  });

  test('is the only thing that throws, and what can be read can be stored as JSON', () => {
    const fields = fc.constantFrom(...Object.keys({ ...COMMAND, ...BUTTON_PRESSED }));
    fc.assert(
      fc.property(fc.constantFrom(COMMAND, BUTTON_PRESSED), fields, fc.anything(), (body, field, value) => {
        try {
          const interaction = interactionFrom({ ...body, [field]: value });
          if (interaction) expect(JSON.parse(JSON.stringify(interaction))).toEqual(interaction);
        } catch (error) {
          expect(String(error)).toMatch(/an interaction cannot be read/);
        }
      }),
    );
  });
});
