/** The bot with the Responses API: answers, and the model's reasoning summaries shown separately. */
import { afterEach, expect, test } from '@jest/globals';
import { fastClock } from '../support/fast-clock.js';
import { textOf, World } from './world.js';

const SUMMARY = '**Weighing the options**\n\nI could say this or that.\n\n**Choosing one**\n\nThis.';

let world: World;
afterEach(() => world.stop());

async function start(): Promise<World> {
  world = await World.start({ transport: 'socket', clock: fastClock(40), env: { OPENAI_API: 'responses' } });
  return world;
}

test('every prompt has all turns of the conversation', async () => {
  const { slack, ada, general, botId } = await start();
  world.echo();
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hello` });
  await world.untilSays(general, ts, 'Re: Ada: hello');
  slack.say({ user: ada, channel: general, threadTs: ts, text: 'and now?' });
  await world.untilSays(general, ts, 'Re: Ada: and now?');
  expect(world.lastPrompt).toEqual(['user: Ada: hello', 'assistant: Re: Ada: hello', 'user: Ada: and now?']);
  expect(world.model.getRequests().map(({ path }) => path)).toEqual(['/v1/responses', '/v1/responses']);
});

test('the reasoning summary is the status line until the answer comes, and is not stored', async () => {
  const { slack, model, ada, general, botId } = await start();
  model.onMessage(/question/, { content: 'An answer.', reasoning: SUMMARY }, { chunkSize: 12, latency: 100 });
  world.echo();
  const seen = new Set<string>();
  slack.onChange(({ kind, id }) => {
    if (kind === 'status') for (const message of slack.status(general, id)?.loadingMessages ?? []) seen.add(message);
  });
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> a question` });
  await expect(world.untilSays(general, ts, 'An answer.')).resolves.toEqual(['An answer.']);
  expect([...seen]).toContain('Weighing the options');
  await slack.until(() => slack.status(general, ts) === undefined);
  slack.say({ user: ada, channel: general, threadTs: ts, text: 'and now?' });
  await world.untilSays(general, ts, 'Re: Ada: and now?');
  expect(world.lastPrompt).toEqual(['user: Ada: a question', 'assistant: An answer.', 'user: Ada: and now?']);
});

test('in a DM thread the reasoning summary remains as a card above the streamed answer', async () => {
  const { slack, model, ada } = await start();
  const answer = 'One sentence of the answer. '.repeat(20).trim();
  model.onMessage(/question/, { content: answer, reasoning: SUMMARY }, { chunkSize: 30, latency: 15 });
  const dm = slack.dm(ada).id;
  const { ts } = slack.say({ user: ada, channel: dm, text: 'a question' });
  await world.untilSays(dm, ts, answer);
  const [reply] = world.replies(dm, ts);
  expect(reply?.blocks?.slice(0, 2)).toMatchObject([
    { type: 'task_card', details: 'Weighing the options\nChoosing one' },
    { type: 'markdown', text: answer },
  ]);
});

test('a server without the Responses API: the thread names the setting to check', async () => {
  const { slack, model, ada, general, botId } = await start();
  model.nextRequestError(404, { message: 'Not Found' });
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hello` });
  const [said] = await slack.until(() => {
    const replies = world.replies(general, ts);
    return replies.length > 0 ? replies : undefined;
  });
  expect(said && textOf(said)).toContain('`OPENAI_API`');
  expect(world.logs.join('')).toContain('OPENAI_API=chat');
});
