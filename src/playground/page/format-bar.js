import { el } from './dom.js';
import { icon } from './icons.js';
import { replaceText, toggledMark, toggledPrefix } from './typing.js';

const mark = (text) => (typed, from, to) => toggledMark(typed, from, to, text);
const prefix = (prefixOf) => (typed, from, to) => toggledPrefix(typed, from, to, prefixOf);

/** Slack's styles, in Slack's order; `undefined` is a gap. `key`: with Ctrl or ⌘, and Shift where it is a capital. */
const STYLES = [
  { name: 'Bold', icon: 'bold', key: 'b', edit: mark('*') },
  { name: 'Italic', icon: 'italic', key: 'i', edit: mark('_') },
  { name: 'Strikethrough', icon: 'strikethrough', key: 'X', edit: mark('~') },
  undefined,
  { name: 'Ordered list', icon: 'list-ordered', key: '&', edit: prefix((at) => `${at + 1}. `) },
  { name: 'Bulleted list', icon: 'list', key: '*', edit: prefix(() => '- ') },
  undefined,
  { name: 'Blockquote', icon: 'text-quote', key: '(', edit: prefix(() => '> ') },
  { name: 'Code', icon: 'code', key: 'C', edit: mark('`') },
  { name: 'Code block', icon: 'code-xml', edit: mark('```') },
];

/** Buttons that style what is selected in a textarea. `handleKey(event)`: call it on keydown; true when handled. */
export function formatBar(input) {
  const apply = ({ edit }) => replaceText(input, edit(input.value, input.selectionStart, input.selectionEnd));
  const node = el(
    'div',
    { class: 'format', role: 'group', 'aria-label': 'Formatting' },
    ...STYLES.map((style) =>
      style
        ? el(
            'button',
            {
              type: 'button',
              class: 'tool',
              title: style.name,
              'aria-label': style.name,
              // Keeps the selection.
              onpointerdown: (event) => event.preventDefault(),
              onclick: () => apply(style),
            },
            icon(style.icon),
          )
        : el('span', { class: 'gap', 'aria-hidden': 'true' }),
    ),
  );
  return {
    node,
    handleKey(event) {
      if (!(event.ctrlKey || event.metaKey) || event.altKey) return false;
      const style = STYLES.find((known) => known?.key === event.key);
      if (!style) return false;
      event.preventDefault();
      apply(style);
      return true;
    },
  };
}
