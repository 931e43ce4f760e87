import type { Result } from 'ioredis';
import * as z from 'zod';
import { DELIVERY_WINDOW_S } from '../core/delivery-window.js';
import { CLAIM_MS, FILE_PROBLEMS, type FileContent } from '../core/files.js';
import type { FilePlace, FileStore } from '../core/ports.js';
import type { RedisClient } from './client.js';
import { fileKeys } from './keys.js';
import { defineScript } from './script.js';

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinFile(...keysThenArgs: string[]): Result<string | number | string[] | null, Context>;
  }
}

const SECONDS_PER_DAY = 86_400;
const FORGOTTEN = 'forgotten';
const REMOVED = 'removed';

const cut = z.object({ unit: z.enum(['characters', 'rows', 'pages']), shown: z.number(), of: z.number() });
const pictures = z.array(
  z.object({ page: z.number(), width: z.number(), height: z.number(), data: z.string().exactOptional() }),
);
const stored = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('text'),
    text: z.string(),
    about: z.string().exactOptional(),
    cut: cut.exactOptional(),
    pictures: pictures.exactOptional(),
    pdf: z.object({ pages: z.number(), bytes: z.number() }).exactOptional(),
  }),
  z.object({
    kind: z.literal('image'),
    width: z.number(),
    height: z.number(),
    data: z.string().exactOptional(),
  }),
  z.object({ kind: z.literal('problem'), problem: z.enum(FILE_PROBLEMS) }),
]);

export function redisFiles(redis: RedisClient, ttlDays: number, prefix?: string): FileStore {
  defineScript(redis, 'skeinFile', 'file', 3);
  const ttl = String(Math.ceil(ttlDays * SECONDS_PER_DAY));

  function run(team: string, id: string, what: string, given = ''): Promise<string | number | string[] | null> {
    const { file, places, claim } = fileKeys({ team, file: id }, prefix);
    return redis.skeinFile(file, places, claim, what, ttl, given, String(CLAIM_MS));
  }

  return {
    async read(team, id, { key, ts }) {
      const kept = await run(team, id, 'read', `${key} ${ts}`);
      return typeof kept === 'string' ? decode(kept) : undefined;
    },
    async save(team, id, content) {
      await run(team, id, 'save', JSON.stringify(content));
    },
    async claim(team, id, owner) {
      const owners = await run(team, id, 'claim', owner);
      return typeof owners === 'number' ? owners : undefined;
    },
    async release(team, id, owner) {
      await run(team, id, 'release', owner);
    },
    async forget(team, id) {
      await run(team, id, 'forget', String(DELIVERY_WINDOW_S));
    },
    async remove(team, id) {
      const places = await run(team, id, 'remove', String(DELIVERY_WINDOW_S));
      return Array.isArray(places) ? places.map(placeOf) : [];
    },
  };
}

/** Undefined for what another version of the program keeps: then it is read anew. */
function decode(kept: string): FileContent | undefined {
  if (kept === FORGOTTEN) return undefined;
  if (kept === REMOVED) return { kind: 'problem', problem: 'deleted' };
  try {
    return stored.safeParse(JSON.parse(kept)).data;
  } catch {
    return undefined;
  }
}

function placeOf(place: string): FilePlace {
  const at = place.lastIndexOf(' ');
  return { key: place.slice(0, at), ts: place.slice(at + 1) };
}
