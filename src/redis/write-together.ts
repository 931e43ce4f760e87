import type { Redis } from 'ioredis';

/**
 * Lets the commands that are sent at one moment leave in one write: for small commands the system call costs the most.
 * ioredis's own pipelining of that kind waits for the event loop's next turn, this does not.
 */
export function writeTogether(redis: Redis): void {
  // Each connection has a stream of its own.
  redis.on('connect', () => {
    const { stream } = redis;
    const write = stream.write.bind(stream);
    let isCorked = false;
    const together = (...chunk: Parameters<typeof write>): boolean => {
      if (!isCorked) {
        isCorked = true;
        stream.cork();
        process.nextTick(() => {
          isCorked = false;
          stream.uncork();
        });
      }
      return write(...chunk);
    };
    stream.write = together as typeof stream.write;
  });
}
