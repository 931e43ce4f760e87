/**
 * The bot's memory without Redis, in the playground's own process: it outlives a kill of the bot's. Counts of usage and
 * of the limits on answers do not: they are the bot's own.
 */
import { createKeptStores } from '../bot.js';
import type { ChannelSettings } from '../core/channel.js';
import type { ConversationKey } from '../core/conversation-id.js';
import type { BotRequest } from '../core/ports.js';

interface Work {
  /** A worker is at it. */
  running: boolean;
  /** It was woken during the run. */
  again: boolean;
  /** See `Wake.crashes`. */
  crashes: number;
}

/** What the bot's process calls, by port and method. */
export type KeptPorts = ReturnType<typeof keptPorts>;

/** `begin` a run returns its crashes; `end` it with whether all is done. */
function keptPorts(channel: ChannelSettings) {
  const work = new Map<ConversationKey, Work>();
  const requests = new Map<string, BotRequest>();
  const { store, channels, settings } = createKeptStores(channel);
  return {
    store,
    channels,
    settings,
    work: {
      async wake(key: ConversationKey): Promise<void> {
        const known = work.get(key);
        if (known) known.again = true;
        else work.set(key, { running: false, again: false, crashes: 0 });
      },
      async begin(key: ConversationKey): Promise<number> {
        const known = work.get(key) ?? { running: false, again: false, crashes: 0 };
        work.set(key, Object.assign(known, { running: true, again: false }));
        return known.crashes;
      },
      async settled(key: ConversationKey): Promise<void> {
        const known = work.get(key);
        if (known) known.crashes = 0;
      },
      async end(key: ConversationKey, isDone: boolean): Promise<void> {
        const known = work.get(key);
        if (!known) return;
        known.running = false;
        if (isDone && !known.again) work.delete(key);
      },
      /** What a new process has to look at. */
      waiting: async (): Promise<ConversationKey[]> => [...work.keys()],
    },
    requests: {
      async submit(request: BotRequest): Promise<void> {
        requests.set(request.id, request);
      },
      async handled(id: string): Promise<void> {
        requests.delete(id);
      },
      waiting: async (): Promise<BotRequest[]> => [...requests.values()],
    },
    /** The process has ended: whatever it was at has crashed. */
    crashed(): void {
      for (const known of work.values()) {
        if (known.running) known.crashes += 1;
        known.running = false;
      }
    },
  };
}

export type KeptPortName = Exclude<keyof KeptPorts, 'crashed'>;

/** A call of the bot's process. */
export interface KeptCall {
  readonly id: number;
  readonly port: KeptPortName;
  readonly method: string;
  readonly args: readonly unknown[];
}

/** Its result; an error by its class's name, since a class does not cross between processes. */
export type KeptResult =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: { readonly name: string; readonly message: string } };

export class KeptStorage {
  readonly #ports: KeptPorts;

  constructor(channel: ChannelSettings) {
    this.#ports = keptPorts(channel);
  }

  async handle({ id, port, method, args }: KeptCall): Promise<KeptResult> {
    try {
      const methods = this.#ports[port] as unknown as Record<string, (...given: unknown[]) => Promise<unknown>>;
      return { id, result: await methods[method]?.(...args) };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return { id, error: { name, message } };
    }
  }

  crashed(): void {
    this.#ports.crashed();
  }
}
