const GAP_PX = 6;

/**
 * Anchors a popover to an element: above it if there is room, otherwise below, always inside the window. `alignOf()`:
 * which side of the element it lines up with. Returns a function that repositions it.
 */
export function anchorPopup(popup, anchorOf, alignOf = () => 'start') {
  const reposition = () => {
    const anchor = anchorOf();
    if (!anchor || !popup.matches(':popover-open')) return;
    const box = anchor.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = popup;
    const left = alignOf() === 'start' ? box.left : box.right - width;
    const above = box.top - height - GAP_PX;
    popup.style.left = `${Math.max(GAP_PX, Math.min(left, innerWidth - width - GAP_PX))}px`;
    popup.style.top = `${above >= GAP_PX ? above : Math.min(box.bottom + GAP_PX, innerHeight - height - GAP_PX)}px`;
  };
  // The anchor moves when its list scrolls.
  const follow = () => (popup.matches(':popover-open') ? reposition() : stop());
  const stop = () => {
    removeEventListener('scroll', follow, true);
    removeEventListener('resize', follow);
  };
  popup.addEventListener('toggle', ({ newState }) => {
    if (newState !== 'open') return;
    addEventListener('scroll', follow, { capture: true, passive: true });
    addEventListener('resize', follow);
  });
  return reposition;
}
