import { el } from '../dom.js';
import { blockNodes, unsupported } from './blocks.js';
import { asArray } from './lists.js';
import { link, mrkdwnNodes, plainNodes, plainText } from './mrkdwn.js';
import { isSafeUrl } from './text.js';

const COLORS = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };
const HEX = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i;
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/**
 * Legacy attachments of a message, each next to a coloured bar. `names`: see mrkdwn.js.
 * https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 */
export function attachmentNodes(attachments, names) {
  return attachments.map((attachment) => {
    const inside = partsOf(attachment, names);
    const pretext = asText(attachment.pretext);
    const isEmpty = inside.length === 0 && pretext === '';
    const frame = el(
      'div',
      { class: 'attached' },
      ...(isEmpty ? [plainText(asText(attachment.fallback), names)] : inside),
    );
    // Set from JavaScript: the page's content security policy forbids style attributes.
    const color = colorOf(asText(attachment.color));
    if (color) frame.style.borderLeftColor = color;
    const before = pretext === '' ? [] : [formatted('pretext', pretext, attachment, names)];
    return el('div', { class: 'attachment' }, ...before, ...(isEmpty || inside.length > 0 ? [frame] : []));
  });
}

/** Content next to the bar, from top to bottom, without empty parts. */
function partsOf(attachment, names) {
  const {
    author_name: author,
    author_link: authorLink,
    author_subname: subname,
    title,
    title_link: titleLink,
    text,
    fields,
    blocks,
    actions,
  } = attachment;
  const line = (name, words, url) =>
    asText(words) === '' ? [] : [el('div', { class: name }, linked(plainText(asText(words), names), asText(url)))];
  const foot = [plainText(asText(attachment.footer), names), dateOf(attachment.ts)]
    .filter((part) => part !== '')
    .join(' · ');
  return [
    ...line(
      'attached-author',
      [author, subname]
        .map(asText)
        .filter((part) => part !== '')
        .join(' '),
      authorLink,
    ),
    ...line('attached-title', title, titleLink),
    ...(asText(text) === '' ? [] : [formatted('text', asText(text), attachment, names)]),
    ...(asArray(fields).length > 0
      ? [el('dl', { class: 'attached-fields' }, ...asArray(fields).map((field) => fieldNode(field, attachment, names)))]
      : []),
    ...blockNodes(asArray(blocks), names),
    ...(asArray(actions).length > 0 ? [unsupported('A part', 'actions')] : []),
    // The page loads nothing from other hosts.
    ...(attachment.image_url || attachment.thumb_url ? [el('div', { class: 'not-shown' }, '[picture]')] : []),
    ...(foot === '' ? [] : [el('div', { class: 'attached-foot' }, foot)]),
  ];
}

function fieldNode(field, attachment, names) {
  const { title, value, short } = field ?? {};
  return el(
    'div',
    { class: short ? 'short' : 'long' },
    el('dt', {}, plainText(asText(title), names)),
    el('dd', { class: 'mrkdwn' }, ...nodesIn('fields', asText(value), attachment, names)),
  );
}

function formatted(name, words, attachment, names) {
  return el('div', { class: 'mrkdwn' }, ...nodesIn(name, words, attachment, names));
}

/** Only fields named in `mrkdwn_in` are formatted. */
function nodesIn(name, words, attachment, names) {
  return asArray(attachment.mrkdwn_in).includes(name) ? mrkdwnNodes(words, names) : plainNodes(words, names);
}

function linked(words, url) {
  return isSafeUrl(url) ? link(url, words) : words;
}

function colorOf(color) {
  if (Object.hasOwn(COLORS, color)) return COLORS[color];
  const [, digits] = HEX.exec(color) ?? [];
  return digits && `#${digits}`;
}

/** Formats seconds since 1970; '' for an invalid date. */
function dateOf(seconds) {
  const date = new Date(asText(seconds) === '' ? Number.NaN : Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? '' : DATE.format(date);
}

/** Attachments are not validated: any field may have any type. */
function asText(value) {
  return ['string', 'number'].includes(typeof value) ? String(value) : '';
}
