import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { interactionFrom } from '../../../src/slack/inbound/interaction.js';

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
const PRESSED = {
  type: 'block_actions',
  trigger_id: '1.2.3',
  user: { id: 'U1', team_id: 'T1' },
  team: { id: 'T1', domain: 'acme' },
  channel: { id: 'C1', name: 'general' },
  response_url: 'https://hooks.slack.com/actions/1',
  actions: [{ action_id: 'again', type: 'button', value: 'v1' }],
};

test('a command is its first word, and the rest', () => {
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

test('a command keeps the lines of what was typed', () => {
  expect(interactionFrom({ ...COMMAND, text: 'ask one\ntwo' })).toMatchObject({ name: 'ask', text: 'one\ntwo' });
});

test('a button is its `action_id` and value', () => {
  const common = { id: '1.2.3', team: 'T1', user: 'U1' };
  expect(interactionFrom(PRESSED)).toEqual({
    ...common,
    kind: 'action',
    name: 'again',
    channel: 'C1',
    text: 'v1',
    responseUrl: 'https://hooks.slack.com/actions/1',
  });
});

test('a button in a modal is no submission of the modal', () => {
  const view = { callback_id: 'settings', state: { values: {} } };
  expect(interactionFrom({ ...PRESSED, channel: undefined, view })).toMatchObject({ kind: 'action', name: 'again' });
});

test('a submitted modal is its `callback_id` and what was entered', () => {
  const values = { block: { input: { type: 'plain_text_input', value: 'because' } } };
  const view = { callback_id: 'reason', state: { values } };
  const { actions: _, channel: __, ...rest } = PRESSED;
  const submitted = interactionFrom({ ...rest, type: 'view_submission', view });
  expect(submitted).toMatchObject({ kind: 'submission', name: 'reason', values });
});

test.each(['shortcut', 'message_action'])('a %s is its `callback_id`', (type) => {
  const { actions: _, team: __, ...rest } = PRESSED;
  expect(interactionFrom({ ...rest, type, callback_id: 'summarize' })).toMatchObject({
    kind: 'shortcut',
    name: 'summarize',
    team: 'T1',
  });
});

describe('anything else', () => {
  test.each([
    null,
    'text',
    { type: 'event_callback', event: { type: 'message' } },
    { ...COMMAND, trigger_id: undefined },
    { ...PRESSED, actions: [] },
    { ...PRESSED, type: 'view_closed' },
  ])('is none: %j', (body) => {
    expect(interactionFrom(body)).toBeUndefined();
  });

  test('never throws, and what is one can be stored as JSON', () => {
    const fields = fc.constantFrom(...Object.keys({ ...COMMAND, ...PRESSED }));
    fc.assert(
      fc.property(fc.constantFrom(COMMAND, PRESSED), fields, fc.anything(), (body, field, value) => {
        const interaction = interactionFrom({ ...body, [field]: value });
        if (interaction) expect(JSON.parse(JSON.stringify(interaction))).toEqual(interaction);
      }),
    );
  });
});
