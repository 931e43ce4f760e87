import type { Clock } from '../../src/core/ports.js';
import { systemClock } from '../../src/ops/clock.js';

/** A clock that runs `speed` times faster than real time: shortens tests of a whole bot. */
export function fastClock(speed: number): Clock {
  const start = Date.now();
  return {
    now: () => start + (Date.now() - start) * speed,
    sleep: (ms, signal) => systemClock.sleep(ms / speed, signal),
    after: (ms, act) => systemClock.after(ms / speed, act),
  };
}
