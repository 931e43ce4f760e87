/** Injected faults, and that nothing is lost. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import type { Inspection } from '../../src/playground/inspection.js';
import type { Message } from '../../src/simulator/index.js';
import { isAlive } from '../support/program.js';
import { startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';
import { type OpenPlayground, playgroundForTests, post, type PlaygroundOptionsForTests } from './support.js';

const END = '— demo model_';

const cleanUps: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

class Scene {
  constructor(readonly playground: OpenPlayground) {}

  static async start(options: PlaygroundOptionsForTests = {}): Promise<Scene> {
    const playground = await playgroundForTests(options);
    cleanUps.push(() => playground.stop());
    return new Scene(playground);
  }

  get general(): string {
    return this.playground.workspace.channels[0] ?? '';
  }

  say(text: string, threadTs?: string): string {
    const { slack, workspace } = this.playground;
    return slack.say({
      user: workspace.people[0] ?? '',
      channel: this.general,
      text,
      ...(threadTs !== undefined && { threadTs }),
    }).ts;
  }

  mention(text: string): string {
    return this.say(`<@${this.playground.slack.bot.userId}> ${text}`);
  }

  /** The bot's messages in a thread. */
  replies(root: string): Message[] {
    const { slack } = this.playground;
    return slack.messages(this.general, root).filter(({ user }) => user === slack.bot.userId);
  }

  /** Resolves with the text of the nth reply when it is complete. */
  untilReply(root: string, nth = 0, ending = END): Promise<string> {
    return this.playground.slack.until(() => {
      const text = this.replies(root)[nth]?.markdown;
      return text?.endsWith(ending) ? text : undefined;
    }, 30_000);
  }

  async inject(kind: string): Promise<string> {
    const { status, body } = await post(`${this.playground.url}fault`, { kind });
    expect([kind, status]).toEqual([kind, 200]);
    return String(body['said']);
  }

  async inspection(root: string): Promise<Inspection> {
    return (await (
      await fetch(`${this.playground.url}inspect?channel=${this.general}&thread=${root}`)
    ).json()) as Inspection;
  }

  /** Resolves when memory holds the answer: a moment after Slack shows it whole. */
  untilSettled(root: string): Promise<void> {
    return until(
      async () => (await this.inspection(root)).memory?.turns[0]?.state === 'answered',
      'the answer to be settled',
    );
  }

  untilStarted(times: number): Promise<void> {
    const { bot } = this.playground;
    return until(() => bot.status.starts === times && bot.status.state === 'running', `start ${times} of the bot`);
  }
}

describe('a fault injected with a button', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = new Scene(await playgroundForTests());
  });
  afterAll(() => scene.playground.stop());

  test('a redelivery needs a message', async () => {
    const { status, body } = await post(`${scene.playground.url}fault`, { kind: 'redeliver' });
    expect([status, body['error']]).toEqual([400, expect.stringContaining('nobody has written yet')]);
  });

  test('a redelivered event is not answered again', async () => {
    const root = scene.mention('hello');
    await scene.untilReply(root);
    await scene.untilSettled(root);
    const before = (await scene.inspection(root)).memory?.turns[0]?.deliveries ?? 0;
    expect(await scene.inject('redeliver')).toMatch(/last message again/);
    await until(
      async () => (await scene.inspection(root)).memory?.turns[0]?.deliveries === before + 1,
      'the event to arrive again',
    );
    // Messages are answered in order, so the redelivery was handled before this one.
    const after = scene.mention('and now?');
    await scene.untilReply(after);
    expect(scene.replies(root)).toHaveLength(1);
    expect(scene.playground.slack.calls.filter(({ method }) => method === 'chat.postMessage')).toHaveLength(2);
  });

  test('a reply delayed by 429 is complete', async () => {
    await scene.inject('rate-limit');
    const root = scene.mention('hello');
    await scene.untilReply(root);
    expect(scene.replies(root)).toHaveLength(1);
    expect((await scene.inspection(root)).calls).toContainEqual(
      expect.objectContaining({ outcome: 'ratelimited (429)' }),
    );
    scene.playground.slack.faults.clear();
  });

  test('an answer that breaks halfway restarts in the same message', async () => {
    await scene.inject('break-model');
    const root = scene.mention('hello');
    const text = await scene.untilReply(root);
    expect(text.match(/— demo model/g)).toHaveLength(1);
    expect(scene.replies(root)).toHaveLength(1);
    await until(async () => (await scene.inspection(root)).answer?.restarts === 1, 'the restart in the inspector');
  });

  test('a message written while the socket is broken is answered after the reconnect', async () => {
    const { slack } = scene.playground;
    const opened = (): number => slack.calls.filter(({ method }) => method === 'apps.connections.open').length;
    const before = opened();
    await scene.inject('drop-socket');
    expect(slack.socketCount).toBe(0);
    await scene.untilReply(scene.mention('hello'));
    expect(opened()).toBeGreaterThan(before);
  });
});

describe('a bot that is killed', () => {
  test('restarts with a re-read prompt, and without Redis still knows what was said', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-'));
    cleanUps.push(async () => rmSync(folder, { recursive: true }));
    const systemPromptFile = join(folder, 'prompt.md');
    writeFileSync(systemPromptFile, 'Knit.');
    const scene = await Scene.start({ flags: { systemPromptFile } });
    const root = scene.mention('remember the wool');
    await scene.untilReply(root);
    await scene.untilSettled(root);
    expect((await scene.inspection(root)).prompt?.messages[0]?.content).toMatch(/^Knit\./);
    writeFileSync(systemPromptFile, 'Weave.');
    expect(await scene.inject('kill')).toMatch(/kept outside it/);
    const again = await post(`${scene.playground.url}fault`, { kind: 'kill' });
    expect([again.status, again.body['error']]).toEqual([400, expect.stringContaining('still starting')]);
    await scene.untilStarted(2);
    expect((await scene.inspection(root)).memory?.turns).toHaveLength(2);
    expect(await scene.inject('redeliver')).toMatch(/no second answer/);
    const later = scene.mention('still there?');
    await scene.untilReply(later);
    expect((await scene.inspection(later)).prompt?.messages[0]?.content).toMatch(/^Weave\./);
    expect(scene.replies(root)).toHaveLength(1);
  });

  test('without Redis resumes the reply in the same message, which the timeline tells', async () => {
    const scene = await Scene.start({ instant: false });
    const root = scene.mention('hello');
    const [begun] = await scene.playground.slack.until(() => scene.replies(root).length > 0 && scene.replies(root));
    expect(begun?.markdown).not.toContain(END);
    // An edit shows that the message's `ts` is recorded.
    await scene.playground.slack.until(() => scene.replies(root)[0]?.markdown !== begun?.markdown);
    await scene.inject('kill');
    await scene.untilStarted(2);
    await scene.untilReply(root);
    expect(scene.replies(root).map(({ ts }) => ts)).toEqual([begun?.ts]);
    await until(async () => (await scene.inspection(root)).runs[0]?.state === 'done', 'the reply to be settled');
    const { runs, run } = await scene.inspection(root);
    expect(runs).toHaveLength(1);
    expect(run?.events.map(({ text }) => text)).toEqual(
      expect.arrayContaining([
        'The process ended',
        'Taken by a worker, after 1 crash',
        'Taken over, 1 question waiting: continues the existing message',
      ]),
    );
    expect(run?.phases.map(({ name }) => name)).toContain('down');
  }, 60_000);

  test('reports a failed restart, leaves no process behind, and refuses other faults meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'skein-'));
    const systemPromptFile = join(folder, 'prompt.md');
    writeFileSync(systemPromptFile, 'Knit.');
    const scene = await Scene.start({ flags: { systemPromptFile } });
    const root = scene.mention('hello');
    await scene.untilReply(root);
    rmSync(folder, { recursive: true });
    await scene.inject('kill');
    const { bot } = scene.playground;
    const begun = bot.status.pid ?? 0;
    await until(() => bot.status.state === 'gone', 'the start to fail');
    expect(bot.status.problem).toMatch(/SYSTEM_PROMPT_FILE: there is no file/);
    await until(() => !isAlive(begun), 'the process that could not start to end');
    for (const kind of ['break-model', 'redeliver', 'drop-socket']) {
      const { status, body } = await post(`${scene.playground.url}fault`, { kind });
      expect([kind, status, body['error']]).toEqual([kind, 400, expect.stringContaining("isn't running")]);
    }
    mkdirSync(folder);
    cleanUps.push(async () => rmSync(folder, { recursive: true }));
    writeFileSync(systemPromptFile, 'Weave.');
    expect(await scene.inject('kill')).toMatch(/already ended/);
    await scene.untilStarted(3);
  });

  test('with Redis resumes the reply in the same message, and deletes its data when stopped', async () => {
    const server = await startRedis();
    cleanUps.push(() => server.stop());
    const scene = await Scene.start({ env: { REDIS_URL: server.url }, instant: false });
    const root = scene.mention('hello');
    const [begun] = await scene.playground.slack.until(() => scene.replies(root).length > 0 && scene.replies(root));
    expect(begun?.markdown).not.toContain(END);
    expect(await scene.inject('kill')).toMatch(/continues within seconds/);
    expect((await scene.inspection(root)).answer?.state).toBe('interrupted');
    await scene.untilStarted(2);
    await scene.untilReply(root);
    expect(scene.replies(root).map(({ ts }) => ts)).toEqual([begun?.ts]);
    await scene.untilSettled(root);

    const redis = new Redis(server.url);
    cleanUps.push(async () => redis.disconnect());
    expect(await redis.keys('*')).not.toEqual([]);
    await scene.playground.stop();
    expect(await redis.keys('*')).toEqual([]);
  }, 60_000);
});
