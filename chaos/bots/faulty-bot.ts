/** The bot's process with faults put around its ports. Argument: JSON, see `FaultyBot`. */
import type { PortDecorators } from '../../src/bot.js';
import { runBot } from '../../src/cli/bot.js';
import { type Trap, trapped } from './traps.js';
import { type Sabotage, sabotaged } from './sabotage.js';

interface FaultyBot {
  readonly trap?: Trap;
  readonly sabotage?: Sabotage;
}

/** `outer` around `inner` around the port. */
function both(inner: PortDecorators, outer: PortDecorators): PortDecorators {
  const compose =
    <T>(first: (port: T) => T = (port) => port, second: (port: T) => T = (port) => port) =>
    (port: T): T =>
      second(first(port));
  return {
    store: compose(inner.store, outer.store),
    queue: compose(inner.queue, outer.queue),
    model: compose(inner.model, outer.model),
    replies: compose(inner.replies, outer.replies),
  };
}

const { trap, sabotage } = JSON.parse(process.argv[2] ?? '{}') as FaultyBot;
await runBot(both(sabotage ? sabotaged(sabotage) : {}, trap ? trapped(trap) : {}));
