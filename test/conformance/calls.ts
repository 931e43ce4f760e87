import type { Call } from '../../src/simulator/index.js';
import { World } from '../e2e/world.js';
import { fastClock } from '../support/fast-clock.js';

/** Methods called by Bolt, not by the bot. */
const CALLED_BY_BOLT = new Set(['apps.connections.open']);

/** The bot's Web API calls in scenarios that together use all of its methods. */
export async function callsOfTheBot(): Promise<Call[]> {
  const calls = [...(await callsForAnswers()), ...(await callsForRateLimited())];
  return calls.filter(({ method }) => !CALLED_BY_BOLT.has(method));
}

async function callsForAnswers(): Promise<readonly Call[]> {
  const world = await World.start({ transport: 'socket', clock: fastClock(40) });
  try {
    const { slack, model, ada, bob, general, botId } = world;
    model.onMessage(/long/, { content: 'A paragraph of some length.\n\n'.repeat(900) }, { chunkSize: 500, latency: 2 });
    world.echo();

    const mention = slack.say({ user: ada, channel: general, text: `<@${botId}> hello` });
    await world.untilSays(general, mention.ts, 'Re: Ada: hello');
    const long = slack.say({ user: ada, channel: general, text: `<@${botId}> a long one, please` });
    await slack.until(() => world.replies(general, long.ts).length > 2);

    const dm = slack.dm(ada).id;
    slack.openMessagesTab({ user: ada });
    await slack.until(() => slack.session(dm, '')?.prompts.length);
    const root = slack.say({ user: ada, channel: dm, text: 'hello' });
    await world.untilSays(dm, undefined, 'Re: hello');
    slack.say({ user: ada, channel: dm, threadTs: root.ts, text: 'a long one' });
    await slack.until(() => world.replies(dm, root.ts).length > 2);

    const talk = slack.say({ user: bob, channel: general, text: 'among people' });
    slack.say({ user: ada, channel: general, threadTs: talk.ts, text: `<@${botId}> what do you think?` });
    await world.untilSays(general, talk.ts, 'Re: Ada: what do you think?');

    // After a lost response the bot reads the conversation; after a shorter second attempt it deletes surplus messages.
    slack.faults.next('chat.postMessage', { drop: true, afterEffect: true });
    slack.say({ user: ada, channel: dm, text: 'once more' });
    await world.untilSays(dm, undefined, 'Re: once more');
    let attempts = 0;
    model.prependFixture({
      match: { userMessage: /breaks/ },
      response: () => ({
        content: (attempts += 1) === 1 ? 'A paragraph of some length.\n\n'.repeat(900) : 'short after all',
      }),
      chunkSize: 500,
      latency: 5,
      truncateAfterChunks: 48,
    });
    const broken = slack.say({ user: ada, channel: general, text: `<@${botId}> breaks off` });
    await world.untilSays(general, broken.ts, 'short after all');
    await slack.until(() => slack.calls.some(({ method }) => method === 'chat.delete'));

    model.prependFixture({
      match: { userMessage: /as a file/ },
      response: { content: '```csv name=a.csv\na,b\n```' },
    });
    slack.faults.next('files.completeUploadExternal', { drop: true });
    const filed = slack.say({ user: ada, channel: general, text: `<@${botId}> as a file` });
    await slack.until(() => world.replies(general, filed.ts).some(({ files }) => files));
    return slack.calls;
  } finally {
    await world.stop();
  }
}

async function callsForRateLimited(): Promise<readonly Call[]> {
  const world = await World.start({
    transport: 'socket',
    clock: fastClock(40),
    env: { USER_MESSAGES_PER_MINUTE: '1' },
  });
  try {
    const { slack, ada, bob, general, botId } = world;
    world.echo();
    const mention = slack.say({ user: ada, channel: general, text: `<@${botId}> hello` });
    await world.untilSays(general, mention.ts, 'Re: Ada: hello');
    slack.say({ user: ada, channel: general, threadTs: mention.ts, text: 'and again' });
    await slack.until(() => slack.calls.some(({ method }) => method === 'chat.postEphemeral'));

    const dm = slack.dm(bob).id;
    const root = slack.say({ user: bob, channel: dm, text: 'hello' });
    await world.untilSays(dm, undefined, 'Re: hello');
    slack.say({ user: bob, channel: dm, threadTs: root.ts, text: 'and again' });
    await slack.until(() => slack.status(dm, root.ts));
    return slack.calls;
  } finally {
    await world.stop();
  }
}
