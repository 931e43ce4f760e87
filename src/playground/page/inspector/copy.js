import { el, setText } from '../dom.js';

/**
 * A copy button; `update(textOf)` sets what it copies, which is called `what`. `node`: the result; without clipboard,
 * the text to copy.
 */
export function copyButton(label, what) {
  let textOf = () => '';
  const said = el('p', { class: 'sentence', role: 'status' });
  const fallback = el('textarea', { readonly: true, rows: '4', hidden: true, 'aria-label': what });
  const button = el('button', { type: 'button', class: 'small', onclick: () => void copy() }, label);

  async function copy() {
    const text = textOf();
    try {
      await navigator.clipboard.writeText(text);
      fallback.hidden = true;
      setText(said, 'Copied.');
    } catch {
      // The clipboard needs localhost or HTTPS, and permission.
      fallback.value = text;
      fallback.hidden = false;
      fallback.select();
      setText(said, "The clipboard isn't available: copy the selected text yourself.");
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
