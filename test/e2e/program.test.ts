import { spawn } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { constants, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { Redis } from 'ioredis';
import { leastRights } from '../../src/redis/rights.js';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { built } from '../support/built.js';
import { freePort } from '../support/free-port.js';
import { Gate } from '../support/gate.js';
import { ModelServer } from '../support/model-server.js';
import { type Program, runProgram } from '../support/program.js';
import { type RedisServer, startRedis } from '../support/redis-server.js';
import { until } from '../support/until.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

function run(env: Record<string, string>): Program {
  const program = runProgram('main', env);
  cleanUps.push(() => program.child.kill('SIGKILL'));
  return program;
}

async function slackHere(): Promise<Simulator> {
  const slack = await startSimulator();
  cleanUps.push(() => slack.stop());
  return slack;
}

async function redisHere(): Promise<RedisServer> {
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
  return redis;
}

async function modelHere(): Promise<ModelServer> {
  const model = new ModelServer({ port: 0 });
  await model.start();
  cleanUps.push(() => model.stop());
  return model;
}

function settings(slack: Simulator, redisUrl: string, modelUrl = 'http://127.0.0.1:9/v1'): Record<string, string> {
  return {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    SLACK_API_URL: slack.apiUrl,
    OPENAI_BASE_URL: modelUrl,
    REDIS_URL: redisUrl,
    START_TIMEOUT_MS: '1000',
  };
}

describe('a failed start', () => {
  test('lists every faulty setting and where to get it, without secrets or a stack trace', async () => {
    const program = run({
      SLACK_BOT_TOKEN: 'xapp-1-swapped-secret',
      SLACK_APP_TOKEN: 'xoxb-2-swapped-secret',
      PORT: 'http',
    });
    expect(await program.exit).toBe(1);
    for (const variable of ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN', 'OPENAI_API_KEY', 'PORT'])
      expect(program.output()).toContain(variable);
    expect(program.output()).toMatch(/app-level token/);
    expect(program.output()).not.toMatch(/swapped-secret|\n\s+at /);
  });

  test('says that the maximum answer length leaves no room for a prompt', async () => {
    const model = { OPENAI_MODEL: 'gpt-5.4-mini', OPENAI_MAX_OUTPUT_TOKENS: '400000' };
    const program = run({ ...settings(await slackHere(), 'redis://127.0.0.1:9'), ...model });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(
      /cannot start with these settings:\n\n {2}OPENAI_MAX_OUTPUT_TOKENS: .*gpt-5\.4-mini, which is 400000\n {4}→ /,
    );
    expect(program.output()).not.toMatch(/\n\s+at /);
  });

  test.each([
    ['a prompt', { PROMPT_TOKENS: '1000' }],
    ['a small model', { OPENAI_MODEL: 'llama3.2', OPENAI_MAX_OUTPUT_TOKENS: '31000' }],
  ])('says that the system prompt leaves no room for the conversation in %s', async (_, small) => {
    const program = run({
      ...settings(await slackHere(), 'redis://127.0.0.1:9'),
      ...small,
      SYSTEM_PROMPT: 'Be polite. '.repeat(400),
    });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(
      /cannot start with these settings:\n\n {2}SYSTEM_PROMPT: .*SYSTEM_PROMPT_FILE.* 0 of the 1000 tokens.*\n {4}→ shorten it by \d+ tokens.*PROMPT_TOKENS.*MODELS_FILE/,
    );
    expect(program.output()).not.toMatch(/polite|\n\s+at /);
  });

  test('says that Redis cannot be reached', async () => {
    const program = run(settings(await slackHere(), `redis://:hidden-password@127.0.0.1:${await freePort()}`));
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(
      /cannot start: cannot reach Redis \(connect ECONNREFUSED [^)]+\): check REDIS_URL/,
    );
    expect(program.output()).not.toMatch(/hidden-password|\n\s+at /);
  });

  test('says that Slack cannot be reached', async () => {
    const slack = await slackHere();
    const { url } = await redisHere();
    const program = run({ ...settings(slack, url), SLACK_API_URL: `http://127.0.0.1:${await freePort()}/api/` });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(/cannot start: cannot reach Slack \(connect ECONNREFUSED [^)]+\)/);
  });

  test('says which rights the Redis user lacks, before anything is taken', async () => {
    const redis = await redisHere();
    const admin = new Redis(redis.url);
    cleanUps.push(() => admin.disconnect());
    await admin.call('ACL', 'SETUSER', 'skein', 'on', '>hidden-password', ...leastRights('skein'), '-eval', '-info');
    const url = redis.url.replace('//', '//skein:hidden-password@');
    const slack = await slackHere();
    const program = run({ ...settings(slack, url), OPENAI_API_KEY: 'none' });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(
      /cannot start: the user skein in REDIS_URL may not use EVAL and INFO\. .*ACL SETUSER skein ~skein:\*/,
    );
    expect(program.output()).not.toMatch(/hidden-password|\n\s+at /);
    expect(slack.calls).toEqual([]);
  });

  test('says that the port for whatever watches it is taken', async () => {
    const { port } = await redisHere();
    const program = run({ ...settings(await slackHere(), 'redis://127.0.0.1:9'), OPS_PORT: String(port) });
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain(`cannot start: OPS_PORT is ${port}, but another program is using it`);
    expect(program.output()).not.toMatch(/\n\s+at /);
  });

  test('says that a budget needs a model with a known price', async () => {
    const { url } = await redisHere();
    const program = run({
      ...settings(await slackHere(), url),
      BUDGET_WORKSPACE_MONTHLY_USD: '10',
      OPENAI_MODEL: 'llama3.2',
    });
    expect(await program.exit).toBe(1);
    expect(program.output()).toMatch(
      /cannot start: BUDGET_WORKSPACE_MONTHLY_USD is set, but the price of the model llama3\.2 is unknown.*MODELS_FILE/,
    );
    expect(program.output()).not.toMatch(/\n\s+at /);
  });

  test.each(['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'])('says that Slack refuses %s', async (variable) => {
    const slack = await slackHere();
    const { url } = await redisHere();
    const program = run({
      ...settings(slack, url),
      [variable]: variable === 'SLACK_BOT_TOKEN' ? 'xoxb-of-another' : 'xapp-of-another',
    });
    expect(await program.exit).toBe(1);
    expect(program.output()).toContain(`Slack refuses ${variable} (invalid_auth)`);
    expect(program.output()).not.toMatch(/of-another|\n\s+at /);
  });
});

async function running(env: Record<string, string> = {}): Promise<{
  slack: Simulator;
  model: ModelServer;
  program: Program;
  channel: string;
  ada: string;
  redis: RedisServer;
}> {
  const slack = await slackHere();
  const redis = await redisHere();
  const model = await modelHere();
  const ada = slack.addUser({ name: 'ada', displayName: 'Ada' }).id;
  const channel = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
  const program = run({ ...settings(slack, redis.url, model.url + '/v1'), START_TIMEOUT_MS: '60000', ...env });
  await program.untilPrinted('Skein is running');
  return { slack, model, program, channel, ada, redis };
}

/** Asks a question; the model answers when `held` is opened. `answer`: the texts in the thread. */
async function question({
  slack,
  model,
  channel,
  ada,
}: Awaited<ReturnType<typeof running>>): Promise<{ held: Gate; answer: () => string[] }> {
  const asked = new Gate();
  const held = new Gate();
  model.onMessage(/question/, async () => {
    asked.open();
    await held.opened;
    return { content: 'the whole answer' };
  });
  const { ts } = slack.say({ user: ada, channel, text: `<@${slack.bot.userId}> question` });
  await asked.opened;
  return { held, answer: () => slack.messages(channel, ts).map(({ text }) => text) };
}

describe('shutdown', () => {
  test('at SIGTERM finishes a running reply, then exits with 0', async () => {
    const world = await running();
    const { program } = world;
    const { held, answer } = await question(world);
    program.child.kill('SIGTERM');
    await program.untilPrinted('stopping');
    held.open();
    expect(await program.exit).toBe(0);
    expect(answer()).toContain('the whole answer');
  });

  test('at a second signal ends at once', async () => {
    const world = await running();
    const { program } = world;
    const { answer } = await question(world);
    program.child.kill('SIGTERM');
    await program.untilPrinted('send the signal again to exit immediately');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(128 + constants.signals.SIGTERM);
    expect(answer()).not.toContain('the whole answer');
  });

  test('at a signal that arrives twice, as with Ctrl-C under npm, finishes the running reply', async () => {
    const world = await running();
    const { program } = world;
    const { held, answer } = await question(world);
    program.child.kill('SIGINT');
    program.child.kill('SIGINT');
    await program.untilPrinted('stopping');
    held.open();
    expect(await program.exit).toBe(0);
    expect(answer()).toContain('the whole answer');
  });

  test('at SIGTERM to npm start, which passes it on, leaves no process behind', async () => {
    const slack = await slackHere();
    const redis = await redisHere();
    const folder = mkdtempSync(join(tmpdir(), 'skein-npm-'));
    cleanUps.push(() => rmSync(folder, { recursive: true }));
    for (const name of ['package.json', 'scripts']) cpSync(name, join(folder, name), { recursive: true });
    symlinkSync(dirname(built('main')), join(folder, 'dist'));
    const npm = spawn('npm', ['start'], {
      cwd: folder,
      env: {
        PATH: process.env['PATH'],
        HOME: folder,
        npm_config_update_notifier: 'false',
        ...settings(slack, redis.url),
      },
      // A group of its own, so that the test can end what npm leaves behind.
      detached: true,
      stdio: 'ignore',
    });
    cleanUps.push(() => {
      try {
        process.kill(-(npm.pid ?? 0), 'SIGKILL');
      } catch {
        // The whole group has ended.
      }
    });
    await slack.until(() => slack.socketCount === 1);
    const exit = once(npm, 'exit');
    npm.kill('SIGTERM');
    await exit;
    await slack.until(() => slack.socketCount === 0);
  });

  test('at SIGTERM does not wait for a request that is never finished, and takes none', async () => {
    const port = await freePort();
    const http = { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'a'.repeat(32), PORT: String(port) };
    const world = await running({ ...http, SHUTDOWN_TIMEOUT_MS: '10000' });
    const { program, slack, redis } = world;
    const keys = async (): Promise<string[]> => {
      const admin = new Redis(redis.url);
      return admin.keys('skein:*').finally(() => admin.disconnect());
    };
    const event = { type: 'event_callback', team_id: slack.team.id, event: { type: 'message', text: 'late' } };
    const [head, body] = signedRequest(JSON.stringify(event), http.SLACK_SIGNING_SECRET);
    const [finished, unfinished] = [connect(port, '127.0.0.1'), connect(port, '127.0.0.1')];
    for (const client of [finished, unfinished]) {
      client.on('error', () => {});
      client.write(head + body.slice(0, 10));
    }
    // Its answer shows that the requests on the older connections have been read.
    await fetch(`http://127.0.0.1:${port}/`);
    program.child.kill('SIGTERM');
    await program.untilPrinted('stopping');
    finished.write(body.slice(10));
    await expect(fetch(`http://127.0.0.1:${port}/`)).rejects.toThrow();
    expect(await program.exit).toBe(0);
    expect(await keys()).toEqual([expect.stringMatching(/:sweep$/)]);
  });

  test('at SIGTERM exits with 0 while Redis is down', async () => {
    const { program, redis } = await running();
    await redis.kill();
    await program.untilPrinted('lost the connection to Redis');
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
  });

  test('at SIGTERM during a socket reconnection finishes the running reply, then exits with 0', async () => {
    const world = await running();
    const { slack, program } = world;
    const { held, answer } = await question(world);
    // The request for a new socket gets no answer.
    slack.faults.next('apps.connections.open', { delayMs: 60_000, times: 10 });
    slack.dropSockets();
    await slack.until(() => slack.calls.filter(({ method }) => method === 'apps.connections.open').length > 1, 15_000);
    program.child.kill('SIGTERM');
    program.child.kill('SIGINT');
    await program.untilPrinted('stopping');
    held.open();
    expect(await program.exit).toBe(0);
    expect(answer()).toContain('the whole answer');
  }, 40_000);

  test('when Slack revokes the token, finishes the running reply and exits with 1', async () => {
    const world = await running();
    const { slack, program } = world;
    const { held, answer } = await question(world);
    slack.faults.next('apps.connections.open', { error: 'invalid_auth', times: 10 });
    slack.dropSockets();
    await program.untilPrinted('fatal error: stopping');
    expect(program.output()).toContain('Slack refuses SLACK_APP_TOKEN (invalid_auth)');
    held.open();
    expect(await program.exit).toBe(1);
    expect(answer()).toContain('the whole answer');
  }, 40_000);

  test('at SIGTERM hands a slow reply over to another process, which finishes it in the same message', async () => {
    const { slack, model, program, channel, ada, redis } = await running({ SHUTDOWN_TIMEOUT_MS: '50' });
    let asked = 0;
    model.onMessage(/question/, () => ({ content: (asked += 1) === 1 ? 'too slow '.repeat(60) : 'the whole answer' }), {
      latency: 50,
      chunkSize: 10,
    });
    const { ts } = slack.say({ user: ada, channel, text: `<@${slack.bot.userId}> question` });
    await slack.until(() => slack.messages(channel, ts).length === 2);
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
    const other = run(settings(slack, redis.url, `${model.url}/v1`));
    await slack.until(() => slack.messages(channel, ts).some(({ text }) => text === 'the whole answer'));
    expect(slack.messages(channel, ts)).toHaveLength(2);
    other.child.kill('SIGTERM');
    expect(await other.exit).toBe(0);
  });
});

test('a process whose log nobody reads any more goes on answering, and stops when told to', async () => {
  const world = await running({ LOG_LEVEL: 'debug' });
  const { program, slack } = world;
  const { held, answer } = await question(world);
  program.child.stdout?.destroy();
  program.child.stderr?.destroy();
  held.open();
  await slack.until(() => answer().includes('the whole answer'));
  program.child.kill('SIGTERM');
  expect(await program.exit).toBe(0);
});

describe.each(['socket', 'http'] as const)('whoever watches it over %s', (transport) => {
  test('finds it alive and ready, and is told what is down', async () => {
    const opsPort = await freePort();
    const http = { SLACK_APP_TOKEN: '', SLACK_SIGNING_SECRET: 'a'.repeat(32), PORT: String(await freePort()) };
    const env = { OPS_PORT: String(opsPort), ...(transport === 'http' && http) };
    const state = async (path: string): Promise<[number, unknown]> => {
      const response = await fetch(`http://127.0.0.1:${opsPort}${path}`);
      return [response.status, await response.json()];
    };
    const slack = await slackHere();
    const redis = await redisHere();
    await redis.kill();
    const program = run({ ...settings(slack, redis.url), START_TIMEOUT_MS: '60000', ...env });
    await program.untilPrinted('cannot reach Redis yet');
    expect(await state('/healthz')).toEqual([200, { status: 'ok' }]);
    const down = { redis: 'down', slack: 'down', queue: 'down' };
    expect(await state('/readyz')).toEqual([503, { status: 'not ready', checks: down }]);

    await redis.start();
    await program.untilPrinted('Skein is running');
    expect(await state('/readyz')).toEqual([
      200,
      { status: 'ready', checks: { redis: 'up', slack: 'up', queue: 'up' } },
    ]);

    redis.pause();
    expect(await state('/readyz')).toMatchObject([503, { checks: { redis: 'down', slack: 'up', queue: 'up' } }]);
    expect(await state('/healthz')).toEqual([200, { status: 'ok' }]);
    redis.resume();
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
  }, 40_000);
});

test('while it stops it is alive, and not ready', async () => {
  const opsPort = await freePort();
  const world = await running({ OPS_PORT: String(opsPort) });
  const { program } = world;
  const { held } = await question(world);
  program.child.kill('SIGTERM');
  await program.untilPrinted('stopping');
  const [alive, ready] = await Promise.all(
    ['/healthz', '/readyz'].map(async (path) => fetch(`http://127.0.0.1:${opsPort}${path}`)),
  );
  expect([alive?.status, ready?.status]).toEqual([200, 503]);
  expect(await ready?.json()).toMatchObject({ status: 'stopping' });
  held.open();
  expect(await program.exit).toBe(0);
});

/** Head and body of a request as Slack makes it, signed. https://docs.slack.dev/authentication/verifying-requests-from-slack/ */
function signedRequest(body: string, secret: string): [head: string, body: string] {
  const time = Math.floor(Date.now() / 1_000);
  const signature = createHmac('sha256', secret).update(`v0:${time}:${body}`).digest('hex');
  const lines = [
    'POST /slack/events HTTP/1.1',
    'Host: bot.example',
    'Content-Type: application/json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Slack-Request-Timestamp: ${time}`,
    `X-Slack-Signature: v0=${signature}`,
  ];
  return [`${lines.join('\r\n')}\r\n\r\n`, body];
}

test('a process killed in the middle of a reply in a DM thread: another one finishes the same message', async () => {
  const { slack, model, program, ada, redis } = await running();
  let asked = 0;
  model.onMessage(/question/, () => ({ content: (asked += 1) === 1 ? 'too slow '.repeat(400) : 'the whole answer' }), {
    latency: 50,
    chunkSize: 10,
  });
  const dm = slack.dm(ada).id;
  const { ts } = slack.say({ user: ada, channel: dm, text: 'question' });
  await slack.until(() => slack.messages(dm, ts).length === 2);
  program.child.kill('SIGKILL');
  run(settings(slack, redis.url, `${model.url}/v1`));
  await slack.until(() => slack.messages(dm, ts).some(({ text }) => text === 'the whole answer'), 30_000);
  await slack.until(() => slack.session(dm, ts)?.status === 'active');
  expect(slack.messages(dm).map(({ threadTs }) => threadTs)).toEqual([undefined, ts]);
}, 60_000);

describe('a process that hangs in the middle of a reply', () => {
  test('for two seconds keeps its reply', async () => {
    const { slack, model, program, channel, ada, redis } = await running();
    let asked = 0;
    const answer = 'an answer that takes fifteen seconds '.repeat(70).trim();
    model.onMessage(/question/, () => ((asked += 1), { content: answer }), { latency: 60, chunkSize: 10 });
    const { ts } = slack.say({ user: ada, channel, text: `<@${slack.bot.userId}> question` });
    await slack.until(() => slack.messages(channel, ts).length === 2);
    const other = run(settings(slack, redis.url, `${model.url}/v1`));
    await other.untilPrinted('Skein is running');
    const client = new Redis(redis.url);
    cleanUps.push(() => client.disconnect());
    const [holder = ''] = await client.hvals('{skein}:wakes:held');
    const leaseEnd = (): Promise<string | null> => client.zscore('{skein}:processes', holder.split(':')[0] ?? '');
    const before = await leaseEnd();
    await until(async () => (await leaseEnd()) !== before, 'a new lease');
    program.child.kill('SIGSTOP');
    await wait(2_000);
    program.child.kill('SIGCONT');
    await slack.until(
      () => slack.messages(channel, ts).some(({ text, markdown = text }) => markdown === answer),
      30_000,
    );
    expect(asked).toBe(1);
    expect(program.output() + other.output()).not.toMatch(/took over|taken over|did not respond for too long/);
  }, 60_000);

  test("loses the reply to another process, and does not change that one's reply when it continues", async () => {
    const { slack, model, program, channel, ada, redis } = await running();
    let asked = 0;
    model.onMessage(
      /question/,
      () => ({ content: (asked += 1) === 1 ? 'too slow '.repeat(400) : 'the whole answer' }),
      { latency: 50, chunkSize: 10 },
    );
    const { ts } = slack.say({ user: ada, channel, text: `<@${slack.bot.userId}> question` });
    await slack.until(() => slack.messages(channel, ts).length === 2);
    program.child.kill('SIGSTOP');
    run(settings(slack, redis.url, `${model.url}/v1`));
    const answered = (): boolean => slack.messages(channel, ts).some(({ text }) => text === 'the whole answer');
    await slack.until(answered, 30_000);
    const calls = slack.calls.length;
    program.child.kill('SIGCONT');
    await program.untilPrinted('this process did not respond for too long');
    // By then the process has done everything that was due when it continued.
    await slack.until(() => slack.socketCount === 2, 20_000);
    expect(answered()).toBe(true);
    expect(slack.messages(channel, ts)).toHaveLength(2);
    expect(
      slack.calls.slice(calls).filter(({ method }) => method === 'chat.update' || method === 'chat.postMessage'),
    ).toEqual([]);
    program.child.kill('SIGTERM');
    expect(await program.exit).toBe(0);
  }, 60_000);
});
