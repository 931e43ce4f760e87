/** The scripts of the conversation store, as commands of the client. */
import type { Result } from 'ioredis';
import type { RedisClient } from './client.js';
import { defineScript } from './script.js';

export type Loaded = [turns: string[], pending: string[], state: string[], removedElsewhere: string[]];

declare module 'ioredis' {
  interface RedisCommander<Context> {
    skeinAppend(...keysThenArgs: string[]): Result<string, Context>;
    skeinAmend(...keysThenArgs: string[]): Result<string, Context>;
    skeinCompact(...keysThenArgs: string[]): Result<number, Context>;
    skeinLoad(...keysThenArgs: string[]): Result<Loaded | number | null, Context>;
    skeinSettle(...keysThenArgs: string[]): Result<[outcome: number, pending?: number], Context>;
    skeinBacklog(...keysThenArgs: string[]): Result<null, Context>;
    skeinStop(...keysThenArgs: string[]): Result<number, Context>;
    skeinReply(...keysThenArgs: string[]): Result<number, Context>;
    skeinBefore(...keysThenArgs: string[]): Result<null, Context>;
  }
}

const SCRIPTS = {
  skeinAppend: 'append',
  skeinAmend: 'amend',
  skeinCompact: 'compact',
  skeinLoad: 'load',
  skeinSettle: 'settle',
  skeinBacklog: 'backlog',
  skeinStop: 'stop',
  skeinReply: 'reply',
  skeinBefore: 'before',
} as const;

export function defineStoreScripts(redis: RedisClient): void {
  for (const [name, file] of Object.entries(SCRIPTS)) defineScript(redis, name, file, 4);
}
