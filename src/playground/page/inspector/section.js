import { el, say } from '../dom.js';

/** A part of the inspector: `node` with a heading and, beside it, a few words about what is below. */
export function section(title, ...children) {
  const about = el('span', { class: 'about' });
  const node = el('section', { 'aria-label': title }, el('header', {}, el('h3', {}, title), about), ...children);
  return { node, about: (text) => say(about, text) };
}

/** A sentence that is there only while it has something to say. */
export function line(className = '') {
  const node = el('p', { class: className, hidden: true });
  return {
    node,
    say(text = '') {
      node.hidden = text === '';
      say(node, text);
    },
  };
}

/** Names and values; a value that is undefined takes its name away. `update([[name, value], …])`. */
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
        say(shown, value ?? '');
      }
    },
  };
}

function fact(list, name) {
  const value = el('dd', {});
  list.append(el('div', {}, el('dt', {}, name), value));
  return value;
}
