const CHANNEL_STEPS = { ArrowDown: 1, ArrowUp: -1 };

/**
 * Global keyboard shortcuts. `panes()` returns all panes in order, as `{ node, focus() }`; `onVisit()` is called after
 * a change of channel; `jump()` opens the quick switcher.
 */
export function pageKeys(world, { panes, onVisit, jump }) {
  document.addEventListener('keydown', (event) => {
    // No shortcuts while a dialog is open.
    if (!world.channel || document.querySelector('dialog[open]')) return;
    if (event.altKey && !event.ctrlKey && !event.metaKey && CHANNEL_STEPS[event.key]) {
      event.preventDefault();
      visit(CHANNEL_STEPS[event.key]);
    } else if (
      event.key.toLowerCase() === 'k' &&
      (event.ctrlKey || event.metaKey) &&
      !event.altKey &&
      !event.shiftKey
    ) {
      event.preventDefault();
      jump();
    } else if (event.key === 'F6') {
      event.preventDefault();
      focusPane(event.shiftKey ? -1 : 1);
    }
  });

  function visit(step) {
    const { sidebarChannels } = world;
    world.visit(sidebarChannels.at((sidebarChannels.indexOf(world.channel) + step) % sidebarChannels.length).id);
    onVisit();
  }

  function focusPane(step) {
    const visible = panes().filter(({ node }) => node.checkVisibility({ visibilityProperty: true }));
    const at = visible.findIndex(({ node }) => node.contains(document.activeElement));
    visible.at((at + (at < 0 && step < 0 ? 0 : step)) % visible.length).focus();
  }
}
