const GAP_PX = 6;

/**
 * Keeps an open popover at an element: above it where there is room, else below, and within the window. `align` is the
 * side of the element that it keeps to. Returns what puts it there anew.
 */
export function keepAt(popup, anchorOf, align = 'start') {
  const place = () => {
    const anchor = anchorOf();
    if (!anchor || !popup.matches(':popover-open')) return;
    const at = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popup;
    const left = align === 'start' ? at.left : at.right - width;
    const above = at.top - height - GAP_PX;
    popup.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX))}px`;
    popup.style.top = `${above >= GAP_PX ? above : Math.min(at.bottom + GAP_PX, innerHeight - height - GAP_PX)}px`;
  };
  // What it belongs to moves when the list scrolls under it.
  const follow = () => (popup.matches(':popover-open') ? place() : stop());
  const stop = () => {
    removeEventListener('scroll', follow, true);
    removeEventListener('resize', follow);
  };
  popup.addEventListener('toggle', ({ newState }) => {
    if (newState !== 'open') return;
    addEventListener('scroll', follow, { capture: true, passive: true });
    addEventListener('resize', follow);
  });
  return place;
}
