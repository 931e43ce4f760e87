/** What a person has entered in a modal, as Slack sends it. https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
import { isObject } from './arguments.js';
import { SimulatorUsageError } from './errors.js';
import type { Json } from './types.js';

/** By `action_id`: a text, the value of an option or a user id; several of them; null empties a field. */
export type Entered = Readonly<Record<string, string | readonly string[] | null>>;

/** What is not entered stays as the app had filled it in. Throws SimulatorUsageError where Slack lets nobody submit. */
export function stateOf(blocks: readonly unknown[], entered: Entered): Json {
  const left = new Set(Object.keys(entered));
  const values: Record<string, Json> = {};
  for (const block of blocks.filter(isObject)) {
    const element = block['type'] === 'input' ? block['element'] : undefined;
    if (!isObject(element)) continue;
    const id = String(element['action_id']);
    const given = left.delete(id) ? entered[id] : initialOf(element);
    const isEmpty = given === null || given === undefined || given.length === 0;
    if (isEmpty && block['optional'] !== true) throw new SimulatorUsageError(`${id} must be filled in`);
    const { min_value: least, max_value: most, max_length: longest } = element;
    if (!isEmpty && element['type'] === 'number_input') {
      const number = Number(given);
      if (!Number.isFinite(number) || number < Number(least ?? -Infinity) || number > Number(most ?? Infinity))
        throw new SimulatorUsageError(`${id} must be a number from ${String(least)} to ${String(most)}`);
    }
    if (typeof given === 'string' && typeof longest === 'number' && given.length > longest)
      throw new SimulatorUsageError(`${id} has at most ${longest} characters`);
    values[String(block['block_id'])] = { [id]: { type: element['type'], ...shown(element, isEmpty ? null : given) } };
  }
  if (left.size > 0) throw new SimulatorUsageError(`there is no field ${[...left].join(', ')}`);
  return { values };
}

function initialOf(element: Json): string | string[] | null {
  const { initial_value: text, initial_option: one, initial_options: several, initial_users: users } = element;
  if (typeof text === 'string') return text;
  if (isObject(one)) return String(one['value']);
  if (Array.isArray(users)) return users.map(String);
  if (Array.isArray(several)) return several.filter(isObject).map(({ value }) => String(value));
  return null;
}

function shown(element: Json, given: string | readonly string[] | null): Json {
  const optionOf = (value: string): unknown => {
    const options = Array.isArray(element['options']) ? element['options'].filter(isObject) : [];
    const option = options.find((one) => one['value'] === value);
    if (option === undefined) throw new SimulatorUsageError(`no option ${value} in ${String(element['action_id'])}`);
    return option;
  };
  const one = typeof given === 'string' ? given : null;
  const all = given === null ? [] : [given].flat();
  switch (element['type']) {
    case 'static_select':
    case 'radio_buttons':
      return { selected_option: one === null ? null : optionOf(one) };
    case 'multi_static_select':
    case 'checkboxes':
      return { selected_options: all.map(optionOf) };
    case 'multi_users_select':
      return { selected_users: all };
    case 'users_select':
      return { selected_user: one };
    case 'conversations_select':
      return { selected_conversation: one };
    case 'channels_select':
      return { selected_channel: one };
    default:
      return { value: one };
  }
}
