import { el } from '../dom.js';
import { blockNodes } from '../message/blocks.js';
import { inputBlock } from './inputs.js';

/**
 * The blocks of a view: `{ nodes, entered }`. `entered()` returns what was entered, by `action_id`. `press` is called with
 * `{ actionId, value }` for buttons, after the person has confirmed what Slack would have them confirm.
 */
export function viewContent(blocks, world, press) {
  const names = { nameOf: (id) => world.nameOf(id), placeOf: (id) => world.placeOf(id), me: world.me, press };
  const fields = [];
  const nodes = blocks.flatMap((block) => {
    if (block.type !== 'input') return blockNodes([block], confirming(names, block));
    const field = inputBlock(block, world);
    fields.push(field);
    return [field.node];
  });
  const entered = () => Object.fromEntries(fields.flatMap(({ actionId, read }) => (read ? [[actionId, read()]] : [])));
  return { nodes, entered };
}

/** Asks first, where the button says so. */
function confirming(names, { elements = [], accessory }) {
  const asks = new Map([...elements, accessory].flatMap((one) => (one?.confirm ? [[one.action_id, one.confirm]] : [])));
  return {
    ...names,
    async press(pressed) {
      const confirm = asks.get(pressed.actionId);
      if (confirm && !window.confirm(`${confirm.title.text}\n\n${confirm.text.text}`)) return;
      await names.press(pressed);
    },
  };
}

/** A dialog for a view. `onClose()`: the person closed it. */
export function viewDialog(name, onClose) {
  const title = el('h2', { id: `${name}-title` });
  const body = el('div', { class: 'view-body' });
  const problem = el('p', { class: 'problem', role: 'alert' });
  const foot = el('footer', {});
  const form = el('form', { method: 'dialog' }, el('header', {}, title), body, problem, foot);
  const dialog = el('dialog', { class: 'view', 'aria-labelledby': `${name}-title`, oncancel: onClose }, form);
  return { dialog, form, title, body, problem, foot };
}
