import { el, say } from '../dom.js';

/**
 * A long text behind its beginning. `update(head, whole)`: both may change while it is open. The whole is put in
 * only once somebody looks: a hundred messages of a prompt are mostly never opened.
 */
export function wholeText(head) {
  const whole = el('pre', { tabindex: '0', role: 'group', 'aria-label': 'The whole text' });
  let text = '';
  const fill = () => node.open && say(whole, text);
  const node = el('details', { ontoggle: fill }, el('summary', {}, head), whole);
  return {
    node,
    update(next) {
      text = next;
      fill();
    },
  };
}
