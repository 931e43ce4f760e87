/** People who add the bot to new channels, which it greets once. */
import { setTimeout as wait } from 'node:timers/promises';
import type { Message, Simulator } from '../../src/simulator/index.js';
import type { Invitation } from '../checker/evidence.js';
import type { SeededRandom } from '../random.js';

const PAUSE_MS: [number, number] = [1_000, 5_000];
/** Somebody removes the bot at once, and adds it again. */
const AGAIN_PROBABILITY = 0.4;
/** Slack delivers some events twice, by way of another socket. */
const REDELIVERY_PROBABILITY = 0.4;
const REDELIVERY_AFTER_MS: [number, number] = [0, 3_000];

export class Invitations {
  /** Ids of the channels. */
  readonly channels: string[] = [];

  constructor(
    private readonly slack: Simulator,
    private readonly chances: SeededRandom,
  ) {}

  /** Invites until `endsAt`, milliseconds since 1970. Resolves when Slack has sent everything. */
  async inviteUntil(endsAt: number): Promise<void> {
    const running: Promise<void>[] = [];
    while (Date.now() < endsAt) {
      running.push(this.#invite());
      await wait(this.chances.between(...PAUSE_MS));
    }
    await Promise.all(running);
  }

  async #invite(): Promise<void> {
    const { slack, chances } = this;
    const people = slack.users().filter(({ botId }) => botId === undefined);
    const inviter = chances.pick(people as [(typeof people)[number], ...typeof people]).id;
    const user = slack.bot.userId;
    const channel = slack.addChannel({ name: `new-${this.channels.length + 1}`, members: [inviter] }).id;
    this.channels.push(channel);
    slack.join({ user, channel, inviter });
    const event = joinsOf(slack, channel)[0]?.eventId;
    if (chances.chance(AGAIN_PROBABILITY)) {
      slack.leave({ user, channel });
      slack.join({ user, channel, inviter });
    }
    const redelivers = chances.chance(REDELIVERY_PROBABILITY);
    await wait(chances.between(...REDELIVERY_AFTER_MS));
    if (redelivers && event !== undefined) slack.redeliver(event);
  }
}

/** What the bot says where it was added to a channel. */
export function isHello(text: string): boolean {
  return text.startsWith('Hello, I am ');
}

/** `said`: everything in the channel. */
export function invitationEvidence(channel: string, slack: Simulator, said: readonly Message[]): Invitation {
  const hellos = said.filter(({ text }) => isHello(text));
  return {
    channel,
    acked: joinsOf(slack, channel).some(({ state }) => state === 'acked'),
    saidAt: hellos.map(({ ts }) => Number(ts) * 1_000),
  };
}

/** The events by which the bot hears that it was added to the channel. */
function joinsOf(slack: Simulator, channel: string): Simulator['deliveries'] {
  return slack.deliveries.filter(({ payload }) => {
    const event = payload['event'] as { type?: unknown; channel?: unknown } | undefined;
    return event?.type === 'member_joined_channel' && event.channel === channel;
  });
}
