/**
 * Child process that runs the playground's bot: the regular bot, controlled by its parent over IPC.
 * Exits with its parent, and then deletes the bot's data from Redis.
 */
import { rm } from 'node:fs/promises';
import { type Bot, createBot } from '../bot.js';
import type { Config } from '../config/config.js';
import { ConfigError, faultsInOneLine } from '../config/faults.js';
import { readConfig } from '../config/read-config.js';
import { idOf } from '../core/conversation-id.js';
import { messageOf } from '../core/errors.js';
import type { Observe } from '../core/observation.js';
import { systemClock } from '../ops/clock.js';
import { createLogger } from '../ops/logger.js';
import { deleteAllKeys } from '../redis/forget.js';
import { dayOf, monthOf } from '../usage/totals.js';
import { BreakableModel } from './breakable.js';
import type { BotStartOptions, FromBot, ToBot } from './protocol.js';
import { RecordedModel } from './recorded-model.js';
import { RemoteStorage } from './remote-storage.js';
import { standInPictures } from './stand-in-pictures.js';
import { standIn } from './stand-in.js';
import { watchedPorts } from './watch.js';

const breakable = new BreakableModel();
const remote = new RemoteStorage((call) => send({ type: 'keep', call }));
const recorded = new RecordedModel(
  (asked) => send({ type: 'asked', asked }),
  (id) => send({ type: 'asked-over', id }),
);
let bot: Bot | undefined;
let stopping: Promise<void> | undefined;
let deleteData = async (): Promise<void> => {};

function send(message: FromBot): void {
  if (process.connected) process.send?.(message);
}

async function start({
  env,
  storage,
  standIn: useStandIn,
  instant,
  replay = false,
  ownRedis,
}: BotStartOptions): Promise<void> {
  const config: Config = readConfig(env);
  const logger = createLogger(config.logLevel);
  const observe: Observe = (key, observation) => send({ type: 'observed', key, at: systemClock.now(), observation });
  const watched = watchedPorts(observe);
  const ports = storage === 'memory' ? remote.decorators : undefined;
  bot = createBot(config, {
    logger,
    storage,
    ...(useStandIn && { model: standIn(systemClock, instant), pictures: standInPictures(systemClock, instant) }),
    decorate: {
      ...ports,
      store: (plain) => watched.store(ports?.store(plain) ?? plain),
      queue: (plain) => watched.queue(ports?.queue(plain) ?? plain),
      model: (plain) => watched.model(replay ? recorded.wrap(plain) : breakable.wrap(plain)),
    },
    observe,
  });
  if (ownRedis) deleteData = () => endRedis(ownRedis);
  else if (storage === 'redis') deleteData = () => deleteAllKeys(config.redis);
  await bot.start();
}

async function endRedis({ pid, directory }: NonNullable<BotStartOptions['ownRedis']>): Promise<void> {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended already.
  }
  await rm(directory, { recursive: true, force: true });
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
    send({ type: 'recalled', id, recalled: { ...(conversation && { conversation }), used: { today, month } } });
  } catch (error) {
    send({ type: 'recalled', id, problem: messageOf(error) });
  }
}

function stop(): void {
  stopping ??= (async () => {
    await bot?.stop();
    // A running parent deletes the data itself, since this process may have been killed.
    if (!process.connected) await deleteData();
  })().finally(() => process.exit());
}

process.on('message', (message: ToBot) => {
  if (message.type === 'start') {
    start(message.options).then(
      () => send({ type: 'running' }),
      (error: unknown) =>
        send({ type: 'failed', problem: error instanceof ConfigError ? faultsInOneLine(error) : messageOf(error) }),
    );
  } else if (message.type === 'recall') void recall(message.id, message.key);
  else if (message.type === 'answer') recorded.answer(message.id, message.answer);
  else if (message.type === 'kept') remote.onResult(message.result);
  else if (message.type === 'break-model') breakable.breakNext();
  else stop();
});
process.on('disconnect', () => {
  // A run that waited for its memory would hold up the end.
  remote.close();
  stop();
});
// Ctrl-C and closing the terminal signal every process in it: this one waits for its parent's `stop`.
for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {});
// Once the parent is gone the pipes are closed: log lines written during shutdown must not throw.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
process.on('SIGTERM', stop);
