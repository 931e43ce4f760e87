/** The bot's Markdown as safe nodes. */
import DOMPurify from './vendor/dompurify.js';
import { Marked } from './vendor/marked.js';

/** The few short names that replies and the bot's own sentences use. */
const EMOJI = new Map(
  Object.entries({ warning: '⚠️', wave: '👋', tada: '🎉', '+1': '👍', thumbsup: '👍', smile: '😄', rocket: '🚀', white_check_mark: '✅', x: '❌', bulb: '💡' }),
);

const emoji = {
  name: 'emoji',
  level: 'inline',
  start: (source) => source.search(/:[a-z0-9_+]+:/),
  tokenizer(source) {
    const [raw, name] = /^:([a-z0-9_+]+):/.exec(source) ?? [];
    return EMOJI.has(name) ? { type: 'emoji', raw, name } : undefined;
  },
  renderer: ({ name }) => EMOJI.get(name),
};

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [emoji],
  renderer: {
    // Slack shows tags as they are written, and a model's pictures as links.
    html: ({ text }) => escape(text),
    image: ({ href, text }) => `<a href="${escape(href)}">${escape(text || href)}</a>`,
  },
});

const ALLOWED = {
  ALLOWED_TAGS: 'a blockquote br code del em h1 h2 h3 h4 h5 h6 hr input li ol p pre strong table tbody td th thead tr ul'.split(' '),
  ALLOWED_ATTR: ['href', 'align', 'start', 'type', 'checked', 'disabled'],
  RETURN_DOM_FRAGMENT: true,
};

export function markdownNodes(markdown) {
  const nodes = DOMPurify.sanitize(marked.parse(markdown), ALLOWED);
  for (const link of nodes.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer';
  }
  for (const table of nodes.querySelectorAll('table')) {
    const frame = document.createElement('div');
    frame.className = 'table';
    table.replaceWith(frame);
    frame.append(table);
  }
  return nodes;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
