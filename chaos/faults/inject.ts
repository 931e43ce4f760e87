import { setTimeout as wait } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.js';
import type { Fleet } from '../bots/fleet.js';
import type { FaultyRedis } from '../environment/redis.js';
import { type Fault, type Step, wordsFor } from './schedule.js';

export interface Surroundings {
  readonly fleet: Fleet;
  readonly slack: Simulator;
  readonly redis: FaultyRedis;
  readonly say: (line: string) => void;
}

/** Goes through the schedule. Resolves when all of it has happened and everything that was made to fail works again. */
export async function playFaults(steps: readonly Step[], around: Surroundings): Promise<void> {
  const began = Date.now();
  const under: Promise<void>[] = [];
  for (const { at, fault } of steps) {
    await wait(Math.max(0, began + at - Date.now()));
    around.say(wordsFor(fault));
    under.push(play(fault, around));
  }
  await Promise.all(under);
  await around.fleet.calm();
  around.slack.faults.clear();
}

async function play(fault: Fault, { fleet, slack, redis }: Surroundings): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return fleet.member(fault.victim).replace('SIGKILL', fault.downMs);
    case 'term':
      return fleet.member(fault.victim).replace('SIGTERM', fault.downMs);
    case 'trap':
      return fleet.member(fault.victim).replace('SIGKILL', fault.downMs, fault.trap);
    case 'hang':
      return fleet.member(fault.victim).hang(fault.forMs);
    case 'blackout':
      return fleet.blackout(fault.downMs);
    case 'deploy':
      return fleet.deploy();
    case 'drop':
      return slack.dropSockets();
    case 'refresh':
      return slack.refreshSockets();
    case 'redeliver': {
      const event = slack.deliveries.at(-fault.back);
      if (event) slack.redeliver(event.eventId);
      return;
    }
    case 'answer':
      return slack.faults.next(fault.method, { ...fault.fault, times: fault.times });
    case 'restart':
      return redis.restart(fault.forMs);
    case 'slow':
      return redis.pause(fault.forMs);
    case 'full':
      return redis.full(fault.forMs);
    case 'readonly':
      return redis.readonly(fault.forMs);
    case 'connections':
      return redis.breakConnections();
    case 'flush':
      return redis.forgetScripts();
  }
}
