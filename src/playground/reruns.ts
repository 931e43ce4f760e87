/** Asks a model again for a run's answer, with something changed: outside the conversation, and nothing is stored. */
import * as z from 'zod';
import { textOf } from '../core/content.js';
import { type ConversationKey, DM_TOP_LEVEL, keyOf } from '../core/conversation-id.js';
import { messageOf } from '../core/errors.js';
import type { Clock, CompletionRequest, FinishReason, Model, Usage } from '../core/ports.js';
import type { Journal } from './journal.js';
import { RequestError } from './request.js';

/** Another answer to a prompt, as sent to the page while it grows. */
export interface Rerun {
  readonly id: number;
  readonly state: 'waiting' | 'writing' | 'done' | 'failed';
  readonly model: string;
  readonly text: string;
  /** Milliseconds: to the first word, and in all. */
  readonly firstWordMs?: number;
  readonly ms?: number;
  readonly finishReason?: FinishReason;
  readonly usage?: Usage;
  readonly costUsd?: number;
  /** Why it failed; a sentence. */
  readonly problem?: string;
}

/** What the page may change; what is left out stays as it was. */
export interface ModelChanges {
  readonly model?: string | undefined;
  readonly temperature?: number | undefined;
}

export interface RerunParts {
  readonly team: string;
  readonly journal: Journal;
  /** A model with these changes, at the same service. Throws `RequestError` for invalid ones. */
  readonly modelWith: (changes: ModelChanges) => Model;
  readonly clock: Clock;
  /** Called at every change of a rerun. */
  readonly publish: (rerun: Rerun) => void;
}

/** At once: a page that repeats a request must not run up a bill. */
const MAX_RUNNING = 3;

export const modelName = z.string().trim().min(1, 'is empty').max(200, 'is longer than 200 characters');
export const temperature = z.number().min(0, 'is below 0').max(2, 'is above 2');
export const systemPrompt = z.string().max(100_000, 'is longer than 100,000 characters');

export const rerunBody = z.strictObject({
  channel: z.string(),
  thread: z.string().optional(),
  /** As in `RunView`. */
  run: z.string(),
  model: modelName.optional(),
  temperature: temperature.optional(),
  /** In place of the prompt's first system message. */
  system: systemPrompt.optional(),
});

export class Reruns {
  #last = 0;
  readonly #running = new Map<number, AbortController>();

  constructor(private readonly parts: RerunParts) {}

  /** Begins one; what comes of it is published. Throws `RequestError`. */
  start({ channel, thread, run: id, system, ...changes }: z.output<typeof rerunBody>): { id: number } {
    const { team, journal, modelWith } = this.parts;
    const key = keyOf({ team, channel, thread: thread ?? DM_TOP_LEVEL });
    const run = journal.of(key)?.runs.all.find(({ number }) => `r${number}` === id);
    if (!run?.prompt) throw new RequestError(400, `run: nothing was sent to a model for ${id}`);
    if (this.#running.size >= MAX_RUNNING)
      throw new RequestError(400, `${MAX_RUNNING} answers are being rerun. Wait until one is done.`);
    const model = modelWith(changes);
    const messages = withSystem(run.prompt.messages, system);
    this.#last += 1;
    void this.#ask(this.#last, model, { messages, conversation: key });
    return { id: this.#last };
  }

  stop(): void {
    for (const abort of this.#running.values()) abort.abort(new Error('the playground stops'));
  }

  async #ask(
    id: number,
    model: Model,
    prompt: { messages: CompletionRequest['messages']; conversation: ConversationKey },
  ) {
    const { clock, publish } = this.parts;
    const abort = new AbortController();
    this.#running.set(id, abort);
    const began = clock.now();
    let rerun: Rerun = { id, state: 'waiting', model: model.name, text: '' };
    const update = (changes: Partial<Rerun>): void => {
      rerun = { ...rerun, ...changes };
      publish(rerun);
    };
    try {
      // Its cache entries would only cost.
      for await (const event of model.complete({ ...prompt, uncached: true, signal: abort.signal })) {
        if (event.type === 'text')
          update({
            state: 'writing',
            text: rerun.text + event.text,
            firstWordMs: rerun.firstWordMs ?? clock.now() - began,
          });
        else if (event.type === 'restart') update({ text: '' });
        else if (event.type === 'done') {
          const { finishReason, usage } = event;
          const costUsd = usage && (usage.costUsd ?? model.costOf?.(usage));
          const ms = clock.now() - began;
          update({
            state: 'done',
            ms,
            finishReason,
            ...(usage && { usage }),
            ...(costUsd !== undefined && { costUsd }),
          });
        }
      }
    } catch (error) {
      update({ state: 'failed', problem: messageOf(error), ms: clock.now() - began });
    } finally {
      this.#running.delete(id);
    }
  }
}

/** With another system message at its beginning, if there is one. */
function withSystem(
  messages: CompletionRequest['messages'],
  system: string | undefined,
): CompletionRequest['messages'] {
  const [first, ...rest] = messages;
  if (system === undefined) return messages;
  const others = first?.role === 'system' ? rest : messages;
  const isSame = first?.role === 'system' && textOf(first.content) === system;
  return isSame
    ? messages
    : [...(system.trim() === '' ? [] : [{ role: 'system' as const, content: system }]), ...others];
}
