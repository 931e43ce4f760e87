/**
 * An element. Attributes of the form `onclick` are listeners, `true` sets one without a value, `false` and
 * `undefined` leave it out; children are nodes or text.
 */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  node.append(...children);
  return node;
}

/** Sets what a node says, leaving it alone when it says so already: a screen reader reads out what is touched. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Puts the children in this order, moving only what stands elsewhere: a moved node loses focus and scroll position. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const stale of Array.from(parent.children)) if (!wanted.has(stale)) stale.remove();
  let here = parent.firstElementChild;
  for (const child of children) {
    if (child === here) here = here.nextElementSibling;
    else parent.insertBefore(child, here);
  }
}
