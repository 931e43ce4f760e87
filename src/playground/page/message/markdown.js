/** Renders the bot's Markdown to sanitized nodes. */
import { el } from '../dom.js';
import DOMPurify from '../vendor/dompurify.js';
import { Marked } from '../vendor/marked.js';
import { emojiOf, isEmoji } from './emoji.js';

const emoji = {
  name: 'emoji',
  level: 'inline',
  start: (source) => source.search(/:[a-z0-9_+-]+:/),
  tokenizer(source) {
    const [raw, name] = /^:([a-z0-9_+-]+):/.exec(source) ?? [];
    return isEmoji(name) ? { type: 'emoji', raw, name } : undefined;
  },
  renderer: ({ name }) => emojiOf(name),
};

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [emoji],
  renderer: {
    // As in Slack, HTML tags are shown as text and images as links.
    html: ({ text }) => escape(text),
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
    // Levels below the pane's h2.
    heading({ tokens, depth }) {
      const level = Math.min(depth + 2, 6);
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`;
    },
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
  },
});

const ALLOWED = {
  ALLOWED_TAGS: 'a blockquote br code del em h3 h4 h5 h6 hr li ol p pre strong table tbody td th thead tr ul'.split(
    ' ',
  ),
  ALLOWED_ATTR: ['href', 'align', 'start'],
  RETURN_DOM_FRAGMENT: true,
};

export function markdownNodes(markdown) {
  const nodes = DOMPurify.sanitize(marked.parse(markdown), ALLOWED);
  for (const link of nodes.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const table of nodes.querySelectorAll('table')) {
    // Wide tables scroll; `tabindex` makes that work with the keyboard.
    const frame = el('div', { class: 'table', role: 'group', 'aria-label': 'Table', tabindex: '0' });
    table.replaceWith(frame);
    frame.append(table);
  }
  return nodes;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
