/**
 * Downloads a file from Slack, and from nowhere else: the bot's token goes along.
 * https://docs.slack.dev/messaging/working-with-files
 */
import type { FileProblem } from '../../core/files.js';

/** Hosts of Slack's files, and what their names end in. */
const SLACK_HOSTS = /(?:^|\.)(?:slack\.com|slack-gov\.com)$/;
/** Without the scope `files:read` Slack shows its sign-in page instead of the file. */
const SIGN_IN_PAGE = /<title>[^<]*\bslack\s*<\/title>/i;
const HTML_BEGINS = /^\s*(?:<!doctype html|<html)/i;
const LOOKED_AT_BYTES = 4_096;

export interface Download {
  readonly url: string;
  readonly token: string;
  /** Where the Web API is, if not at Slack's own address. */
  readonly apiUrl?: string;
  readonly maxBytes: number;
  /** Whether the file itself may be an HTML page. */
  readonly isHtml: boolean;
  readonly signal: AbortSignal;
}

/** Throws what `fetchSlack` throws, and `DownloadError` where a later try may help. */
export async function download(fetchSlack: typeof fetch, file: Download): Promise<Uint8Array | FileProblem> {
  const { url, token, apiUrl, maxBytes, isHtml, signal } = file;
  if (!isSlacks(url, apiUrl)) return 'elsewhere';
  // A redirect is not followed: the token would go along.
  const init = {
    headers: { Authorization: `Bearer ${token}`, 'User-Agent': 'skein' },
    redirect: 'manual',
    signal,
  } as const;
  const response = await fetchSlack(url, init);
  const { status, headers } = response;
  const body = response.body as unknown as AsyncIterable<Uint8Array> | null;
  if (status !== 200) {
    await close(body);
    return problemOf(status);
  }
  const parts: Uint8Array[] = [];
  let size = Number(headers.get('content-length') ?? 0);
  if (size > maxBytes) {
    await close(body);
    return 'too_large';
  }
  size = 0;
  for await (const part of body ?? []) {
    size += part.byteLength;
    // Leaving the loop closes the connection.
    if (size > maxBytes) return 'too_large';
    parts.push(part);
  }
  const bytes = Buffer.concat(parts);
  const begins = bytes.subarray(0, LOOKED_AT_BYTES).toString();
  const isPage = /^text\/html\b/i.test(headers.get('content-type') ?? '');
  if (isPage && !isHtml) return 'no_access';
  return (isPage || HTML_BEGINS.test(begins)) && SIGN_IN_PAGE.test(begins) ? 'no_access' : bytes;
}

/** Slack has it, and does not hand it out now. */
class DownloadError extends Error {
  override readonly name = 'DownloadError';
}

function problemOf(status: number): FileProblem {
  if (status === 404 || status === 410) return 'deleted';
  // A redirect leads to where people sign in.
  if (status === 401 || status === 403 || (status >= 300 && status < 400)) return 'no_access';
  throw new DownloadError(`Slack answers a download with status ${status}`);
}

/** Whether an address is one of Slack's own, or where the Web API is. */
export function isSlacks(url: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, origin, username, port } = new URL(url);
  if (apiUrl !== undefined && origin === new URL(apiUrl).origin) return true;
  return protocol === 'https:' && port === '' && username === '' && SLACK_HOSTS.test(hostname);
}

/** Whatever is still to come is not read: leaving the loop closes the connection. */
async function close(body: AsyncIterable<Uint8Array> | null): Promise<void> {
  for await (const _ of body ?? []) break;
}
