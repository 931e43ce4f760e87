/** Runs the bot with faults around its ports. Argument: a `FaultyBot` as JSON. */
import type { PortDecorators } from '../../src/bot.js';
import { runBot } from '../../src/cli/bot.js';
import { type Poison, poisonDecorators } from './poison.js';
import { type Sabotage, sabotageDecorators, sweepOf } from './sabotage.js';
import { type Trap, trapDecorators } from './traps.js';

interface FaultyBot {
  readonly trap?: Trap;
  readonly sabotage?: Sabotage;
  readonly poison?: Poison;
}

function compose(inner: PortDecorators, outer: PortDecorators): PortDecorators {
  const chain =
    <T>(first: (port: T) => T = (port) => port, second: (port: T) => T = (port) => port) =>
    (port: T): T =>
      second(first(port));
  return {
    store: chain(inner.store, outer.store),
    channels: chain(inner.channels, outer.channels),
    settings: chain(inner.settings, outer.settings),
    queue: chain(inner.queue, outer.queue),
    requests: chain(inner.requests, outer.requests),
    model: chain(inner.model, outer.model),
    replies: chain(inner.replies, outer.replies),
    files: chain(inner.files, outer.files),
    reader: chain(inner.reader, outer.reader),
    transcriber: chain(inner.transcriber, outer.transcriber),
  };
}

const { trap, sabotage, poison } = JSON.parse(process.argv[2] ?? '{}') as FaultyBot;
const buggy = compose(sabotage ? sabotageDecorators(sabotage) : {}, poison ? poisonDecorators(poison) : {});
await runBot({ decorate: compose(buggy, trap ? trapDecorators(trap) : {}), sweep: sweepOf(sabotage) });
