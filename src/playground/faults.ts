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
      throw new RequestError(
        400,
        "The bot's process is not running, so this would change nothing: kill and restart it first.",
      );
  };
  const faults: Record<FaultKind, () => string | Promise<string>> = {
    redeliver() {
      const last = slack.deliveries.findLast((delivery) => isPersonsMessage(delivery, slack));
      if (!last) throw new RequestError(400, 'Nobody has written anything yet: there is no event to deliver again.');
      checkRunning();
      slack.redeliver(last.eventId);
      return 'Slack has delivered the last message once more, as after an ack that was lost. Nothing is answered twice.';
    },
    'drop-socket'() {
      checkRunning();
      slack.dropSockets();
      return 'The socket is broken. What is written now waits at Slack until the bot is connected again.';
    },
    'rate-limit'() {
      slack.faults.clear();
      for (const method of REPLY_METHODS) slack.faults.next(method, { status: 429, retryAfter: RETRY_AFTER_S });
      return `The next call of each method that writes is answered 429, to be tried again after ${RETRY_AFTER_S} s. Ask something: the reply is late, and whole.`;
    },
    'break-model'() {
      checkRunning();
      bot.breakNextAnswer();
      return 'The next answer breaks half-way. Ask something: it begins anew, in the same message.';
    },
    async kill() {
      const wasGone = bot.status.state === 'gone';
      if (!(await bot.restart()))
        throw new RequestError(400, 'The bot has just been killed and is starting: wait until it is there.');
      if (wasGone) return 'The process was gone already; a new one is starting.';
      return storage === 'redis'
        ? 'The process was killed and a new one is starting. What was said is in Redis: a reply that it was writing goes on in about ten seconds, in the same message.'
        : 'The process was killed and a new one is starting. What was said is kept outside of it: a reply that it was writing goes on in the same message. Only usage and limits are counted anew.';
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
