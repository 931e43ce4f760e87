import { el } from '../dom.js';

/**
 * Fields of a modal, by type of their element: `(element, world)` → `{ node, read }`. `read()` returns what was entered: a
 * text, several, or null. https://docs.slack.dev/reference/block-kit/block-elements
 */
const FIELDS = {
  plain_text_input: ({ multiline, initial_value: value = '', max_length: longest }) => {
    const node = multiline
      ? el('textarea', { rows: '4', maxlength: longest })
      : el('input', { type: 'text', maxlength: longest });
    node.value = value;
    return { node, read: () => node.value || null };
  },
  number_input: ({ initial_value: value = '', min_value: min, max_value: max, is_decimal_allowed: decimal }) => {
    const node = el('input', { type: 'number', min, max, step: decimal ? 'any' : '1' });
    node.value = value;
    return { node, read: () => node.value || null };
  },
  static_select: (element) => select(element, false),
  multi_static_select: (element) => choices(element, 'checkbox'),
  checkboxes: (element) => choices(element, 'checkbox'),
  radio_buttons: (element) => choices(element, 'radio'),
  multi_users_select: ({ initial_users: initial = [] }, world) =>
    choices(
      {
        options: world.people.map(({ id, displayName }) => ({ value: id, text: { text: displayName } })),
        initial_options: initial.map((value) => ({ value })),
      },
      'checkbox',
    ),
};

let lastId = 0;

/** An `input` block: `{ node, actionId, read }`; `read` is undefined for an element that is not shown here. */
export function inputBlock({ label, hint, element, optional }, world) {
  const id = `field-${(lastId += 1)}`;
  const make = FIELDS[element.type];
  const field = make?.(element, world) ?? {
    node: el('p', { class: 'not-shown' }, `“${element.type}” is not shown here.`),
  };
  const isGroup = field.node.tagName === 'DIV';
  field.node.id = id;
  if (hint) field.node.setAttribute('aria-describedby', `${id}-hint`);
  const name = [String(label?.text ?? ''), ...(optional ? [el('span', { class: 'optional' }, ' (optional)')] : [])];
  if (isGroup) field.node.setAttribute('aria-labelledby', `${id}-label`);
  return {
    node: el(
      'div',
      { class: 'field' },
      isGroup ? el('span', { class: 'label', id: `${id}-label` }, ...name) : el('label', { for: id }, ...name),
      field.node,
      ...(hint ? [el('p', { class: 'field-hint', id: `${id}-hint` }, String(hint.text))] : []),
    ),
    actionId: element.action_id,
    read: field.read,
  };
}

function select({ options, initial_option: initial }) {
  const node = el(
    'select',
    {},
    ...options.map(({ value, text }) => el('option', { value, selected: value === initial?.value }, String(text.text))),
  );
  return { node, read: () => node.value || null };
}

function choices({ options, initial_option: one, initial_options: several = [] }, type) {
  const chosen = new Set([one, ...several].map((option) => option?.value));
  const name = `choice-${(lastId += 1)}`;
  const inputs = options.map(({ value }) => el('input', { type, name, value, checked: chosen.has(value) }));
  const labels = options.map(({ text }, at) => el('label', {}, inputs[at], ` ${String(text.text)}`));
  const node = el('div', { class: 'choices', role: type === 'radio' ? 'radiogroup' : 'group' }, ...labels);
  const read = () => {
    const values = inputs.filter(({ checked }) => checked).map(({ value }) => value);
    if (type === 'radio') return values[0] ?? null;
    return values.length > 0 ? values : null;
  };
  return { node, read };
}
