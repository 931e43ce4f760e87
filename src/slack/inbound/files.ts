/** Reads Slack's description of a file. Pure. https://docs.slack.dev/reference/objects/file-object */
import type { FileReference } from '../../core/files.js';
import { cutAt } from '../../core/text.js';
import { fieldsOf, stringOf } from './nodes.js';

/** The id becomes part of a key's name. */
const FILE_ID = /^[A-Za-z0-9]{1,40}$/;
/** Characters that would hide or turn around what stands beside the name. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;
const MAX_NAME = 200;
const MAX_URL = 2_000;
const MAX_TRANSCRIPT = 10_000;
const HEARD = 'complete';
/** All else that Slack knows of the file is to be asked for with `files.info`. */
const LOOK_UP = 'check_file_info';

/** Undefined for what is no file, or was removed. */
export function referenceOf(file: unknown): FileReference | undefined {
  const { id, mode, name, title, mimetype, size, file_access: access, ...more } = fieldsOf(file);
  if (typeof id !== 'string' || !FILE_ID.test(id) || mode === 'tombstone') return undefined;
  const url = stringOf(more['url_private_download']) || stringOf(more['url_private']);
  const isKnown = access !== LOOK_UP && url !== '' && url.length <= MAX_URL;
  const type = stringOf(mimetype);
  const heard = transcriptIn(more['transcription']);
  return {
    id,
    name: shownName(stringOf(name) || stringOf(title)) || 'unnamed',
    ...(type !== '' && { mimetype: shownName(type) }),
    ...(Number.isSafeInteger(size) && { size: size as number }),
    ...(isKnown && { url }),
    ...heard,
  };
}

/** Of a recording that Slack has listened to. Before it has, and where it cannot, there is none. */
function transcriptIn(transcription: unknown): Pick<FileReference, 'transcript' | 'transcriptIsCut'> {
  const { status, preview } = fieldsOf(transcription);
  const { content, has_more: hasMore } = fieldsOf(preview);
  const whole = stringOf(content);
  if (whole === '' || (status !== undefined && status !== HEARD)) return {};
  const transcript = cutAt(whole, MAX_TRANSCRIPT);
  return { transcript, ...((hasMore === true || transcript !== whole) && { transcriptIsCut: true }) };
}

function shownName(name: string): string {
  return cutAt(name.replaceAll(UNSEEN, ''), MAX_NAME);
}
