import { systemClock } from '../../src/ops/clock.js';
import type { Clock } from '../../src/core/ports.js';

/** Time that runs `speed` times as fast as the real one: for whole bots whose paces would make a test long. */
export function hurriedClock(speed: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
  };
}
