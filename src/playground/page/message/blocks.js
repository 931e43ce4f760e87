import { el } from '../dom.js';
import { withEmoji } from './emoji.js';
import { markdownNodes } from './markdown.js';
import { mrkdwnNodes } from './mrkdwn.js';

/**
 * Renders Block Kit blocks, by type. To support another type, add an entry. `names` resolves mentions, see mrkdwn.js.
 * https://docs.slack.dev/reference/block-kit/blocks
 */
const BLOCKS = {
  markdown: ({ text }) => el('div', { class: 'markdown' }, markdownNodes(String(text ?? ''))),
  header: ({ text }, names) => el('h3', { class: 'block-header' }, ...textNodes(text, names)),
  divider: () => el('hr', {}),
  section,
  context: ({ elements }, names) =>
    el('div', { class: 'block-context' }, ...asArray(elements).map((element) => elementNode(element, names))),
  task_card: ({ title, details }) =>
    el('details', { class: 'block-task' }, el('summary', {}, String(title ?? '')), el('p', {}, textIn(details))),
};

/** Renders elements inside a block, by type. */
const ELEMENTS = {
  mrkdwn: (text, names) => el('span', { class: 'mrkdwn' }, ...textNodes(text, names)),
  plain_text: (text, names) => el('span', { class: 'mrkdwn' }, ...textNodes(text, names)),
  // The page loads nothing from other hosts.
  image: ({ alt_text: alt }) => el('span', { class: 'not-shown' }, `[${alt || 'picture'}]`),
};

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

export function asArray(value) {
  return Array.isArray(value) ? value : [];
}
