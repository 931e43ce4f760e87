/**
 * Keyboard navigation in a column of messages: one message is the tab stop (roving tabindex), arrows move between
 * messages, letters trigger the focused message's actions. `nodeOf(ts)` returns a `MessageNode`.
 */
export function listKeys(column, nodeOf) {
  /** The message that is the tab stop. */
  let tabStop;
  const moves = {
    ArrowUp: (message) => neighbourOf(message, 'previousElementSibling'),
    ArrowDown: (message) => neighbourOf(message, 'nextElementSibling'),
    Home: () => column.querySelector('.message'),
    End: () => column.lastElementChild,
  };

  function setTabStop(message) {
    if (message === tabStop) return;
    tabStop?.setAttribute('tabindex', '-1');
    message?.setAttribute('tabindex', '0');
    tabStop = message;
  }

  function onKey(event) {
    const message = messageAt(event.target);
    if (
      !message ||
      event.target.matches('textarea, input') ||
      event.altKey ||
      event.ctrlKey ||
      event.metaKey ||
      event.shiftKey
    )
      return;
    if (Object.hasOwn(moves, event.key)) {
      // Let the arrow scroll first while the message extends beyond the view.
      if (extendsBeyondView(message, event.key)) return;
      event.preventDefault();
      const next = moves[event.key](message);
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const messageNode = nodeOf(message.dataset.ts);
    const action = messageNode.actions.find(({ key }) => key.toLowerCase() === event.key.toLowerCase());
    if (!action) return;
    event.preventDefault();
    messageNode.run(action, message);
  }

  function extendsBeyondView(message, key) {
    const [frame, box] = [column.parentElement.getBoundingClientRect(), message.getBoundingClientRect()];
    return (key === 'ArrowDown' && box.bottom > frame.bottom + 1) || (key === 'ArrowUp' && box.top < frame.top - 1);
  }

  column.addEventListener('keydown', onKey);
  column.addEventListener('focusin', ({ target }) => {
    if (messageAt(target)) setTabStop(messageAt(target));
  });
  // When the focus leaves, the newest message becomes the tab stop.
  const resetTabStop = () => setTabStop(column.lastElementChild ?? undefined);
  column.addEventListener('focusout', ({ relatedTarget }) => column.contains(relatedTarget) || resetTabStop());

  return {
    /** Focuses the tab stop. Returns whether there is one. */
    focus() {
      tabStop?.focus();
      return tabStop !== undefined;
    },

    /** Runs `change`; if it removes the focused message, focuses a neighbour. False when there is no neighbour. */
    keepFocus(change) {
      const held = column.contains(document.activeElement) ? messageAt(document.activeElement) : undefined;
      const before = held ? [...column.children] : [];
      change();
      const stays = (message) => message.isConnected && message.matches('.message');
      const lost = held !== undefined && !stays(held);
      const at = before.indexOf(held);
      const neighbour = lost ? (before.slice(at).find(stays) ?? before.slice(0, at).findLast(stays)) : undefined;
      neighbour?.focus({ preventScroll: true });
      if (!column.contains(document.activeElement)) resetTabStop();
      return !lost || neighbour !== undefined;
    },
  };
}

function messageAt(node) {
  return node.closest('.message') ?? undefined;
}

/** Skips the lines between messages: days, "New". */
function neighbourOf(message, direction) {
  let node = message[direction];
  while (node && !node.matches('.message')) node = node[direction];
  return node;
}
