/** Edits of a text that is being written: styles, lists. Pure, but for `replaceText`. */

/** An item of a list, with its indent, its marker and what stands behind it. */
const ITEM = /^(\s*)([-*•]|\d{1,4}[.)]) (.*)$/;
const FENCE = /^```/gm;

/**
 * What Enter does inside a list, `{ from, to, text }` to replace: begins the next item, or ends the list when the item is
 * empty. Undefined outside a list, and in code.
 */
export function nextItem(typed, caret) {
  const start = typed.lastIndexOf('\n', caret - 1) + 1;
  const item = ITEM.exec(typed.slice(start, caret));
  const inCode = (typed.slice(0, caret).match(FENCE) ?? []).length % 2 === 1;
  if (!item || inCode) return undefined;
  const [, indent, marker, rest] = item;
  if (rest.trim() === '') return { from: start, to: caret, text: '' };
  const number = Number.parseInt(marker, 10);
  const next = Number.isNaN(number) ? marker : `${number + 1}${marker.at(-1)}`;
  return { from: caret, to: caret, text: `\n${indent}${next} ` };
}

/** Puts `mark` around the selection, or removes it: `{ from, to, text, select: [from, to] }`. */
export function toggledMark(typed, from, to, mark) {
  const { length } = mark;
  const inside = typed.slice(from, to);
  if (typed.slice(from - length, from) === mark && typed.slice(to, to + length) === mark && from >= length)
    return { from: from - length, to: to + length, text: inside, select: [from - length, to - length] };
  return { from, to, text: `${mark}${inside}${mark}`, select: [from + length, to + length] };
}

/**
 * Begins every line of the selection with `- `, `1. ` or `> `, or removes that. `prefixOf(at)`: for the line at that
 * position, from 0.
 */
export function toggledPrefix(typed, from, to, prefixOf) {
  const start = typed.lastIndexOf('\n', from - 1) + 1;
  const end = typed.indexOf('\n', to) < 0 ? typed.length : typed.indexOf('\n', to);
  const lines = typed.slice(start, end).split('\n');
  const has = lines.every((line, at) => line.startsWith(prefixOf(at)));
  const text = lines.map((line, at) => (has ? line.slice(prefixOf(at).length) : prefixOf(at) + line)).join('\n');
  return { from: start, to: end, text, select: [start + text.length, start + text.length] };
}

/** Makes such an edit in a textarea, so that Ctrl-Z undoes it. */
export function replaceText(input, { from, to, text, select }) {
  input.focus();
  input.setSelectionRange(from, to);
  // Deprecated, but without it the browser forgets what could be undone.
  const done = text === '' ? document.execCommand('delete') : document.execCommand('insertText', false, text);
  if (!done && from !== to + text.length) {
    input.setRangeText(text, from, to, 'end');
    input.dispatchEvent(new InputEvent('input', { bubbles: true }));
  }
  if (select) input.setSelectionRange(...select);
}
