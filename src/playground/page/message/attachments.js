import { el } from '../dom.js';
import { blockNodes, listed, notShown } from './blocks.js';
import { link, mrkdwnNodes, plainNodes, plainText } from './mrkdwn.js';
import { isFollowable } from './text.js';

const COLORS = { good: '#2eb886', warning: '#daa038', danger: '#a30200' };
const HEX = /^#?([0-9a-f]{6}|[0-9a-f]{3})$/i;
const DATE = new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short' });

/**
 * What hangs on a message in Slack's older form, each piece beside a bar. `names`: see mrkdwn.js.
 * https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 */
export function attachmentNodes(attachments, names) {
  return attachments.map((attachment) => {
    const inside = partsOf(attachment, names);
    const pretext = wordsOf(attachment.pretext);
    const isEmpty = inside.length === 0 && pretext === '';
    const frame = el(
      'div',
      { class: 'attached' },
      ...(isEmpty ? [plainText(wordsOf(attachment.fallback), names)] : inside),
    );
    // The page's policy forbids a style that comes as an attribute.
    const color = colorOf(wordsOf(attachment.color));
    if (color) frame.style.borderLeftColor = color;
    const before = pretext === '' ? [] : [formatted('pretext', pretext, attachment, names)];
    return el('div', { class: 'attachment' }, ...before, ...(isEmpty || inside.length > 0 ? [frame] : []));
  });
}

/** What stands beside the bar, from top to bottom; only what there is. */
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
    wordsOf(words) === '' ? [] : [el('div', { class: name }, linked(plainText(wordsOf(words), names), wordsOf(url)))];
  const foot = [plainText(wordsOf(attachment.footer), names), dateOf(attachment.ts)]
    .filter((part) => part !== '')
    .join(' · ');
  return [
    ...line(
      'attached-author',
      [author, subname]
        .map(wordsOf)
        .filter((part) => part !== '')
        .join(' '),
      authorLink,
    ),
    ...line('attached-title', title, titleLink),
    ...(wordsOf(text) === '' ? [] : [formatted('text', wordsOf(text), attachment, names)]),
    ...(listed(fields).length > 0
      ? [el('dl', { class: 'attached-fields' }, ...listed(fields).map((field) => fieldNode(field, attachment, names)))]
      : []),
    ...blockNodes(listed(blocks), names),
    ...(listed(actions).length > 0 ? [notShown('A part', 'actions')] : []),
    // The page loads nothing from elsewhere.
    ...(attachment.image_url || attachment.thumb_url ? [el('div', { class: 'not-shown' }, '[picture]')] : []),
    ...(foot === '' ? [] : [el('div', { class: 'attached-foot' }, foot)]),
  ];
}

function fieldNode(field, attachment, names) {
  const { title, value, short } = field ?? {};
  return el(
    'div',
    { class: short ? 'short' : 'long' },
    el('dt', {}, plainText(wordsOf(title), names)),
    el('dd', { class: 'mrkdwn' }, ...nodesIn('fields', wordsOf(value), attachment, names)),
  );
}

function formatted(name, words, attachment, names) {
  return el('div', { class: 'mrkdwn' }, ...nodesIn(name, words, attachment, names));
}

/** Only what is named in `mrkdwn_in` has styles. */
function nodesIn(name, words, attachment, names) {
  return listed(attachment.mrkdwn_in).includes(name) ? mrkdwnNodes(words, names) : plainNodes(words, names);
}

function linked(words, url) {
  return isFollowable(url) ? link(url, words) : words;
}

function colorOf(color) {
  if (Object.hasOwn(COLORS, color)) return COLORS[color];
  const [, digits] = HEX.exec(color) ?? [];
  return digits && `#${digits}`;
}

/** Of seconds since 1970; '' when that is no date. */
function dateOf(seconds) {
  const date = new Date(wordsOf(seconds) === '' ? Number.NaN : Number(seconds) * 1000);
  return Number.isNaN(date.getTime()) ? '' : DATE.format(date);
}

/** An app may put anything there. */
function wordsOf(value) {
  return ['string', 'number'].includes(typeof value) ? String(value) : '';
}
