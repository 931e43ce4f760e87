/** The built program, of which one process takes over what another one was reading. */
import { LLMock } from '@copilotkit/aimock';
import { afterEach, expect, test } from '@jest/globals';
import { startSimulator } from '../../src/simulator/index.js';
import { pdf } from '../files/samples.js';
import { type Program, runProgram } from '../support/program.js';
import { startRedis } from '../support/redis-server.js';

const cleanUps: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) await cleanUp();
});

test('a file is read by the built program, and what was read is there for another process', async () => {
  const slack = await startSimulator();
  cleanUps.push(() => slack.stop());
  const redis = await startRedis();
  cleanUps.push(() => redis.stop());
  const model = new LLMock({ port: 0 });
  await model.start();
  cleanUps.push(() => model.stop());
  model.onMessage(/[^]*/, { content: 'Aha.' });
  const run = (): Program => {
    const program = runProgram('main', {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      OPENAI_BASE_URL: `${model.url}/v1`,
      REDIS_URL: redis.url,
    });
    cleanUps.push(() => program.child.kill('SIGKILL'));
    return program;
  };
  const asked = (): string[] => model.getRequests().map(({ body }) => JSON.stringify(body));

  const first = run();
  await slack.until(() => slack.socketCount > 0, 20_000);
  const ada = slack.addUser({ name: 'ada' }).id;
  const dm = slack.dm(ada).id;
  const files = [{ name: 'plan.pdf', mimetype: 'application/pdf', content: Buffer.from(pdf(['Knit one'])) }];
  const { ts } = slack.say({ user: ada, channel: dm, text: 'look', files });
  const answers = (): number =>
    slack.messages(dm, ts).filter(({ user, streaming }) => user === slack.bot.userId && streaming !== 'live').length;
  await slack.until(() => answers() === 1, 20_000);
  expect(asked()[0]).toContain('Content of the file \\"plan.pdf\\", a PDF of 1 page');
  expect(asked()[0]).toContain('Knit one');

  first.child.kill('SIGKILL');
  await first.exit;
  const second = run();
  slack.say({ user: ada, channel: dm, threadTs: ts, text: 'and now?' });
  await slack.until(() => answers() === 2, 20_000);
  expect(asked()[1]).toContain('Knit one');
  expect(second.output()).not.toContain('read a file');
}, 60_000);
