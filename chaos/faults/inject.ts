import { setTimeout as wait } from 'node:timers/promises';
import type { Simulator } from '../../src/simulator/index.js';
import type { Fleet } from '../bots/fleet.js';
import type { FaultyModel } from '../environment/model.js';
import type { ApiProxy } from '../environment/proxy.js';
import type { FaultyRedis } from '../environment/redis.js';
import { describeFault, type Fault, type Step } from './schedule.js';

export interface FaultTargets {
  readonly fleet: Fleet;
  readonly slack: Simulator;
  readonly redis: FaultyRedis;
  readonly model: FaultyModel;
  /** In front of Slack's Web API. */
  readonly proxy: ApiProxy;
  readonly say: (line: string) => void;
}

/** Runs the schedule. Resolves when all faults are over and everything works again. */
export async function injectFaults(steps: readonly Step[], targets: FaultTargets): Promise<void> {
  const startedAt = Date.now();
  const running: Promise<void>[] = [];
  for (const { at, fault } of steps) {
    await wait(Math.max(0, startedAt + at - Date.now()));
    targets.say(describeFault(fault));
    running.push(inject(fault, targets));
  }
  await Promise.all(running);
  await targets.fleet.disarm();
  targets.slack.faults.clear();
}

async function inject(fault: Fault, { fleet, slack, redis, model, proxy }: FaultTargets): Promise<void> {
  switch (fault.kind) {
    case 'kill':
      return fleet.process(fault.victim).restart('SIGKILL', fault.downMs);
    case 'term':
      return fleet.process(fault.victim).restart('SIGTERM', fault.downMs);
    case 'trap':
      return fleet.process(fault.victim).restart('SIGKILL', fault.downMs, fault.trap);
    case 'hang':
      return fleet.process(fault.victim).hang(fault.forMs);
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
      return redis.outOfMemory(fault.forMs);
    case 'readonly':
      return redis.readonly(fault.forMs);
    case 'connections':
      return redis.resetConnections();
    case 'flush':
      return redis.flushScripts();
    case 'wipe':
      if (fault.downMs === undefined) return redis.wipeQueue();
      return fleet.blackout(fault.downMs, () => redis.wipeQueue());
    case 'orphan':
      return redis.orphan(fault.left);
    case 'handshake':
      slack.faults.nextSocket(fault.how, fault.times);
      return slack.dropSockets();
    case 'silence':
      return slack.silenceSockets();
    case 'stall':
      return (fault.of === 'slack' ? proxy : model).stall(fault.how, fault.forMs);
  }
}
