import type { Logger } from './ports.js';

const AFTER_THE_LAST = {
  conversation: 'the next message in this conversation starts new ones',
  request: 'giving up on this request',
};

/** The same words in every queue. `id`: of the conversation or request; undefined if the queue has lost it. */
export function logFailedAttempt(
  kind: keyof typeof AFTER_THE_LAST,
  { id, error, tries, isLast }: { id: string | undefined; error: unknown; tries: number | undefined; isLast: boolean },
  logger: Logger,
): void {
  const outcome = isLast ? `all attempts failed; ${AFTER_THE_LAST[kind]}` : 'attempt failed; will be retried';
  logger.error({ [kind]: id, err: error, tries }, outcome);
}
