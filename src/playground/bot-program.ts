/**
 * The process of the playground's bot: the bot as it is, told over the channel to its parent what to do, and asked
 * there what it remembers. It ends with its parent, and takes what it kept in Redis with it.
 */
import { type Bot, createBot } from '../bot.js';
import type { Config } from '../config/config.js';
import { ConfigError, faultsIn } from '../config/faults.js';
import { readConfig } from '../config/read-config.js';
import { messageOf } from '../core/errors.js';
import { idOf } from '../core/conversation-id.js';
import { dayOf, monthOf } from '../usage/totals.js';
import { systemClock } from '../ops/clock.js';
import { createLogger } from '../ops/logger.js';
import { forgetAll } from '../redis/forget.js';
import { BreakableModel } from './breakable.js';
import type { BotOrder, FromBot, ToBot } from './protocol.js';
import { standIn } from './stand-in.js';

const breakable = new BreakableModel();
let bot: Bot | undefined;
let ending: Promise<void> | undefined;
let leaveNothing = async (): Promise<void> => {};

function tell(message: FromBot): void {
  if (process.connected) process.send?.(message);
}

async function start({ env, storage, standIn: standsIn, hurried }: BotOrder): Promise<void> {
  const config: Config = readConfig(env);
  const logger = createLogger(config.logLevel);
  bot = createBot(config, {
    logger,
    storage,
    ...(standsIn && { model: standIn(systemClock, hurried) }),
    decorate: { model: (model) => breakable.around(model) },
    observe: (key, observation) => tell({ type: 'observed', key, at: systemClock.now(), observation }),
  });
  if (storage === 'redis') leaveNothing = () => forgetAll(config.redis);
  await bot.start();
}

async function recall(id: number, key: string): Promise<void> {
  try {
    if (!bot) throw new Error('it has not begun yet');
    const { team } = idOf(key);
    const now = systemClock.now();
    const [conversation, today, month] = await Promise.all([
      bot.recall(key),
      bot.used(team, dayOf(now)),
      bot.used(team, monthOf(now)),
    ]);
    tell({ type: 'recalled', id, recalled: { ...(conversation && { conversation }), used: { today, month } } });
  } catch (error) {
    tell({ type: 'recalled', id, problem: messageOf(error) });
  }
}

function end(): void {
  ending ??= (async () => {
    await bot?.stop();
    // A parent that is there does it itself: this process may be gone by then, or never have started.
    if (!process.connected) await leaveNothing();
  })().finally(() => process.exit());
}

process.on('message', (message: ToBot) => {
  if (message.type === 'start') {
    start(message.order).then(
      () => tell({ type: 'running' }),
      (error: unknown) =>
        tell({ type: 'failed', problem: error instanceof ConfigError ? faultsIn(error) : messageOf(error) }),
    );
  } else if (message.type === 'recall') void recall(message.id, message.key);
  else if (message.type === 'break-model') breakable.breakNext();
  else end();
});
process.on('disconnect', end);
// Ctrl-C, and the end of the terminal, reach every process in it: this one waits for its parent's word.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
// Where the parent is gone, nobody reads what is logged while this ends in order.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('SIGTERM', end);
