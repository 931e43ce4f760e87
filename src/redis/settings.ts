import type { Result } from 'ioredis';
import * as z from 'zod';
import { changed, changesOf, MAX_LOGGED } from '../core/layers/change.js';
import { layerFrom, type StoredLayer } from '../core/layers/table.js';
import type { Clock, LoggedChange, SettingsStore, StoredLayers } from '../core/ports.js';
import { settingsInUseKey, settingsKey } from './keys.js';
import { LEASE_MS, type ProcessLease } from './lease.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinSettings(...keysThenArgs: string[]): Result<number, Context>;
  }
}

/** Others may change the same layer at the same moment. */
const ATTEMPTS = 20;

const logged = z.object({
  id: z.string(),
  by: z.string(),
  at: z.number(),
  layer: z.enum(['workspace', 'channel', 'person']),
  of: z.string(),
  changes: z.array(z.object({ key: z.string(), from: z.unknown().optional(), to: z.unknown().optional() })),
});

/** Settings in Redis. `keys.ts` documents the stored data. */
export function redisSettings(
  lease: Pick<ProcessLease, 'redis' | 'prefix' | 'settingsInUse'>,
  clock: Clock,
): SettingsStore {
  const { redis, prefix } = lease;
  defineScript(redis, 'skeinSettings', 'settings', 2);
  const logKey = (team: string, person?: string): string =>
    settingsKey(team, person === undefined ? 'log' : `log:${person}`, prefix);

  async function logOf(team: string, person?: string): Promise<LoggedChange[]> {
    const lines = await redis.lrange(logKey(team, person), 0, -1);
    return lines.flatMap((line) => {
      const { data } = logged.safeParse(parsed(line));
      return data ? [data as LoggedChange] : [];
    });
  }

  /** With the first setting of all: the other processes read none until they have heard of it, see `settingsInUse`. */
  async function announce(): Promise<void> {
    const key = settingsInUseKey(prefix);
    await redis.set(key, String(clock.now()), 'NX');
    const knownIn = Number(await redis.get(key)) + LEASE_MS - clock.now();
    if (knownIn > 0) await clock.sleep(Math.min(knownIn, LEASE_MS));
  }

  return {
    async read({ team, channel, person }) {
      if (!lease.settingsInUse()) return {};
      const fields: [StoredLayer, string][] = [['workspace', fieldOf('workspace', '')]];
      if (channel !== undefined) fields.push(['channel', fieldOf('channel', channel)]);
      if (person !== undefined) fields.push(['person', fieldOf('person', person)]);
      const found = await redis.hmget(settingsKey(team, 'layers', prefix), ...fields.map(([, field]) => field));
      const layers: { [Name in StoredLayer]?: StoredLayers[Name] } = {};
      for (const [at, [layer]] of fields.entries()) {
        const bytes = found[at];
        if (bytes) layers[layer] = layerFrom(parsed(bytes));
      }
      return layers;
    },

    async change({ team, layer, id }, to, request) {
      const person = layer === 'person' ? id : undefined;
      const [layers, log] = [settingsKey(team, 'layers', prefix), logKey(team, person)];
      const field = fieldOf(layer, id);
      for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
        const [was, before] = await Promise.all([redis.hget(layers, field), logOf(team, person)]);
        const earlier = changesOf(request.id, before);
        // The one who made it may have died before everybody knew.
        if (earlier) return earlier;
        const known = was === null ? {} : (parsed(was) as Record<string, unknown>);
        const { values, changes } = changed({ layer }, known, to);
        if (changes.length === 0) return changes;
        await announce();
        const line = JSON.stringify({ ...request, layer, of: id, changes });
        const kept = String(MAX_LOGGED[person === undefined ? 'workspace' : 'person']);
        const isStored = await redis.skeinSettings(layers, log, field, was ?? '', JSON.stringify(values), line, kept);
        if (isStored === 1) return changes;
      }
      throw new Error('too many simultaneous changes to these settings');
    },

    log: logOf,

    async forget(team, person) {
      await redis.hdel(settingsKey(team, 'layers', prefix), fieldOf('person', person));
      await redis.del(logKey(team, person));
    },
  };
}

function fieldOf(layer: StoredLayer, id: string): string {
  return layer === 'workspace' ? layer : `${layer}:${id}`;
}

function parsed(bytes: string): unknown {
  try {
    return JSON.parse(bytes);
  } catch {
    return {};
  }
}
