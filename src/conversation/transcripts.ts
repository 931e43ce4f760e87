/** Has what is said in a recording written down: once across all processes, whichever of them dies over it. */
import { randomUUID } from 'node:crypto';
import { ModelError } from '../core/errors.js';
import type { FileContent } from '../core/files.js';
import type { Clock, FilePlace, FileStore, Logger, ModelProblem } from '../core/ports.js';
import type { MeteredTranscriber, TranscriptRequest } from '../usage/transcripts.js';

const RENEW_EVERY_MS = 2_000;
const LOOK_EVERY_MS = 1_000;
/** Of processes that had it. */
const MAX_DEATHS = 3;
const ABOUT = 'transcript of what is said in it';

/** What it is about the recording itself. Other problems may be over the next time. */
const OF_THE_FILE: Partial<Record<ModelProblem, FileContent>> = {
  bad_request: { kind: 'problem', problem: 'unknown_kind' },
  context_too_long: { kind: 'problem', problem: 'too_large' },
};

export interface TranscriptsOptions {
  files: Pick<FileStore, 'claim' | 'release' | 'read'>;
  /** Not set: nothing listens. */
  transcriber: MeteredTranscriber | undefined;
  clock: Clock;
  logger: Logger;
}

/**
 * `keep`: stores what a recording says, before another process may read it. Throws the errors of a budget, and the signal's
 * reason.
 */
export type Listen = (
  place: FilePlace,
  request: TranscriptRequest,
  keep: (content: FileContent) => Promise<FileContent>,
) => Promise<FileContent>;

export function listener({ files, transcriber, clock, logger }: TranscriptsOptions): Listen {
  return async function listen(place, request, keep) {
    if (!transcriber) return keep({ kind: 'problem', problem: 'no_transcription' });
    if (request.bytes.length > transcriber.maxBytes) return keep({ kind: 'problem', problem: 'too_large' });
    const { file: id, signal } = request;
    const { team } = request.conversation.id;
    const owner = randomUUID();
    for (;;) {
      signal.throwIfAborted();
      const owners = await files.claim(team, id, owner);
      if (owners !== undefined) return withClaim(team, id, owner, () => heard(transcriber, request, owners, keep));
      const kept = await files.read(team, id, place);
      if (kept) return kept;
      await clock.sleep(LOOK_EVERY_MS, signal);
    }
  };

  async function withClaim(
    team: string,
    id: string,
    owner: string,
    work: () => Promise<FileContent>,
  ): Promise<FileContent> {
    const over = new AbortController();
    void renew(team, id, owner, over.signal);
    try {
      return await work();
    } finally {
      over.abort();
      await files.release(team, id, owner).catch((error: unknown) => {
        logger.debug({ file: id, err: error }, 'cannot end a claim on a file: it ends by itself');
      });
    }
  }

  async function renew(team: string, id: string, owner: string, over: AbortSignal): Promise<void> {
    const pause = (): Promise<boolean> =>
      clock.sleep(RENEW_EVERY_MS, over).then(
        () => true,
        () => false,
      );
    while (await pause()) {
      await files.claim(team, id, owner).catch((error: unknown) => {
        logger.debug({ file: id, err: error }, 'cannot renew a claim on a file yet');
      });
    }
  }

  async function heard(
    by: MeteredTranscriber,
    request: TranscriptRequest,
    owners: number,
    keep: (content: FileContent) => Promise<FileContent>,
  ): Promise<FileContent> {
    if (owners > MAX_DEATHS) {
      logger.error({ file: request.file }, 'processes keep dying while a file is transcribed: giving up on it');
      return keep({ kind: 'problem', problem: 'too_slow' });
    }
    try {
      const text = (await by.transcribe(request)).trim();
      return await keep(text === '' ? { kind: 'problem', problem: 'empty' } : { kind: 'text', text, about: ABOUT });
    } catch (error) {
      // Those of a budget, too.
      if (request.signal.aborted || !(error instanceof ModelError)) throw error;
      logger.warn({ file: request.file, err: error }, 'a file cannot be transcribed');
      return keep(OF_THE_FILE[error.problem] ?? { kind: 'problem', problem: 'not_transcribed' });
    }
  }
}
