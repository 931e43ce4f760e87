import { el, setText } from '../dom.js';

/** An inspector section: `node` with a heading and a short caption next to it. */
export function section(title, ...children) {
  const caption = el('span', { class: 'about' });
  const node = el('section', { 'aria-label': title }, el('header', {}, el('h3', {}, title), caption), ...children);
  return { node, setCaption: (text) => setText(caption, text) };
}

/** A paragraph that is hidden while its text is empty. */
export function line(className = '') {
  const node = el('p', { class: className, hidden: true });
  return {
    node,
    setText(text = '') {
      node.hidden = text === '';
      setText(node, text);
    },
  };
}

/** A list of names and values. `update([[name, value], …])`; hides a name whose value is undefined. */
export function facts() {
  const node = el('dl', { class: 'facts' });
  const known = new Map();
  return {
    node,
    update(pairs) {
      node.hidden = pairs.every(([, value]) => value === undefined);
      for (const [name, value] of pairs) {
        const shown = known.get(name) ?? fact(node, name);
        known.set(name, shown);
        shown.parentElement.hidden = value === undefined;
        setText(shown, value ?? '');
      }
    },
  };
}

function fact(list, name) {
  const value = el('dd', {});
  list.append(el('div', {}, el('dt', {}, name), value));
  return value;
}
