import { el, setText } from '../dom.js';

/**
 * A long text that expands from `head`. `update(text)` may be called while it is open. The text is rendered only when
 * opened: most messages of a prompt never are.
 */
export function expandableText(head) {
  const whole = el('pre', { tabindex: '0', role: 'group', 'aria-label': 'The whole text' });
  let text = '';
  const render = () => node.open && setText(whole, text);
  const node = el('details', { ontoggle: render }, el('summary', {}, head), whole);
  return {
    node,
    update(next) {
      text = next;
      render();
    },
  };
}
