import type { Delivery, Simulator } from '../simulator/index.js';
import type { BotRunner } from './bot-runner.js';
import { RequestError } from './request.js';

export const FAULT_KINDS = ['redeliver', 'drop-socket', 'rate-limit', 'break-model', 'kill'] as const;
type FaultKind = (typeof FAULT_KINDS)[number];

/** Slack methods that write a reply. */
const REPLY_METHODS = ['chat.postMessage', 'chat.update', 'chat.startStream', 'chat.appendStream', 'chat.stopStream'];
const RETRY_AFTER_S = 3;

/** Injects a fault. Resolves with a sentence for the page: what was done, what to watch. Rejects with `RequestError`. */
export type InjectFault = (kind: FaultKind) => Promise<string>;

export function createFaultInjector(
  slack: Simulator,
  bot: Pick<BotRunner, 'status' | 'breakNextAnswer' | 'restart'>,
  storage: 'memory' | 'redis',
): InjectFault {
  const checkRunning = (): void => {
    if (bot.status.state !== 'running')
      throw new RequestError(400, "The bot isn't running, so this would do nothing. Restart it first.");
  };
  const faults: Record<FaultKind, () => string | Promise<string>> = {
    redeliver() {
      const last = slack.deliveries.findLast((delivery) => isPersonsMessage(delivery, slack));
      if (!last) throw new RequestError(400, 'There is no event to deliver again: nobody has written yet.');
      checkRunning();
      slack.redeliver(last.eventId);
      return 'Slack delivered the last message again, as if the ack was lost. It gets no second answer.';
    },
    'drop-socket'() {
      checkRunning();
      slack.dropSockets();
      return 'The socket is broken. New messages wait at Slack until the bot reconnects.';
    },
    'rate-limit'() {
      slack.faults.clear();
      for (const method of REPLY_METHODS) slack.faults.next(method, { status: 429, retryAfter: RETRY_AFTER_S });
      return `The next call of each method that posts or edits gets a 429 (retry after ${RETRY_AFTER_S} s). Ask something: the reply comes late, but complete.`;
    },
    'break-model'() {
      checkRunning();
      bot.breakNextAnswer();
      return 'The next answer will break halfway. Ask something: it starts over in the same message.';
    },
    async kill() {
      const wasGone = bot.status.state === 'gone';
      if (!(await bot.restart())) throw new RequestError(400, 'The bot is still starting. Try again in a moment.');
      if (wasGone) return 'The process had already ended. A new one is starting.';
      return storage === 'redis'
        ? 'Killed; a new process is starting. Messages are in Redis, so an interrupted reply continues within seconds, in the same message.'
        : 'Killed; a new process is starting. Messages are kept outside it, so an interrupted reply continues in the same message.';
    },
  };
  return async (kind) => faults[kind]();
}

function isPersonsMessage({ payload }: Delivery, slack: Simulator): boolean {
  const event = payload['event'] as { type?: string; user?: string; subtype?: string } | undefined;
  return (
    (event?.type === 'message' || event?.type === 'app_mention') &&
    event.subtype === undefined &&
    event.user !== slack.bot.userId
  );
}
