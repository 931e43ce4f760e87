/** The bot's side of `kept-storage.ts`: ports that ask the playground's process. */
import type { PortDecorators } from '../bot.js';
import { AmendedError, NewerFormatError, StaleRunError } from '../core/errors.js';
import type {
  ChannelStore,
  ConversationStore,
  RequestQueue,
  SettingsStore,
  WakeHandler,
  WorkQueue,
} from '../core/ports.js';
import type { KeptCall, KeptPortName, KeptPorts, KeptResult } from './kept-storage.js';

/** Classes that the bot tells apart. */
const ERRORS: Readonly<Record<string, new (conversation: string) => Error>> = {
  AmendedError,
  NewerFormatError,
  StaleRunError,
};

const GONE = 'the playground is gone';

export class RemoteStorage {
  readonly #waiting = new Map<number, (result: KeptResult) => void>();
  #last = 0;
  #closed = false;

  constructor(private readonly send: (call: KeptCall) => void) {}

  onResult(result: KeptResult): void {
    this.#waiting.get(result.id)?.(result);
    this.#waiting.delete(result.id);
  }

  /** The other process is gone: calls reject from now on, also those that wait. */
  close(): void {
    this.#closed = true;
    for (const id of this.#waiting.keys()) this.onResult({ id, error: { name: 'Error', message: GONE } });
  }

  /** In place of the bot's own: its queues do the work here, and what there is to do is remembered there. */
  get decorators(): Required<Pick<PortDecorators, 'store' | 'channels' | 'settings' | 'queue' | 'requests'>> {
    const store: ConversationStore = this.#remote('store');
    const channels: ChannelStore = this.#remote('channels');
    const settings: SettingsStore = this.#remote('settings');
    return {
      store: () => store,
      channels: () => channels,
      settings: () => settings,
      queue: (queue) => this.#queue(queue),
      requests: (queue) => this.#requests(queue),
    };
  }

  #queue(queue: WorkQueue): WorkQueue {
    const work = this.#remote('work');
    const remembered =
      (onWake: WakeHandler): WakeHandler =>
      async (wake) => {
        const { key } = wake;
        const crashes = await work.begin(key);
        const settled = async (): Promise<void> => {
          await wake.settled();
          await work.settled(key);
        };
        let isDone = false;
        try {
          const postponed = await onWake({ ...wake, crashes, settled });
          isDone = !postponed;
          return postponed;
        } finally {
          await work.end(key, isDone);
        }
      };
    return {
      async wake(key) {
        await work.wake(key);
        await queue.wake(key);
      },
      async start(onWake) {
        await queue.start(remembered(onWake));
        for (const key of await work.waiting()) await queue.wake(key);
      },
      stop: (timeoutMs) => queue.stop(timeoutMs),
    };
  }

  #requests(queue: RequestQueue): RequestQueue {
    const requests = this.#remote('requests');
    return {
      async submit(request) {
        await requests.submit(request);
        await queue.submit(request);
      },
      async start(onRequest) {
        await queue.start(async (request, signal) => {
          await onRequest(request, signal);
          await requests.handled(request.id);
        });
        for (const request of await requests.waiting()) await queue.submit(request);
      },
      stop: (timeoutMs) => queue.stop(timeoutMs),
    };
  }

  /** A port whose methods are called in the other process, in order. */
  #remote<Name extends KeptPortName>(port: Name): KeptPorts[Name] {
    const call =
      (method: string) =>
      (...args: unknown[]): Promise<unknown> =>
        this.#call({ id: (this.#last += 1), port, method, args });
    // `then`: an object with one is taken for a promise. Spreading it needs its names.
    return Object.fromEntries(METHODS[port].map((method) => [method, call(method)])) as unknown as KeptPorts[Name];
  }

  #call(call: KeptCall): Promise<unknown> {
    if (this.#closed) return Promise.reject(new Error(GONE));
    return new Promise((resolve, reject) => {
      this.#waiting.set(call.id, (answer) => {
        if ('error' in answer) reject(errorOf(answer.error));
        else resolve(answer.result);
      });
      this.send(call);
    });
  }
}

const METHODS: { readonly [Name in KeptPortName]: readonly (keyof KeptPorts[Name] & string)[] } = {
  store: [
    'append',
    'edit',
    'remove',
    'fileDeleted',
    'amendBefore',
    'load',
    'outline',
    'confirm',
    'stop',
    'again',
    'addBacklog',
    'recordReply',
    'settle',
    'compact',
    'forget',
    'forgetAuthor',
    'filesOf',
  ],
  channels: ['said', 'opened', 'amended'],
  settings: ['read', 'change', 'log', 'forget'],
  work: ['wake', 'begin', 'settled', 'end', 'waiting'],
  requests: ['submit', 'handled', 'waiting'],
};

function errorOf({ name, message }: { name: string; message: string }): Error {
  const known = ERRORS[name];
  return known ? Object.assign(new known(''), { message }) : new Error(message);
}
