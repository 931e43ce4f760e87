/**
 * Creates an element. Attributes starting with `on` are event listeners; `true` sets an attribute without a value,
 * `false` and `undefined` omit it. Children are nodes or strings.
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

/** Sets a node's text only when it differs: screen readers announce every write to a live region. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Makes `children` the child elements, moving as few as possible: a moved node loses focus and scroll position. */
export function arrange(parent, children) {
  const wanted = new Set(children);
  for (const stale of Array.from(parent.children)) if (!wanted.has(stale)) stale.remove();
  let here = parent.firstElementChild;
  for (const child of children) {
    if (child === here) here = here.nextElementSibling;
    else parent.insertBefore(child, here);
  }
}
