import { setTimeout as wait } from 'node:timers/promises';
import type { Act, Simulator } from '../../src/simulator/index.js';
import type { SeededRandom } from '../random.js';

const PAUSE_MS: [number, number] = [200, 2_000];
/** Slack delivers some commands twice, by way of another socket. */
const REDELIVERY_PROBABILITY = 0.4;
const REDELIVERY_AFTER_MS: [number, number] = [0, 2_000];
/** Slack takes no answer to some commands for a while. */
const REFUSAL_PROBABILITY = 0.2;
const MAX_REFUSALS = 3;

export interface TypedCommand {
  /** The command's first word, which the bot quotes in its answer: `cmd-12`. */
  readonly token: string;
  readonly user: string;
  readonly channel: string;
  /** It sets the person's instructions. */
  readonly chooses: boolean;
  /** In milliseconds since 1970. */
  readonly typedAt: number;
  act: Act | undefined;
}

/** Of those commands that set the person's instructions: they read `cmd-12`, and the bot says so. */
const CHOICE_PROBABILITY = 0.4;
/** How often each person looks at the end, whichever process answers. */
const LOOKS = 4;
const LOOK_MS = 20_000;

/** What a person sees of their own settings. */
export interface SettingLook {
  readonly user: string;
  /** Instructions that they have set, in no order. */
  readonly chosen: readonly string[];
  /** What each look showed. */
  readonly shown: readonly string[];
}

/**
 * People who type `/skein cmd-12`. The bot does not know that word, says so and shows its help. Or they set
 * instructions of their own, which read so.
 */
export class Commands {
  readonly typed: TypedCommand[] = [];
  looks: SettingLook[] = [];

  constructor(
    private readonly slack: Simulator,
    private readonly chances: SeededRandom,
  ) {}

  /** Types commands until `endsAt`, milliseconds since 1970. Resolves when Slack has sent all of them. */
  async typeUntil(endsAt: number, faulty: () => boolean): Promise<void> {
    const running: Promise<void>[] = [];
    while (Date.now() < endsAt) {
      running.push(this.#type(faulty()));
      await wait(this.chances.between(...PAUSE_MS));
    }
    await Promise.all(running);
  }

  async #type(faulty: boolean): Promise<void> {
    const { slack, chances } = this;
    const people = slack.users().filter(({ botId }) => botId === undefined);
    const user = chances.pick(people as [(typeof people)[number], ...typeof people]).id;
    const channels = slack.channels().filter(({ members }) => members.has(user));
    const channel = chances.pick(channels as [(typeof channels)[number], ...typeof channels]).id;
    const token = `cmd-${this.typed.length + 1}`;
    const chooses = chances.chance(CHOICE_PROBABILITY);
    const command: TypedCommand = { token, user, channel, chooses, typedAt: Date.now(), act: undefined };
    this.typed.push(command);
    if (faulty && chances.chance(REFUSAL_PROBABILITY)) {
      slack.faults.next('response_url', { status: 503, times: chances.integer(1, MAX_REFUSALS) });
    }
    const redelivers = faulty && chances.chance(REDELIVERY_PROBABILITY);
    const afterMs = chances.between(...REDELIVERY_AFTER_MS);
    command.act = await slack.command({ user, channel, command: '/skein', text: chooses ? `prompt ${token}` : token });
    if (!redelivers) return;
    await wait(afterMs);
    await slack.redeliverAct(command.act.id);
  }

  /** Once nothing is under way any more: everybody who has set instructions looks several times which they are. */
  async lookAtSettings(): Promise<void> {
    const choosers = new Set(
      this.typed.flatMap(({ chooses, act, user }) => (chooses && act?.state === 'acked' ? [user] : [])),
    );
    this.looks = await Promise.all(Array.from(choosers, (user) => this.#look(user)));
  }

  async #look(user: string): Promise<SettingLook> {
    const { slack } = this;
    const channel = slack.channels().find(({ members, archived }) => members.has(user) && !archived)?.id ?? '';
    const shown = (): string[] =>
      slack.messages(channel).flatMap(({ ephemeralTo, text }) => {
        if (ephemeralTo !== user || !text.startsWith('These instructions apply')) return [];
        return [/^> (cmd-\d+)$/m.exec(text)?.[1] ?? 'none'];
      });
    const before = shown().length;
    for (let look = 1; look <= LOOKS; look += 1) {
      await slack.command({ user, channel, command: '/skein', text: 'prompt' });
      await slack.until(() => shown().length >= before + look, LOOK_MS).catch(() => {});
    }
    const chosen = this.typed.filter((one) => one.chooses && one.user === user).map(({ token }) => token);
    return { user, chosen, shown: shown().slice(before) };
  }
}
