/** Gets files from Slack. */
import type { FileBounds, FileProblem, FileReference } from '../../core/files.js';
import type { Clock, FileSource, Logger } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { download } from '../web-api/download.js';
import { slackFailure } from '../web-api/failure.js';
import type { Workspaces } from '../workspaces/workspaces.js';
import { referenceOf } from './files.js';

const MAX_ATTEMPTS = 3;
const BACKOFF = { firstMs: 500, longestMs: 4_000 };
/** What is served as a page: canvases and posts too. */
const HTML_TYPES = /^(?:text\/html|application\/xhtml|application\/vnd\.slack)/;
const HTML_NAME = /\.x?html?$/i;
/** `file_not_found` may also mean that the bot may not see it. */
const GONE = 'file_deleted';

export interface FileSourceOptions {
  readonly workspaces: Workspaces;
  readonly fetch: typeof fetch;
  readonly apiUrl?: string;
  readonly bounds: Pick<FileBounds, 'maxBytes' | 'timeoutMs'>;
  readonly clock: Clock;
  readonly logger: Logger;
}

export function slackFiles(options: FileSourceOptions): FileSource {
  const { workspaces, bounds, clock, logger, apiUrl } = options;

  async function get(team: string, file: FileReference, signal: AbortSignal): Promise<Uint8Array | FileProblem> {
    const { client } = await workspaces.of(team);
    const found = file.url === undefined ? await lookUp(team, file.id) : file;
    if (typeof found === 'string') return found;
    const { url = '', size = 0, mimetype = '', name } = found;
    if (size > bounds.maxBytes) return 'too_large';
    return download(options.fetch, {
      url,
      token: client.token ?? '',
      ...(apiUrl !== undefined && { apiUrl }),
      maxBytes: bounds.maxBytes,
      isHtml: HTML_TYPES.test(mimetype) || HTML_NAME.test(name),
      signal,
    });
  }

  /** Of a file in a shared channel Slack may tell only the id. */
  async function lookUp(team: string, id: string): Promise<FileReference | FileProblem> {
    const { client } = await workspaces.of(team);
    try {
      const { file } = await client.files.info({ file: id });
      return referenceOf(file) ?? 'deleted';
    } catch (error) {
      const failure = slackFailure(error);
      if (failure.kind !== 'refused') throw error;
      return failure.code === GONE ? 'deleted' : 'no_access';
    }
  }

  /** `limit`: the time is over. */
  async function tryToGet(
    team: string,
    file: FileReference,
    stop: AbortSignal,
    limit: AbortSignal,
    ended: AbortSignal,
  ): Promise<Uint8Array | FileProblem> {
    for (let attempt = 1; ; attempt += 1) {
      stop.throwIfAborted();
      try {
        return await get(team, file, ended);
      } catch (error) {
        stop.throwIfAborted();
        if (limit.aborted || attempt === MAX_ATTEMPTS) {
          logger.warn({ file: file.id, err: error }, 'cannot download a file, answering without it');
          return 'unavailable';
        }
        const failure = slackFailure(error);
        const pauseMs = failure.kind === 'rate_limited' ? failure.afterMs : backoffMs(BACKOFF, attempt);
        await clock.sleep(Math.min(pauseMs, BACKOFF.longestMs), stop);
      }
    }
  }

  return {
    async download(team, file, stop) {
      const limit = AbortSignal.timeout(bounds.timeoutMs);
      // Not `AbortSignal.any`: `stop` may live as long as the process.
      const ended = new AbortController();
      const end = (): void => ended.abort();
      for (const signal of [stop, limit]) signal.addEventListener('abort', end, { once: true });
      try {
        return await tryToGet(team, file, stop, limit, ended.signal);
      } finally {
        stop.removeEventListener('abort', end);
      }
    },
  };
}
