/**
 * Reads what hangs on a message: what apps post in the old form, shared messages, pasted tables, files. Pure.
 * https://docs.slack.dev/legacy/legacy-messaging/legacy-secondary-message-attachments
 */
import { blocksText, isTable } from './blocks.js';
import { wordsOf } from './fuller.js';
import { type Fields, fieldsOf, lines, listOf, quoted, stringOf } from './nodes.js';
import { linkText, literal, personText, readPlain, readText } from './text.js';

/** Slack's own fallback, which says nothing. */
const NO_PREVIEW = '[no preview available]';

/** Slack's preview of something that is linked: nobody wrote it. A shared message is what somebody meant to show. */
export function isPreview(node: unknown): boolean {
  const { is_share: isShare, is_msg_unfurl: ofMessage, is_app_unfurl: byApp, ...links } = fieldsOf(node);
  if (isShare === true) return false;
  return (
    ofMessage === true || byApp === true || ['from_url', 'original_url', 'app_unfurl_url'].some((key) => links[key])
  );
}

/** Quoted, in reading order; a table alone stands as it is. */
export function attachmentText(node: unknown): string {
  const attachment = fieldsOf(node);
  const blocks = blocksOf(attachment);
  const body = lines([
    wordsOf(oldForm(attachment), blocks, false),
    blocksText(listOf(attachment['actions'])),
    ...innerOf(attachment).map(attachmentText),
  ]);
  const isPastedTable = attachment['is_share'] !== true && blocks.length > 0 && blocks.every(isTable);
  if (isPastedTable && body === blocksText(blocks)) return body;
  return withFrame(attachment, body);
}

/** Files of the attachment and of the messages in it, as Slack describes them. */
export function attachedFiles(node: unknown): unknown[] {
  const attachment = fieldsOf(node);
  const files = [attachment, ...messagesIn(attachment)].flatMap((message) => listOf(message['files']));
  return [...files, ...innerOf(attachment).flatMap(attachedFiles)];
}

/** Empty for a file that was removed. */
export function fileText(file: unknown): string {
  const { name, title, mimetype, mode } = fieldsOf(file);
  if (mode === 'tombstone') return '';
  const kind = stringOf(mimetype);
  return literal(`[file: ${stringOf(name) || stringOf(title) || 'unnamed'}${kind ? `, ${kind}` : ''}]`);
}

function withFrame(attachment: Fields, body: string): string {
  const pretext = read(attachment['pretext']);
  const hasWords = body !== '' || pretext !== '' || attachedFiles(attachment).length > 0;
  const words = hasWords ? body : fallbackOf(attachment);
  const author = authorOf(attachment);
  const said = author && words ? `${author}: ${words}` : words;
  const whole = lines([pretext, said, hasWords || words ? read(attachment['footer']) : '']);
  return whole === '' ? '' : quoted(whole);
}

function authorOf({ author_name: name, author_subname: subname, author_id: id }: Fields): string {
  return readPlain(stringOf(name) || stringOf(subname)) || personText(stringOf(id));
}

function fallbackOf({ fallback }: Fields): string {
  return fallback === NO_PREVIEW ? '' : read(fallback);
}

/** Title, text and fields. */
function oldForm({ title, title_link: link, text, fields }: Fields): string {
  const heading = read(title);
  const pairs = listOf(fields).map((field) => {
    const { title: name, value } = fieldsOf(field);
    return [read(name), read(value)].filter((part) => part !== '').join(': ');
  });
  return lines([heading && linkText(read(link), heading), read(text), ...pairs]);
}

function read(value: unknown): string {
  return readText(typeof value === 'number' ? String(value) : stringOf(value)).trim();
}

/** Blocks of the attachment, or of the messages that it shows. */
function blocksOf(attachment: Fields): readonly unknown[] {
  const own = listOf(attachment['blocks']);
  const shown = listOf(attachment['message_blocks']).flatMap((entry) => {
    const { message, blocks } = fieldsOf(entry);
    if (message !== undefined) return listOf(fieldsOf(message)['blocks']);
    return blocks === undefined ? [entry] : listOf(blocks);
  });
  return [...own, ...shown];
}

/** What hangs on the messages that it shows. */
function innerOf(attachment: Fields): unknown[] {
  const all = [attachment, ...messagesIn(attachment)].flatMap(({ attachments }) => listOf(attachments));
  return all.filter((one) => !isPreview(one));
}

function messagesIn(attachment: Fields): Fields[] {
  return listOf(attachment['message_blocks']).map((entry) => fieldsOf(fieldsOf(entry)['message']));
}
