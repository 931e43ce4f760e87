/** The bot where a proxy is the only way out: the names of Slack and of the model are known to the proxy alone. */
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type Simulator, startSimulator } from '../../src/simulator/index.js';
import { AUTHORITY } from '../support/certificates.js';
import { freePort } from '../support/free-port.js';
import { startFront } from '../support/front.js';
import { type Program, runProgram } from '../support/program.js';
import { type Proxy, startProxy } from '../support/proxy.js';
import { startRedis } from '../support/redis-server.js';

const CREDENTIALS = 'me:p@ss:word';
const IN_URL = 'me:p%40ss%3Aword';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

let slack: Simulator;
let model: LLMock;
let redisUrl: string;
beforeEach(async () => {
  slack = await startSimulator();
  cleanUps.push(() => slack.stop());
  model = new LLMock({ port: 0 });
  await model.start();
  cleanUps.push(() => model.stop());
  model.onMessage(/[^]*/, { content: 'An answer.' });
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
  redisUrl = redis.url;
});

/** A proxy that knows slack.example and model.example, which speak http or https. */
async function proxyTo(scheme: 'http' | 'https', credentials?: string, noTunnelTo?: string[]): Promise<Proxy> {
  const secure = scheme === 'https';
  const [slackPort, modelPort] = [portOf(slack.apiUrl), portOf(model.url)];
  const slackFront = await startFront(slackPort, secure, secure ? 'wss://slack.example' : 'ws://slack.example');
  const modelFront = await startFront(modelPort, secure);
  const port = secure ? 443 : 80;
  const ports = {
    [`slack.example:${port}`]: slackFront.port,
    [`model.example:${port}`]: modelFront.port,
    // The simulator's addresses for answers to interactions.
    [`127.0.0.1:${slackPort}`]: slackPort,
  };
  const proxy = await startProxy(ports, credentials, noTunnelTo);
  cleanUps.push(
    () => slackFront.close(),
    () => modelFront.close(),
    () => proxy.close(),
  );
  return proxy;
}

function run(env: Record<string, string>): Program {
  const program = runProgram('main', {
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_APP_TOKEN: slack.appToken,
    REDIS_URL: redisUrl,
    START_TIMEOUT_MS: '5000',
    LOG_LEVEL: 'trace',
    NODE_EXTRA_CA_CERTS: AUTHORITY,
    ...env,
  });
  cleanUps.push(() => program.child.kill('SIGKILL'));
  return program;
}

/** Settings for the names that only the proxy knows. */
const named = (scheme: string): Record<string, string> => ({
  SLACK_API_URL: `${scheme}://slack.example/api/`,
  OPENAI_BASE_URL: `${scheme}://model.example/v1`,
});

const portOf = (url: string): number => Number(new URL(url).port);

/** Asks in a channel, and types `/skein help`. */
async function answers(program: Program): Promise<void> {
  await program.untilPrinted('Skein is running');
  const ada = slack.addUser({ name: 'ada', displayName: 'Ada' }).id;
  const channel = slack.addChannel({ name: 'general', members: [ada, slack.bot.userId] }).id;
  const { ts } = slack.say({ user: ada, channel, text: `<@${slack.bot.userId}> hello` });
  await slack.until(() => slack.messages(channel, ts).some(({ text }) => text === 'An answer.'), 10_000);
  await slack.command({ user: ada, channel, command: '/skein', text: 'help' });
  await slack.until(() => slack.messages(channel).some(({ ephemeralTo }) => ephemeralTo === ada), 10_000);
}

function expectNoCredentials(program: Program): void {
  expect(program.output()).not.toMatch(/p@ss|p%40ss/);
  expect(program.output()).not.toContain(Buffer.from(CREDENTIALS).toString('base64'));
}

describe('through a proxy that wants a password', () => {
  test.each(['HTTPS_PROXY', 'https_proxy'])('over https, set in %s: Slack, its socket and the model', async (name) => {
    const proxy = await proxyTo('https', CREDENTIALS);
    const env = { ...named('https'), [name]: `http://${IN_URL}@127.0.0.1:${proxy.port}`, NO_PROXY: '127.0.0.1' };
    const program = run(env);
    await answers(program);
    expect(slack.socketCount).toBe(1);
    expect([...new Set(proxy.asked)].toSorted()).toEqual(['CONNECT model.example:443', 'CONNECT slack.example:443']);
    expectNoCredentials(program);
  });

  test.each(['HTTP_PROXY', 'http_proxy'])('over http, set in %s', async (name) => {
    const proxy = await proxyTo('http', CREDENTIALS);
    const program = run({ ...named('http'), [name]: `http://${IN_URL}@127.0.0.1:${proxy.port}` });
    await answers(program);
    expect(slack.socketCount).toBe(1);
    const asked = new Set(proxy.asked);
    expect(asked).toContain('CONNECT slack.example:80');
    expect(asked).toContain('CONNECT model.example:80');
    // The answer to a command goes to an address that Slack gives with it.
    expect(asked).toContain(`CONNECT 127.0.0.1:${portOf(slack.apiUrl)}`);
    expectNoCredentials(program);
  });

  test('over http, where it makes no tunnel to the model', async () => {
    const proxy = await proxyTo('http', CREDENTIALS, ['model.example:80']);
    const program = run({ ...named('http'), HTTP_PROXY: `http://${IN_URL}@127.0.0.1:${proxy.port}` });
    await answers(program);
    expect(proxy.asked).toContain('POST http://model.example/v1/chat/completions');
    expectNoCredentials(program);
  });
});

test.each([
  ['HTTPS_PROXY', 'https'],
  ['HTTP_PROXY', 'http'],
])('a wrong password for %s is told, without the password', async (name, scheme) => {
  const proxy = await proxyTo(scheme as 'http' | 'https', CREDENTIALS);
  const program = run({
    ...named(scheme),
    START_TIMEOUT_MS: '1000',
    [name]: `http://me:hidden-password@127.0.0.1:${proxy.port}`,
  });
  expect(await program.exit).toBe(1);
  expect(program.output()).toMatch(/cannot start: cannot reach Slack \(.*407.*\): check .*HTTPS_PROXY/);
  expect(program.output()).not.toMatch(/hidden-password|\n\s+at /);
});

test('a proxy that is not there is told', async () => {
  const program = run({
    ...named('https'),
    START_TIMEOUT_MS: '1000',
    HTTPS_PROXY: `http://me:hidden-password@127.0.0.1:${await freePort()}`,
  });
  expect(await program.exit).toBe(1);
  expect(program.output()).toMatch(/cannot reach Slack \(connect ECONNREFUSED [^)]+\): check .*HTTPS_PROXY/);
  expect(program.output()).not.toMatch(/hidden-password|\n\s+at /);
});

test('hosts of NO_PROXY, and a model on this machine, are reached directly', async () => {
  const program = run({
    SLACK_API_URL: slack.apiUrl,
    OPENAI_BASE_URL: `${model.url}/v1`,
    HTTP_PROXY: `http://127.0.0.1:${await freePort()}`,
    NO_PROXY: `elsewhere.example, 127.0.0.1:${portOf(slack.apiUrl)}`,
  });
  await answers(program);
});
