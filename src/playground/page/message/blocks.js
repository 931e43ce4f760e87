import { el } from '../dom.js';
import { chartNode } from './chart.js';
import { withEmoji } from './emoji.js';
import { asArray } from './lists.js';
import { markdownNodes } from './markdown.js';
import { mrkdwnNodes } from './mrkdwn.js';

/**
 * Renders Block Kit blocks, by type. To support another type, add an entry. `names` resolves mentions, see mrkdwn.js; its
 * `press({ actionId, value })` is called for buttons.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
const BLOCKS = {
  markdown: ({ text }) => el('div', { class: 'markdown' }, markdownNodes(String(text ?? ''))),
  header: ({ text }, names) => el('h3', { class: 'block-header' }, ...textNodes(text, names)),
  divider: () => el('hr', {}),
  data_visualization: chartNode,
  section,
  context: ({ elements }, names) =>
    el('div', { class: 'block-context' }, ...asArray(elements).map((element) => elementNode(element, names))),
  actions: buttonRow,
  context_actions: buttonRow,
  task_card: ({ title, details }) =>
    el('details', { class: 'block-task' }, el('summary', {}, String(title ?? '')), el('p', {}, textIn(details))),
};

/** Renders elements inside a block, by type. */
const ELEMENTS = {
  mrkdwn: (text, names) => el('span', { class: 'mrkdwn' }, ...textNodes(text, names)),
  plain_text: (text, names) => el('span', { class: 'mrkdwn' }, ...textNodes(text, names)),
  button: ({ action_id: actionId, value, text, style }, { press }) =>
    pressable({ actionId, value }, press, { class: style ?? 'plain' }, withEmoji(String(text?.text ?? ''))),
  icon_button: ({ action_id: actionId, value, icon: name, text }, { press }) =>
    pressable({ actionId, value }, press, { class: 'plain', title: String(text?.text ?? name) }, ICONS[name] ?? '•'),
  feedback_buttons: feedbackButtons,
  // The page loads nothing from other hosts.
  image: ({ alt_text: alt }) => el('span', { class: 'not-shown' }, `[${alt || 'picture'}]`),
};

/** Slack draws these itself. */
const ICONS = { trash: '🗑' };

export function blockNodes(blocks, names) {
  return blocks.map((block) =>
    Object.hasOwn(BLOCKS, block.type) ? BLOCKS[block.type](block, names) : unsupported('A block', block.type),
  );
}

function section({ text, fields, accessory }, names) {
  return el(
    'div',
    { class: 'block-section' },
    el(
      'div',
      {},
      ...(text ? [el('div', { class: 'mrkdwn' }, ...textNodes(text, names))] : []),
      ...(fields
        ? [
            el(
              'div',
              { class: 'block-fields' },
              ...asArray(fields).map((field) => el('div', { class: 'mrkdwn' }, ...textNodes(field, names))),
            ),
          ]
        : []),
    ),
    ...(accessory ? [el('div', { class: 'block-accessory' }, elementNode(accessory, names))] : []),
  );
}

function buttonRow({ elements }, names) {
  return el('div', { class: 'block-buttons' }, ...asArray(elements).map((element) => elementNode(element, names)));
}

/** Cannot be pressed again until the press has arrived. */
function pressable(pressed, press, attributes, ...content) {
  const button = el('button', { type: 'button', ...attributes, onclick }, ...content);
  async function onclick() {
    button.disabled = true;
    await press?.(pressed);
    button.disabled = false;
  }
  return button;
}

/** Slack remembers which one a person chose. */
function feedbackButtons({ action_id: actionId, positive_button: positive, negative_button: negative }, { press }) {
  const buttons = [
    [positive, '👍'],
    [negative, '👎'],
  ].map(([{ text, value }, sign]) => {
    const label = String(text?.text ?? '');
    const choose = (pressed) => {
      for (const one of buttons) one.setAttribute('aria-pressed', String(one === button));
      return press?.(pressed);
    };
    const attributes = { class: 'plain', title: label, 'aria-label': label, 'aria-pressed': 'false' };
    const button = pressable({ actionId, value }, choose, attributes, sign);
    return button;
  });
  return el('span', { class: 'feedback' }, ...buttons);
}

function elementNode(element, names) {
  return Object.hasOwn(ELEMENTS, element.type)
    ? ELEMENTS[element.type](element, names)
    : unsupported('An element', element.type);
}

/** A text object: `mrkdwn`, or unformatted `plain_text`. */
function textNodes(object, names) {
  const text = String(object?.text ?? '');
  return object?.type === 'mrkdwn' ? mrkdwnNodes(text, names) : [withEmoji(text)];
}

/** Plain text of a task's details: a string in a stream, `rich_text` in a block. */
function textIn(node) {
  if (Array.isArray(node)) return node.map(textIn).join('');
  return typeof node === 'object' && node !== null ? String(node.text ?? textIn(node.elements)) : String(node ?? '');
}

export function unsupported(what, type) {
  return el('p', { class: 'not-shown' }, `${what} of type “${String(type)}” is not shown here.`);
}
