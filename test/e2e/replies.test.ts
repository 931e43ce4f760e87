import { afterEach, describe, expect, test } from '@jest/globals';
import { STOPPED } from '../../src/messages/english.js';
import type { Message } from '../../src/simulator/index.js';
import { fastClock } from '../support/fast-clock.js';
import { Gate } from '../support/gate.js';
import { textOf, World } from './world.js';

const SPEED = 40;
let world: World;
afterEach(() => world.stop());

async function start(env: Record<string, string> = {}): Promise<World> {
  world = await World.start({ transport: 'socket', clock: fastClock(SPEED), env });
  return world;
}

interface Place {
  channel: string;
  thread: string;
}

/**
 * Asks a question. `native`: in a DM thread, where replies use native streams; `edit`: in a channel, where they do not.
 */
function ask(text: string, stream: 'native' | 'edit'): Place {
  const { slack, ada, general, botId } = world;
  if (stream === 'edit')
    return { channel: general, thread: slack.say({ user: ada, channel: general, text: `<@${botId}> ${text}` }).ts };
  const channel = slack.dm(ada).id;
  const thread = slack.say({ user: ada, channel, text }).ts;
  return { channel, thread };
}

async function untilWhole({ channel, thread }: Place, text: string): Promise<Message[]> {
  return world.slack.until(() => {
    const replies = world.replies(channel, thread);
    return replies.map(textOf).join('').includes(text) && replies.every(({ streaming }) => streaming !== 'live')
      ? replies
      : undefined;
  });
}

const SENTENCE = 'The quick brown fox jumps over the lazy dog, and then it does so once more. ';

describe.each(['edit', 'native'] as const)('a reply that streams (%s)', (stream) => {
  test('grows in one message until it is complete', async () => {
    const { model, slack } = await start();
    const text = SENTENCE.repeat(20).trim();
    model.onMessage(/question/, { content: text }, { chunkSize: 30, latency: 8 });
    const seen = new Set<string>();
    const place = ask('question', stream);
    slack.onChange(() => world.replies(place.channel, place.thread).forEach((reply) => seen.add(textOf(reply))));
    const replies = await untilWhole(place, text);
    expect(replies.map(textOf)).toEqual([text]);
    // Every intermediate text was a beginning of the final one.
    expect(seen.size).toBeGreaterThan(2);
    for (const partial of seen) expect(text.startsWith(partial.trimEnd())).toBe(true);
  });

  test('of great length takes several messages, loses no text and keeps code fences closed', async () => {
    // Where they are on, the code is a file.
    const { model } = await start({ FILES_POSTED: 'off' });
    const code = Array.from({ length: 400 }, (_, line) => `console.log('line ${line} of a long program');`).join('\n');
    const text = `${SENTENCE.repeat(80)}\n\n\`\`\`ts\n${code}\n\`\`\`\n\n${SENTENCE.repeat(60).trim()}`;
    model.onMessage(/question/, { content: text }, { chunkSize: 400, latency: 2 });
    const place = ask('question', stream);
    await world.slack.until(() =>
      world.replies(place.channel, place.thread).map(textOf).join('').endsWith(SENTENCE.trim()),
    );
    const replies = await untilWhole(place, SENTENCE.trim());
    expect(replies.length).toBeGreaterThan(2);
    for (const shown of replies.map(textOf)) {
      expect(Buffer.byteLength(shown)).toBeLessThan(10_000);
      expect((shown.match(/^```/gm) ?? []).length % 2).toBe(0);
    }
    const lines = replies.map(textOf).join('\n');
    for (let line = 0; line < 400; line += 1) expect(lines).toContain(`'line ${line} of`);
  });

  test('is complete despite rate limits at every step', async () => {
    const { model, slack } = await start();
    const text = SENTENCE.repeat(10).trim();
    model.onMessage(/question/, { content: text }, { chunkSize: 30, latency: 8 });
    for (const method of ['chat.postMessage', 'chat.update', 'chat.appendStream', 'chat.stopStream']) {
      slack.faults.next(method, {
        status: 429,
        retryAfter: 2,
        times: 2,
        when: ({ markdown_text: sent }) => sent !== 'ok',
      });
    }
    const place = ask('question', stream);
    expect((await untilWhole(place, text)).map(textOf)).toEqual([text]);
  });

  test("is posted once when Slack's response to the post is lost", async () => {
    const { model, slack } = await start();
    const text = SENTENCE.repeat(4).trim();
    model.onMessage(/question/, { content: text }, { chunkSize: 40, latency: 5 });
    const method = stream === 'edit' ? 'chat.postMessage' : 'chat.startStream';
    slack.faults.next(method, { drop: true, afterEffect: true });
    const place = ask('question', stream);
    expect((await untilWhole(place, text)).map(textOf)).toEqual([text]);
    expect(world.methods(place.channel)).toContain('conversations.replies');
  });

  test('starts over in the same message when the model breaks off', async () => {
    const { model } = await start();
    const text = SENTENCE.repeat(6).trim();
    let tries = 0;
    model.onMessage(/question/, () => ({ content: (tries += 1) > 1 ? text : `A false start. ${SENTENCE}` }), {
      chunkSize: 20,
      latency: 8,
    });
    const fixture = model.getFixtures().find(({ match }) => String(match.userMessage) === '/question/');
    Object.assign(fixture ?? {}, { truncateAfterChunks: 3 });
    const place = ask('question', stream);
    await world.slack.until(() =>
      world.replies(place.channel, place.thread).some((reply) => textOf(reply).includes('A false')),
    );
    Object.assign(fixture ?? {}, { truncateAfterChunks: undefined });
    const replies = await untilWhole(place, text);
    expect(replies.map(textOf)).toEqual([text]);
    expect(tries).toBeGreaterThan(1);
  });

  test('shows that the bot is at work until there is text', async () => {
    const { model, slack } = await start();
    const held = new Gate();
    model.onMessage(/question/, async () => {
      await held.opened;
      return { content: 'done' };
    });
    const place = ask('question', stream);
    const isShown = (): boolean =>
      stream === 'native'
        ? slack.session(place.channel, place.thread)?.status === 'processing'
        : slack.status(place.channel, place.thread) !== undefined;
    await slack.until(isShown);
    held.open();
    await untilWhole(place, 'done');
    await slack.until(() => !isShown());
  });
});

describe('a native stream', () => {
  test('that Slack has closed is finished with edits of the same message', async () => {
    const { model, slack } = await start();
    const text = SENTENCE.repeat(8).trim();
    model.onMessage(/question/, { content: text }, { chunkSize: 30, latency: 8 });
    slack.faults.next('chat.appendStream', { error: 'message_not_in_streaming_state' });
    const place = ask('question', 'native');
    const replies = await world.slack.until(() => {
      const now = world.replies(place.channel, place.thread);
      return now.some((reply) => textOf(reply) === text) ? now : undefined;
    });
    expect(replies.map(textOf)).toEqual([text]);
    expect(world.methods(place.channel)).toContain('chat.update');
  });

  test('that a person stops ends the model, and is remembered as far as it is shown; the next question is answered', async () => {
    const { model, slack, ada } = await start();
    const whole = SENTENCE.repeat(100);
    model.onMessage(/question/, { content: whole }, { chunkSize: 30, latency: 20 });
    model.onMessage(/and now/, { content: 'here I am' });
    model.onMessage(/root/, { content: 'ok' });
    const place = ask('question', 'native');
    const live = await slack.until(() =>
      world.replies(place.channel, place.thread).find(({ streaming }) => streaming === 'live'),
    );
    slack.stopStream({ user: ada, channel: place.channel, ts: live.ts });
    slack.say({ user: ada, channel: place.channel, threadTs: place.thread, text: 'and now?' });
    await slack.until(() => world.replies(place.channel, place.thread).some((reply) => textOf(reply) === 'here I am'));
    const stopped = world.replies(place.channel, place.thread).find(({ ts }) => ts === live.ts);
    const marked = stopped ? textOf(stopped) : '';
    expect(marked.endsWith(STOPPED)).toBe(true);
    const shown = marked.slice(0, -STOPPED.length);
    expect(whole.startsWith(shown)).toBe(true);
    expect(shown.length).toBeLessThan(whole.length);
    const prompt = world.asked.at(-1)?.messages.map(({ content }) => content);
    expect(prompt).toContain(marked);
  });

  test('that a person stops while the model is silent ends the model at once', async () => {
    const { model, slack, ada } = await start();
    const whole = SENTENCE.repeat(3);
    // Its next words would be refused, which ends it too.
    model.onMessage(/question/, { content: whole }, { chunkSize: SENTENCE.length, latency: 500 });
    model.onMessage(/and now/, { content: 'here I am' });
    model.onMessage(/root/, { content: 'ok' });
    const place = ask('question', 'native');
    const live = await slack.until(() =>
      world.replies(place.channel, place.thread).find(({ streaming }) => streaming === 'live'),
    );
    slack.stopStream({ user: ada, channel: place.channel, ts: live.ts });
    slack.say({ user: ada, channel: place.channel, threadTs: place.thread, text: 'and now?' });
    await slack.until(() => world.replies(place.channel, place.thread).some((reply) => textOf(reply) === 'here I am'));
    const prompt = world.asked.at(-1)?.messages.map(({ content }) => content);
    expect(prompt).toContain(`${SENTENCE}${STOPPED}`);
  });

  test('falls back to a message with edits when Slack refuses to stream', async () => {
    const { model, slack } = await start();
    model.onMessage(/question/, { content: 'an answer' });
    slack.faults.next('chat.startStream', { status: 429, retryAfter: 60 });
    const place = ask('question', 'native');
    expect((await untilWhole(place, 'an answer')).map(textOf)).toEqual(['an answer']);
  });
});

test('REPLY_STREAMING=off posts a reply once, when it is complete', async () => {
  const { model } = await start({ REPLY_STREAMING: 'off' });
  model.onMessage(/question/, { content: SENTENCE.repeat(10).trim() }, { chunkSize: 30, latency: 5 });
  const place = ask('question', 'edit');
  await untilWhole(place, SENTENCE.trim());
  expect(world.methods(place.channel).filter((method) => method.startsWith('chat.'))).toEqual(['chat.postMessage']);
});

test("the model's text cannot notify anybody", async () => {
  const { model, ada } = await start();
  model.onMessage(
    /question/,
    { content: `Hey <!channel> and <!here|here>, <@${ada}>, @everyone: look` },
    { chunkSize: 3, latency: 2 },
  );
  const place = ask('question', 'edit');
  const replies = await untilWhole(place, 'look');
  for (const { text } of replies) expect(text).not.toMatch(/<[!@]|@(channel|here|everyone)\b/);
  for (const { args } of world.slack.calls) expect(JSON.stringify(args)).not.toMatch(/<!|@(channel|here|everyone)\b/);
});

test.each(['edit', 'native'] as const)(
  'code and addresses arrive as the model wrote them, and notify nobody (%s)',
  async (stream) => {
    const { model } = await start();
    const code = 'npm i @here/maps\n<!channel> <@U0ADA00001>';
    const content = `${SENTENCE.repeat(4)}\n\n\`\`\`\n${code}\n\`\`\`\n\nOr \`<!here>\`, see https://x.org/@here/a. Done`;
    model.onMessage(/question/, { content }, { chunkSize: 9, latency: 4 });
    model.onMessage(/root/, { content: 'ok' });
    const replies = await untilWhole(ask('question', stream), 'Done');
    const shown = replies.map(textOf).join('');
    for (const verbatim of [code, '`<!here>`', 'https://x.org/@here/a']) expect(shown).toContain(verbatim);
    expect(replies.flatMap(({ pings = [] }) => pings)).toEqual([]);
  },
);

describe('messages that arrive while a reply is being written', () => {
  test('wait, and are answered together by one reply whose prompt has all of them', async () => {
    const { model, slack, ada, bob, general } = await start();
    const held = new Gate();
    model.onMessage(/first/, async () => {
      await held.opened;
      return { content: 'answer to the first' };
    });
    model.onMessage(/fourth/, { content: 'answer to the rest' });
    const { thread } = ask('first', 'edit');
    await slack.until(() => world.asked.length > 0 || slack.status(general, thread));
    slack.say({ user: ada, channel: general, threadTs: thread, text: 'second' });
    slack.say({ user: bob, channel: general, threadTs: thread, text: 'third' });
    slack.say({ user: ada, channel: general, threadTs: thread, text: 'fourth' });
    await world.untilAcked();
    held.open();
    await expect(world.untilSays(general, thread, 'answer to the rest')).resolves.toEqual([
      'answer to the first',
      'answer to the rest',
    ]);
    expect(world.lastPrompt).toEqual([
      'user: Ada: first',
      'assistant: answer to the first',
      'user: Ada: second',
      'user: Bob: third',
      'user: Ada: fourth',
    ]);
  });
});

describe('when the model fails, the thread gets one sentence of explanation and continues', () => {
  test.each([
    [
      401,
      {
        message: 'Incorrect API key provided: sk-proj-abcdef0123456789',
        type: 'invalid_request_error',
        code: 'invalid_api_key',
      },
      /API key/,
    ],
    [
      429,
      { message: 'You exceeded your current quota', type: 'insufficient_quota', code: 'insufficient_quota' },
      /quota/,
    ],
    [
      404,
      { message: 'The model does not exist', type: 'invalid_request_error', code: 'model_not_found' },
      /OPENAI_MODEL/,
    ],
    [
      400,
      { message: 'maximum context length is 10', type: 'invalid_request_error', code: 'context_length_exceeded' },
      /longer than/,
    ],
    [400, { message: 'filtered', type: 'invalid_request_error', code: 'content_filter' }, /content filter/],
  ])('%i %j', async (status, error, sentence) => {
    const { model, slack, ada, general } = await start();
    world.echo();
    model.nextRequestError(status, error);
    const { thread } = ask('question', 'edit');
    const [reply] = await slack.until(() =>
      world.replies(general, thread).length > 0 ? world.replies(general, thread) : undefined,
    );
    expect(textOf(reply as Message)).toMatch(sentence);
    expect(textOf(reply as Message)).not.toMatch(/sk-|Error|at .*\.js/);
    slack.say({ user: ada, channel: general, threadTs: thread, text: 'again' });
    await world.untilSays(general, thread, 'Re: Ada: again');
    // Apologies are not part of the prompt.
    expect(world.lastPrompt).toEqual(['user: Ada: question', 'user: Ada: again']);
    expect(world.logs.join('')).not.toContain('sk-proj-abcdef');
  });

  test('a channel archived meanwhile gets no reply, and the bot continues in other places', async () => {
    const { slack, ada, general, botId } = await start();
    world.echo();
    const doomed = slack.addChannel({ name: 'doomed', members: [ada, botId] }).id;
    slack.faults.next('chat.postMessage', { error: 'is_archived', when: ({ channel }) => channel === doomed });
    slack.say({ user: ada, channel: doomed, text: `<@${botId}> anybody?` });
    await slack.until(() => slack.calls.some(({ result }) => result?.['error'] === 'is_archived'));
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> here` });
    await world.untilSays(general, ts, 'Re: Ada: here');
    expect(world.replies(doomed)).toEqual([]);
  });
});
