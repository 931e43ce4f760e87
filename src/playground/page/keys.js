const PLACES = { ArrowDown: 1, ArrowUp: -1 };

/**
 * The keys that work anywhere on the page. `panes` gives those that are there, in their order, as
 * `{ node, focus() }`; `visited` is called when another channel was gone to.
 */
export function pageKeys(world, panes, visited) {
  document.addEventListener('keydown', (event) => {
    // A dialog is over everything.
    if (!world.channel || document.querySelector('dialog[open]')) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && PLACES[event.key]) {
      event.preventDefault();
      visit(PLACES[event.key]);
    } else if (event.key === 'F6') {
      event.preventDefault();
      goOn(event.shiftKey ? -1 : 1);
    }
  });

  function visit(step) {
    const { places } = world;
    world.visit(places.at((places.indexOf(world.channel) + step) % places.length).id);
    visited();
  }

  function goOn(step) {
    const there = panes().filter(({ node }) => node.checkVisibility({ visibilityProperty: true }));
    const at = there.findIndex(({ node }) => node.contains(document.activeElement));
    there.at((at + (at < 0 && step < 0 ? 0 : step)) % there.length).focus();
  }
}
