/**
 * The keyboard in a column of messages: one of them is a stop of Tab, arrows move to its neighbours, and while it has
 * the focus letters do what its buttons do. `shownOf` gives the `MessageNode` of a `ts`.
 */
export function listKeys(column, shownOf) {
  /** The one that Tab stops at. */
  let current;
  const moves = {
    ArrowUp: (message) => nextOf(message, 'previousElementSibling'),
    ArrowDown: (message) => nextOf(message, 'nextElementSibling'),
    Home: () => column.querySelector('.message'),
    End: () => column.lastElementChild,
  };

  function stopAt(message) {
    if (message === current) return;
    current?.setAttribute('tabindex', '-1');
    message?.setAttribute('tabindex', '0');
    current = message;
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
      // One that is longer than the list is read to its end first.
      if (goesOn(message, event.key)) return;
      event.preventDefault();
      const next = moves[event.key](message);
      next?.focus({ preventScroll: true });
      next?.scrollIntoView({ block: 'nearest' });
      return;
    }
    const shown = shownOf(message.dataset.ts);
    const action = shown.actions.find(({ key }) => key.toLowerCase() === event.key.toLowerCase());
    if (!action) return;
    event.preventDefault();
    shown.run(action, message);
  }

  function goesOn(message, key) {
    const [frame, box] = [column.parentElement.getBoundingClientRect(), message.getBoundingClientRect()];
    return (key === 'ArrowDown' && box.bottom > frame.bottom + 1) || (key === 'ArrowUp' && box.top < frame.top - 1);
  }

  column.addEventListener('keydown', onKey);
  column.addEventListener('focusin', ({ target }) => {
    if (messageAt(target)) stopAt(messageAt(target));
  });
  // From elsewhere one comes to the newest.
  const stopAtNewest = () => stopAt(column.lastElementChild ?? undefined);
  column.addEventListener('focusout', ({ relatedTarget }) => column.contains(relatedTarget) || stopAtNewest());

  return {
    /** Whether there was a message to get it. */
    focus() {
      current?.focus();
      return current !== undefined;
    },

    /** While the messages change: when the one with the focus goes, its neighbour gets it. False when there is none. */
    keepFocus(change) {
      const held = column.contains(document.activeElement) ? messageAt(document.activeElement) : undefined;
      const before = held ? [...column.children] : [];
      change();
      const stays = (message) => message.isConnected && message.matches('.message');
      const lost = held !== undefined && !stays(held);
      const at = before.indexOf(held);
      const neighbour = lost ? (before.slice(at).find(stays) ?? before.slice(0, at).findLast(stays)) : undefined;
      neighbour?.focus({ preventScroll: true });
      if (!column.contains(document.activeElement)) stopAtNewest();
      return !lost || neighbour !== undefined;
    },
  };
}

function messageAt(node) {
  return node.closest('.message') ?? undefined;
}

/** The line above what is new stands between messages. */
function nextOf(message, direction) {
  let node = message[direction];
  while (node && !node.matches('.message')) node = node[direction];
  return node;
}
