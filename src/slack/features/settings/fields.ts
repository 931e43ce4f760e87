/** How each setting is edited in a modal: one entry each. */
import type { InputBlock, KnownBlock, PlainTextElement, PlainTextOption } from '@slack/web-api';
import {
  ANSWERS,
  EFFORTS,
  isSetIn,
  LANGUAGES,
  type LayerKey,
  type LayerValues,
  SETTING_KEYS,
  type SettingKey,
  type StoredLayer,
  STREAMINGS,
  TONES,
  VERBOSITIES,
} from '../../../core/layers/table.js';
import type { Say } from '../../../messages/words.js';
import type { WordKey } from '../../../messages/words/en.js';

type Element = InputBlock['element'];
/** What was entered, as Slack sends it. */
type Entered = Readonly<Record<string, unknown>>;

interface Field {
  element(actionId: string, value: unknown, say: Say): Element;
  /** Null: not set. */
  read(entered: Entered): unknown;
}

const MAX_TEXT = 3_000;
/** Slack has no way to leave a menu empty again. */
const UNSET = '-';

export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: true };
}

const text = (multiline = false): Field => ({
  element: (actionId, value) => ({
    type: 'plain_text_input',
    action_id: actionId,
    multiline,
    max_length: multiline ? MAX_TEXT : 200,
    ...(typeof value === 'string' && { initial_value: value }),
  }),
  read: ({ value }) => (typeof value === 'string' && value.trim() !== '' ? value.trim() : null),
});

function menu(
  values: readonly string[],
  named: (value: string, say: Say) => string,
  parse: (value: string) => unknown,
): Field {
  return {
    element(actionId, value, say) {
      const option = (one: string): PlainTextOption => ({ text: plain(named(one, say)), value: one });
      const unset: PlainTextOption = { text: plain(say('unset')), value: UNSET };
      const chosen = values.find((one) => value !== undefined && parse(one) === value);
      return {
        type: 'static_select',
        action_id: actionId,
        options: [unset, ...values.map(option)],
        initial_option: chosen === undefined ? unset : option(chosen),
      };
    },
    read({ selected_option: option }) {
      const value = (option as { value?: string } | null | undefined)?.value ?? UNSET;
      return value === UNSET ? null : parse(value);
    },
  };
}

const oneOf = (values: readonly string[]): Field =>
  menu(
    values,
    (value) => value,
    (value) => value,
  );
const yesOrNo = menu(
  ['yes', 'no'],
  (value, say) => say(value === 'yes' ? 'yes' : 'no'),
  (value) => value === 'yes',
);
const LANGUAGE_NAMES: Readonly<Record<string, string>> = {
  en: 'English',
  zh: '中文',
  ja: '日本語',
  de: 'Deutsch',
  es: 'Español',
  fr: 'Français',
};

const usd: Field = {
  element: (actionId, value) => ({
    type: 'number_input',
    action_id: actionId,
    is_decimal_allowed: true,
    min_value: '0.01',
    max_value: '1000000',
    ...(typeof value === 'number' && { initial_value: String(value) }),
  }),
  read: ({ value }) => (typeof value === 'string' && value !== '' ? Number(value) : null),
};

const list: Field = {
  element: (actionId, value) => ({
    type: 'plain_text_input',
    action_id: actionId,
    multiline: false,
    max_length: 1_000,
    ...(Array.isArray(value) && value.length > 0 && { initial_value: value.join(', ').slice(0, 1_000) }),
  }),
  read({ value }) {
    const items = typeof value === 'string' ? value.split(/[,\n]/).map((item) => item.trim()) : [];
    const named = items.filter((item) => item !== '');
    return named.length > 0 ? [...new Set(named)] : null;
  },
};

const people: Field = {
  element: (actionId, value) => ({
    type: 'multi_users_select',
    action_id: actionId,
    max_selected_items: 100,
    ...(Array.isArray(value) && value.length > 0 && { initial_users: value.map(String) }),
  }),
  read: ({ selected_users: users }) => (Array.isArray(users) && users.length > 0 ? users : null),
};

const locked: Field = {
  element(actionId, value, say) {
    const option = (key: SettingKey): PlainTextOption => ({ text: plain(say(labelOf(key)).slice(0, 75)), value: key });
    const initial = Array.isArray(value) ? SETTING_KEYS.filter((key) => value.includes(key)) : [];
    const lockable = SETTING_KEYS.filter((key) => isSetIn(key, 'channel') || isSetIn(key, 'person'));
    return {
      type: 'multi_static_select',
      action_id: actionId,
      options: lockable.map(option),
      ...(initial.length > 0 && { initial_options: initial.map(option) }),
    };
  },
  read({ selected_options: options }) {
    const values = Array.isArray(options) ? options.map((option) => (option as { value: string }).value) : [];
    return values.length > 0 ? values : null;
  },
};

/** `who` has two. */
type FieldKey = Exclude<LayerKey, 'who'> | 'who' | 'groups';

const FIELDS: Readonly<Record<FieldKey, Field>> = {
  model: text(),
  models: list,
  instructions: text(true),
  answers: oneOf(ANSWERS),
  streaming: oneOf(STREAMINGS),
  verbosity: oneOf(VERBOSITIES),
  effort: oneOf(EFFORTS),
  personDailyUsd: usd,
  channelDailyUsd: usd,
  workspaceMonthlyUsd: usd,
  who: people,
  groups: list,
  guests: yesOrNo,
  externals: yesOrNo,
  language: menu(
    LANGUAGES,
    (value) => LANGUAGE_NAMES[value] ?? value,
    (value) => value,
  ),
  tone: oneOf(TONES),
  about: text(true),
  memory: yesOrNo,
  locked,
};

const HINTS: Readonly<Partial<Record<FieldKey, WordKey>>> = {
  models: 'hint_models',
  groups: 'hint_groups',
  answers: 'hint_answers',
  locked: 'hint_locked',
};

export function labelOf(key: FieldKey): WordKey {
  return `setting_${key}`;
}

/** Those that can be set in the layer, in the order of the modal. */
function fieldsOf(layer: StoredLayer): FieldKey[] {
  return (Object.keys(FIELDS) as FieldKey[]).filter((key) => isSetIn(key === 'groups' ? 'who' : key, layer));
}

export function inputsFor(layer: StoredLayer, values: LayerValues, say: Say): KnownBlock[] {
  return fieldsOf(layer).map((key): InputBlock => {
    const value = key === 'who' ? values.who?.people : key === 'groups' ? values.who?.groups : values[key];
    const hint = HINTS[key];
    return {
      type: 'input',
      block_id: key,
      optional: true,
      label: plain(say(labelOf(key))),
      element: FIELDS[key].element(key, value, say),
      ...(hint && { hint: plain(say(hint)) }),
    };
  });
}

/** What a submitted modal sets: null takes away. `state`: `view.state.values`. */
export function valuesFrom(layer: StoredLayer, state: unknown): Partial<Record<LayerKey, unknown>> {
  const read = (key: FieldKey): unknown => {
    const entered = (state as Record<string, Record<string, Entered> | undefined> | undefined)?.[key]?.[key];
    return FIELDS[key].read(entered ?? {});
  };
  const values: Partial<Record<LayerKey, unknown>> = {};
  for (const key of fieldsOf(layer)) if (key !== 'who' && key !== 'groups') values[key] = read(key);
  if (!isSetIn('who', layer)) return values;
  const [chosen, groups] = [read('who'), read('groups')];
  return { ...values, who: chosen || groups ? { people: chosen ?? [], groups: groups ?? [] } : null };
}
