/** Modals, the Home tab and shortcuts, as a person sees them and as the app does. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { type Json, SimulatorUsageError } from '../../src/simulator/index.js';
import { MODAL, triggerOf } from './methods/fixture.js';
import { Closers, errorResponse, openOffice, type Office } from './support.js';

const closers = new Closers();
afterEach(() => closers.closeAll());

const plain = (text: string): Json => ({ type: 'plain_text', text });
const input = (element: Json, more: Json = {}): Json => ({ type: 'input', label: plain('L'), element, ...more });
const options = (...values: string[]): Json[] => values.map((value) => ({ text: plain(value), value }));
const button = (more: Json = {}): Json => ({ type: 'button', action_id: 'press', text: plain('Press'), ...more });

async function open({ client, ...office }: Office, view: Json): Promise<void> {
  await client.views.open({ trigger_id: triggerOf(office, office.ann), view: view as never });
}

/** What the app got. */
function lastPayload({ slack }: Office): Json {
  return slack.acts.at(-1)?.payload ?? {};
}

describe('a view that Slack would refuse is refused', () => {
  test.each<[string, Json, string]>([
    ['a long title', { title: plain('x'.repeat(25)) }, 'must be less than 25 characters [json-pointer:/view/title'],
    ['no title', { title: undefined }, 'missing required field: text [json-pointer:/view/title'],
    ['a title with markup', { title: { type: 'mrkdwn', text: 'A' } }, 'must be of type plain_text'],
    ['inputs without submit', { submit: undefined }, 'missing required field: submit'],
    ['too much metadata', { private_metadata: 'x'.repeat(3_001) }, 'private_metadata'],
    ['too many blocks', { blocks: Array.from({ length: 101 }, () => ({ type: 'divider' })) }, 'no more than 100'],
    ['an input without a label', { blocks: [input(button(), { label: undefined })] }, '/blocks/0/label'],
    ['a button as an input', { blocks: [input(button())] }, 'unsupported type: button'],
    [
      'the same action_id twice',
      { blocks: [{ type: 'actions', elements: [button(), button()] }] },
      '`action_id` "press" already exists',
    ],
    [
      'the same block_id twice',
      { blocks: ['a', 'a'].map((id) => ({ type: 'divider', block_id: id })) },
      '`block_id` a already exists',
    ],
    [
      'a button without a text',
      { blocks: [{ type: 'actions', elements: [button({ text: plain('') })] }] },
      'more than 0',
    ],
    [
      'a menu without options',
      { blocks: [input({ type: 'static_select', action_id: 'a', options: [] })] },
      'missing required field: options',
    ],
    [
      'too many options',
      {
        blocks: [
          input({
            type: 'checkboxes',
            action_id: 'a',
            options: options('a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'),
          }),
        ],
      },
      'no more than 10 items',
    ],
    [
      'a first choice that is no option',
      {
        blocks: [
          input({ type: 'static_select', action_id: 'a', options: options('a'), initial_option: options('b')[0] }),
        ],
      },
      'must be one of the provided options',
    ],
    [
      'a text that is too long',
      { blocks: [input({ type: 'plain_text_input', action_id: 'a', initial_value: 'xxx', max_length: 2 })] },
      'must be less than 3 characters',
    ],
    [
      'a number that is neither whole nor decimal',
      { blocks: [input({ type: 'number_input', action_id: 'a' })] },
      'is_decimal_allowed',
    ],
  ])('%s', async (_name, more, problem) => {
    const office = await openOffice(closers);
    const refused = await errorResponse(open(office, { ...MODAL, ...more }));
    expect(refused['error']).toBe('invalid_arguments');
    expect(JSON.stringify(refused['response_metadata'])).toContain(JSON.stringify(problem).slice(1, -1));
  });
});

describe('a modal', () => {
  test('is submitted with what was entered, and as filled in where nothing was', async () => {
    const office = await openOffice(closers);
    const { slack, ann } = office;
    const fields = [
      input({ type: 'static_select', action_id: 'size', options: options('s', 'l') }, { block_id: 'b1' }),
      input({ type: 'checkboxes', action_id: 'more', options: options('x', 'y') }, { block_id: 'b2', optional: true }),
      input({ type: 'plain_text_input', action_id: 'name', initial_value: 'Ann' }, { block_id: 'b3' }),
    ];
    await open(office, { ...MODAL, blocks: fields });
    void slack.submitModal({ user: ann, entered: { size: 'l' } });
    expect(lastPayload(office)).toMatchObject({
      type: 'view_submission',
      user: { id: ann },
      view: {
        callback_id: 'form',
        state: {
          values: {
            b1: { size: { type: 'static_select', selected_option: { value: 'l' } } },
            b2: { more: { selected_options: [] } },
            b3: { name: { value: 'Ann' } },
          },
        },
      },
    });
  });

  test('cannot be submitted without what is required, nor with what is not there', async () => {
    const office = await openOffice(closers);
    const { slack, ann } = office;
    await open(office, MODAL);
    await expect(slack.submitModal({ user: ann, entered: { name: null } })).rejects.toThrow(SimulatorUsageError);
    await expect(slack.submitModal({ user: ann, entered: { age: '3' } })).rejects.toThrow('no field age');
  });
});

test('a button in the Home tab is a `block_actions` payload without a channel', async () => {
  const office = await openOffice(closers);
  const { slack, ann, client } = office;
  const view = { type: 'home', blocks: [{ type: 'actions', elements: [button({ value: 'v' })] }] };
  await client.views.publish({ user_id: ann, view: view as never });
  void slack.pressInView({ user: ann, actionId: 'press' });
  const payload = lastPayload(office);
  expect(payload).toMatchObject({ type: 'block_actions', container: { type: 'view' }, actions: [{ value: 'v' }] });
  expect(payload).not.toHaveProperty('channel');
});

test('a shortcut on a message has the message, and a response URL', async () => {
  const office = await openOffice(closers);
  const { slack, ann, general } = office;
  const { ts } = slack.say({ user: ann, channel: general, text: 'Hello' });
  void slack.shortcut({ user: ann, callbackId: 'explain', channel: general, ts });
  expect(lastPayload(office)).toMatchObject({
    type: 'message_action',
    callback_id: 'explain',
    channel: { id: general },
    message: { ts, text: 'Hello' },
    response_url: expect.stringContaining('http'),
  });
});
