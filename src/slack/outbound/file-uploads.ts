/** Uploads of a reply's files: nobody sees one before it is completed. */
import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { ReplyError } from '../../core/errors.js';
import type { Clock } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import type { AssistantTurn, PostedFile } from '../../core/turn.js';
import type { LongBlock } from './long-blocks.js';
import type { ReplySettings } from './reply-settings.js';
import { retrying } from './retry-policy.js';

/** All of a reply's files of text together, or a picture. Its text is there, and settled no sooner. */
const UPLOADS_WAIT_MS = 20_000;
export const UPLOAD = 'files.getUploadURLExternal';

interface FileContent {
  readonly name: string;
  /** Undefined: only an earlier run had them. */
  readonly bytes?: Uint8Array;
  /** What a picture shows. */
  readonly alt?: string;
}

export interface ReplyFile extends PostedFile {
  readonly content: FileContent;
  /** An earlier run has uploaded it. */
  isEarlier: boolean;
  mayBeShown: boolean;
}

/** The file's id. Throws `ReplyError`. */
export function upload(
  client: WebClient,
  { name, bytes, alt }: FileContent,
  { clock, files }: Pick<ReplySettings, 'clock' | 'files'>,
  signal: AbortSignal,
): Promise<string> {
  // Only a later run can have it again: the model writes, and the picture is made, once more.
  if (!bytes) throw new ReplyError('Slack has not kept the picture of a process that died', true);
  const about = alt !== undefined && { alt_txt: alt };
  const attempt = async (): Promise<string> => {
    signal.throwIfAborted();
    const announced = await client.files.getUploadURLExternal({ filename: name, length: bytes.byteLength, ...about });
    const { upload_url: url = '', file_id: id } = announced;
    if (!id) throw new Error('the answer to an upload does not say which file it is');
    await files?.upload(url, bytes);
    return id;
  };
  return retrying(attempt, clock, signal);
}

export async function uploadInTime<T>(
  clock: Clock,
  signal: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController();
  try {
    const uploads = work(AbortSignal.any([signal, late.signal]));
    uploads.catch(() => {});
    if (!(await settlesWithin(UPLOADS_WAIT_MS, uploads, clock))) throw new Error('the uploads take too long');
    return await uploads;
  } finally {
    late.abort(new Error('over'));
  }
}

export function digestOf({ name, content }: LongBlock): string {
  return createHash('sha256').update(`${name}\n${content}`).digest('base64url').slice(0, 22);
}

/** Of the files of these turns. */
export function idsOf(turns: readonly AssistantTurn[]): ReadonlySet<string> {
  return new Set(turns.flatMap(({ postedFiles = [] }) => postedFiles.map(({ id }) => id)));
}
