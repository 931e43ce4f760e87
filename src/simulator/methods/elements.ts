/**
 * Checks of interactive elements, as Slack makes them: required fields, lengths, numbers of options, and unique ids.
 * https://docs.slack.dev/reference/block-kit/block-elements
 */
import { isObject } from '../arguments.js';
import type { Json } from '../types.js';

/** `pointer`: below the block. */
export type Report = (problem: string, pointer: string) => Error;

const MAX_ID = 255;
const MAX_BUTTON_TEXT = 75;
const MAX_VALUE = 2_000;
const MAX_OPTIONS = 100;
const MAX_CHOICES = 10;
const MAX_OPTION_TEXT = 75;
const MAX_OPTION_VALUE = 150;
const MAX_PLACEHOLDER = 150;
const MAX_INPUT = 3_000;
const MAX_LABEL = 2_000;

const WITH_OPTIONS: Readonly<Record<string, number>> = {
  static_select: MAX_OPTIONS,
  multi_static_select: MAX_OPTIONS,
  checkboxes: MAX_CHOICES,
  radio_buttons: MAX_CHOICES,
  overflow: 5,
};
const CONVERSATION_SELECTS = ['users_select', 'multi_users_select', 'conversations_select', 'channels_select'];
const IN_ACTIONS = new Set(['button', 'datepicker', ...Object.keys(WITH_OPTIONS), ...CONVERSATION_SELECTS]);
const IN_SECTION = new Set([...IN_ACTIONS, 'image']);
const IN_INPUT = new Set([
  'plain_text_input',
  'number_input',
  'datepicker',
  'static_select',
  'multi_static_select',
  'checkboxes',
  'radio_buttons',
  ...CONVERSATION_SELECTS,
]);

/** Elements of one block that people can act on. */
export function interactiveElements(block: Json): Json[] {
  const { elements, accessory, element } = block as { elements?: unknown; accessory?: unknown; element?: unknown };
  return [...(Array.isArray(elements) ? elements : []), accessory, element]
    .filter(isObject)
    .filter((one) => typeof one['action_id'] === 'string');
}

/** Throws what `report` makes for the first fault in blocks that hold such elements. */
export function checkInteractive(blocks: readonly Json[], report: (index: number) => Report): void {
  const [blockIds, actionIds] = [new Set<unknown>(), new Set<unknown>()];
  for (const [index, block] of blocks.entries()) {
    const fail = report(index);
    const { block_id: blockId } = block;
    if (typeof blockId === 'string') {
      if (blockId.length > MAX_ID) throw fail(`must be less than ${MAX_ID + 1} characters`, '/block_id');
      if (blockIds.has(blockId)) throw fail(`\`block_id\` ${blockId} already exists`, '/block_id');
      blockIds.add(blockId);
    }
    checkBlock(block, fail);
    for (const element of interactiveElements(block)) {
      if (actionIds.has(element['action_id']))
        throw fail(`\`action_id\` "${String(element['action_id'])}" already exists`, '/element/action_id');
      actionIds.add(element['action_id']);
    }
  }
}

function checkBlock(block: Json, fail: Report): void {
  if (block['type'] === 'actions' && Array.isArray(block['elements']))
    for (const [at, element] of block['elements'].entries()) checkElement(element, IN_ACTIONS, `/elements/${at}`, fail);
  if (block['type'] === 'section' && block['accessory'] !== undefined)
    checkElement(block['accessory'], IN_SECTION, '/accessory', fail);
  if (block['type'] !== 'input') return;
  checkText(block['label'], MAX_LABEL, '/label', fail, 'plain_text');
  if (block['hint'] !== undefined) checkText(block['hint'], MAX_LABEL, '/hint', fail, 'plain_text');
  checkElement(block['element'], IN_INPUT, '/element', fail);
}

function checkElement(element: unknown, allowed: ReadonlySet<string>, pointer: string, fail: Report): void {
  if (!isObject(element)) throw fail('missing required field: element', pointer);
  const { type, action_id: id, value, placeholder } = element;
  if (typeof type !== 'string' || !allowed.has(type))
    throw fail(`unsupported type: ${String(type)}`, `${pointer}/type`);
  if (type === 'image') return;
  if (typeof id !== 'string' || id === '') throw fail('missing required field: action_id', pointer);
  if (id.length > MAX_ID) throw fail(`must be less than ${MAX_ID + 1} characters`, `${pointer}/action_id`);
  if (placeholder !== undefined) checkText(placeholder, MAX_PLACEHOLDER, `${pointer}/placeholder`, fail, 'plain_text');
  if (type === 'button') {
    checkText(element['text'], MAX_BUTTON_TEXT, `${pointer}/text`, fail, 'plain_text');
    if (typeof value === 'string' && value.length > MAX_VALUE)
      throw fail(`must be less than ${MAX_VALUE + 1} characters`, `${pointer}/value`);
  }
  if (type === 'plain_text_input') checkTextInput(element, pointer, fail);
  if (type === 'number_input' && typeof element['is_decimal_allowed'] !== 'boolean')
    throw fail('missing required field: is_decimal_allowed', pointer);
  const most = WITH_OPTIONS[type];
  if (most !== undefined) checkOptions(element, most, pointer, fail);
}

function checkTextInput(element: Json, pointer: string, fail: Report): void {
  const { initial_value: initial, max_length: most = MAX_INPUT } = element;
  if (typeof most !== 'number' || most < 1 || most > MAX_INPUT)
    throw fail(`must be between 1 and ${MAX_INPUT}`, `${pointer}/max_length`);
  if (typeof initial === 'string' && initial.length > most)
    throw fail(`must be less than ${most + 1} characters`, `${pointer}/initial_value`);
}

function checkOptions(element: Json, most: number, pointer: string, fail: Report): void {
  const { options } = element;
  if (!Array.isArray(options) || options.length === 0) throw fail('missing required field: options', pointer);
  if (options.length > most) throw fail(`no more than ${most} items allowed`, `${pointer}/options`);
  const values = new Set<string>();
  for (const [at, option] of options.entries()) {
    const { text, value } = isObject(option) ? option : {};
    checkText(text, MAX_OPTION_TEXT, `${pointer}/options/${at}/text`, fail);
    if (typeof value !== 'string' || value === '')
      throw fail('missing required field: value', `${pointer}/options/${at}`);
    if (value.length > MAX_OPTION_VALUE)
      throw fail(`must be less than ${MAX_OPTION_VALUE + 1} characters`, `${pointer}/options/${at}/value`);
    values.add(value);
  }
  const { initial_option: one, initial_options: several } = element;
  const initial = [...(one === undefined ? [] : [one]), ...(Array.isArray(several) ? several : [])];
  if (Array.isArray(several) && several.length === 0)
    throw fail('no fewer than 1 items required', `${pointer}/initial_options`);
  for (const option of initial)
    if (!isObject(option) || !values.has(String(option['value'])))
      throw fail('must be one of the provided options', `${pointer}/initial_option`);
}

/** A text object that is not empty. */
export function checkText(text: unknown, most: number, pointer: string, fail: Report, kind?: 'plain_text'): void {
  const { type, text: words } = isObject(text) ? text : {};
  if (typeof words !== 'string') throw fail('missing required field: text', pointer);
  if (kind !== undefined && type !== kind) throw fail(`must be of type ${kind}`, `${pointer}/type`);
  if (words.length === 0) throw fail('must be more than 0 characters', `${pointer}/text`);
  if (words.length > most) throw fail(`must be less than ${most + 1} characters`, `${pointer}/text`);
}
