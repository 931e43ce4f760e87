import { arrange } from '../dom.js';

/**
 * Keeps the children of `parent` in sync with a list. Nodes are reused by key, so open, selected, focused or scrolled
 * rows stay so when data arrives. `keyOf(item, index)` must be unique; `make(item)` returns `{ node, update(item) }`.
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
