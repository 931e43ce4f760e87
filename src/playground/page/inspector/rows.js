import { arrange } from '../dom.js';

/**
 * Keeps the children of `parent` in step with a list, one node an item: what is open, selected, focused or scrolled
 * in a row stays while fresh data arrives. `keyOf` names an item, unlike all others; `make` gives
 * `{ node, update(item) }`.
 */
export function rows(parent, keyOf, make) {
  let known = new Map();
  return (items) => {
    const next = new Map();
    for (const [at, item] of items.entries()) {
      const key = keyOf(item, at);
      const row = known.get(key) ?? make(item);
      row.update(item);
      next.set(key, row);
    }
    known = next;
    arrange(
      parent,
      Array.from(next.values(), ({ node }) => node),
    );
  };
}
