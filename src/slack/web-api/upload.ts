/** Sends a file's bytes to the address that `files.getUploadURLExternal` gives. https://docs.slack.dev/messaging/working-with-files */
import { ReplyError } from '../../core/errors.js';
import { isSlacks } from './download.js';

const UPLOAD_TIMEOUT_MS = 15_000;

/** Nobody sees the file until it is completed. Throws `ReplyError` for an address that is not Slack's, and what a later try may cure. */
export type Upload = (url: string, bytes: Uint8Array) => Promise<void>;

/** Without the bot's token: the address alone says whose file it is. `apiUrl`: where the Web API is, if not at Slack's own address. */
export function uploader(fetchSlack: typeof fetch, apiUrl: string | undefined): Upload {
  return async (url, bytes) => {
    if (!isSlacks(url, apiUrl)) throw new ReplyError("the address for a file's upload is not one of Slack's", false);
    const response = await fetchSlack(url, {
      method: 'POST',
      headers: { 'User-Agent': 'skein', 'Content-Type': 'application/octet-stream' },
      body: bytes as Uint8Array<ArrayBuffer>,
      redirect: 'manual',
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    await response.text();
    if (response.status !== 200) throw new Error(`Slack answers an upload with status ${response.status}`);
  };
}
