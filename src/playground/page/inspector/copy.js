import { el, say } from '../dom.js';

/** Copies what `update` was last given a function for. `node`: what is said about it, and the text where a browser gives no clipboard. */
export function copyButton(label) {
  let textOf = () => '';
  const said = el('p', { class: 'sentence', role: 'status' });
  const fallback = el('textarea', { readonly: true, rows: '4', hidden: true, 'aria-label': 'The messages as JSON' });
  const button = el('button', { type: 'button', class: 'small', onclick: () => void copy() }, label);

  async function copy() {
    const text = textOf();
    try {
      await navigator.clipboard.writeText(text);
      fallback.hidden = true;
      say(said, 'Copied.');
    } catch {
      // No clipboard but on localhost or https, and only with the person's leave.
      fallback.value = text;
      fallback.hidden = false;
      fallback.select();
      say(said, 'This browser gives no clipboard: copy the selected text yourself.');
    }
  }

  return {
    button,
    node: el('div', { class: 'copy' }, said, fallback),
    update(next) {
      textOf = next;
    },
  };
}
