import { el, say } from '../dom.js';
import { counted } from './format.js';

/** So many of a long list are shown until one wants to see all: what stands below it must not be out of reach. */
const SHOWN = 8;
const OPEN = '[open], :has([open], [aria-expanded="true"])';

/**
 * Hides all but the newest of a list's rows behind a button. `update` after the rows changed. What is open stays in
 * sight, and a row of class `member` belongs to the one before it.
 */
export function earlier(list, noun) {
  let all = false;
  const button = el('button', {
    type: 'button',
    class: 'earlier',
    'aria-expanded': 'false',
    onclick: () => show(!all),
  });

  function show(everything) {
    all = everything;
    update();
  }

  function update() {
    const rows = Array.from(list.children).filter(({ classList }) => !classList.contains('member'));
    const before = Math.max(0, rows.length - SHOWN);
    // One row takes no more room than the button.
    const folds = before > 1;
    for (const [at, row] of rows.entries()) row.hidden = folds && !all && at < before && !row.matches(OPEN);
    button.hidden = !folds;
    button.setAttribute('aria-expanded', String(all));
    say(button, all ? `Only the newest ${SHOWN}` : `Show ${counted(before, `earlier ${noun}`)}`);
  }

  return { button, update };
}
