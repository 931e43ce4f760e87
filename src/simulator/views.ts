/** Modals that people have open, and what the app shows in their Home tab. */
import { MethodError } from './errors.js';
import type { Ids } from './ids.js';
import type { Timers } from './timers.js';
import type { Change, Json } from './types.js';

/** https://docs.slack.dev/interactivity/handling-user-interaction#modal_responses */
const TRIGGER_LIFETIME_MS = 3_000;

export interface View {
  readonly id: string;
  readonly user: string;
  readonly hash: string;
  /** As the app sent it, with missing `block_id`s. */
  readonly view: Json;
}

interface Trigger {
  readonly user: string;
  readonly expiresAt: number;
  isUsed: boolean;
}

export class Views {
  readonly #triggers = new Map<string, Trigger>();
  readonly #modals = new Map<string, View>();
  readonly #homes = new Map<string, View>();

  constructor(
    private readonly ids: Ids,
    private readonly timers: Timers,
    private readonly notify: (change: Change) => void,
  ) {}

  issueTrigger(user: string): string {
    const now = this.timers.now();
    const id = `${now}.${Math.floor(this.ids.random() * 1e9)}.${this.ids.uuid().replaceAll('-', '')}`;
    this.#triggers.set(id, { user, expiresAt: now + TRIGGER_LIFETIME_MS, isUsed: false });
    return id;
  }

  /** The modal that a person has open. */
  modal(user: string): View | undefined {
    return this.#modals.get(user);
  }

  home(user: string): View | undefined {
    return this.#homes.get(user);
  }

  find(id: string): View | undefined {
    return [...this.#modals.values(), ...this.#homes.values()].find((view) => view.id === id);
  }

  /** @throws MethodError `invalid_trigger_id`, `exchanged_trigger_id`, `expired_trigger_id` */
  open(triggerId: string, view: Json): View {
    const trigger = this.#triggers.get(triggerId);
    if (trigger === undefined) throw new MethodError('invalid_trigger_id');
    if (trigger.isUsed) throw new MethodError('exchanged_trigger_id');
    if (trigger.expiresAt <= this.timers.now()) throw new MethodError('expired_trigger_id');
    trigger.isUsed = true;
    return this.#keep(this.#modals, { id: this.ids.id('V'), user: trigger.user, view });
  }

  publish(user: string, view: Json, hash: string | undefined): View {
    const before = this.#homes.get(user);
    if (hash !== undefined && before !== undefined && hash !== before.hash) throw new MethodError('hash_conflict');
    return this.#keep(this.#homes, { id: before?.id ?? this.ids.id('V'), user, view });
  }

  /** @throws MethodError `not_found`, `hash_conflict` */
  update(id: string, view: Json, hash: string | undefined): View {
    const before = this.find(id);
    if (before === undefined) throw new MethodError('not_found');
    if (hash !== undefined && hash !== before.hash) throw new MethodError('hash_conflict');
    const views = this.#homes.get(before.user) === before ? this.#homes : this.#modals;
    return this.#keep(views, { id, user: before.user, view });
  }

  close(user: string): void {
    this.#modals.delete(user);
    this.notify({ kind: 'view', id: user });
  }

  #keep(views: Map<string, View>, view: Omit<View, 'hash'>): View {
    const kept = { ...view, hash: `${this.timers.now()}.${this.ids.uuid().slice(0, 8)}` };
    views.set(view.user, kept);
    this.notify({ kind: 'view', id: view.user });
    return kept;
  }
}
