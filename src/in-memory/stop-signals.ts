import type { StopSignals } from '../core/ports.js';

/** Within one process. */
export function memoryStopSignals(): StopSignals {
  let hear = (_key: string): void => {};
  return {
    start(onStop) {
      hear = onStop;
    },
    send: (key) => hear(key),
  };
}
