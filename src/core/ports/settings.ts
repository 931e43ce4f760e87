/** What people have set in a workspace, in its channels and for themselves. */
import type { LayerKey, LayerValues, StoredLayer } from '../layers/table.js';

/** `id`: of the channel or the person; '' for the workspace. */
export interface LayerId {
  readonly team: string;
  readonly layer: StoredLayer;
  readonly id: string;
}

/** A place and who asks there. */
export interface SettingsPlace {
  readonly team: string;
  readonly channel?: string;
  readonly person?: string;
}

export type StoredLayers = { readonly [Name in StoredLayer]?: LayerValues };

/** Undefined: not set. */
export interface ValueChange {
  readonly key: LayerKey;
  readonly from?: unknown;
  readonly to?: unknown;
}

export interface LoggedChange {
  /** Of the request that made it. */
  readonly id: string;
  readonly by: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly layer: StoredLayer;
  /** As in `LayerId`. */
  readonly of: string;
  readonly changes: readonly ValueChange[];
}

export interface SettingsStore {
  /** What is set at the place. One round trip, and none where nobody in the fleet has ever set anything. */
  read(place: SettingsPlace): Promise<StoredLayers>;
  /**
   * Changes the values named in `to`; null takes one away. Atomic, and once for each request `id`: returns what it changed
   * whenever it is called. When it resolves, every process reads the new values.
   */
  change(
    layer: LayerId,
    to: Readonly<Partial<Record<LayerKey, unknown>>>,
    request: { readonly id: string; readonly by: string; readonly at: number },
  ): Promise<readonly ValueChange[]>;
  /** The newest changes of the workspace and its channels, or those of one person, newest first. */
  log(team: string, person?: string): Promise<readonly LoggedChange[]>;
  /** Removes what a person has set for themselves, and its log. */
  forget(team: string, person: string): Promise<void>;
}
