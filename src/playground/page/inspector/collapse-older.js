import { el, setText } from '../dom.js';
import { counted } from './format.js';

/** Rows shown while collapsed: few enough that the sections below stay within reach. */
const MAX_COLLAPSED = 8;
const HAS_OPEN = '[open], :has([open], [aria-expanded="true"], [aria-current="true"])';

/**
 * Hides older rows of a list behind a button. Call `update` after the rows changed. Rows with something open stay
 * visible; a row of class `member` belongs to the row older it.
 */
export function collapseOlder(list, noun) {
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
    const older = Math.max(0, rows.length - MAX_COLLAPSED);
    // Hiding a single row saves no space: the button takes as much.
    const collapsible = older > 1;
    for (const [at, row] of rows.entries()) row.hidden = collapsible && !all && at < older && !row.matches(HAS_OPEN);
    button.hidden = !collapsible;
    button.setAttribute('aria-expanded', String(all));
    setText(button, all ? `Only the newest ${MAX_COLLAPSED}` : `Show ${counted(older, `earlier ${noun}`)}`);
  }

  return { button, update };
}
