import { describe, expect, test } from '@jest/globals';
import type { CompletionEvent, PromptMessage, Usage } from '../../src/core/ports.js';
import { systemClock } from '../../src/ops/clock.js';
import { standIn } from '../../src/playground/stand-in.js';
import { buildPrompt } from '../../src/prompt/prompt.js';
import { summaryPrompt } from '../../src/prompt/summary.js';
import { messageTokens } from '../../src/prompt/tokens.js';
import { FakeClock } from '../support/clock.js';
import { ANN, assistant, conversation as turnsOf, person, segmentOf } from '../support/turns.js';

const IN_CHANNEL = 'T1:C1:1766458026.240809';
const IN_DM = 'T1:D1:dm';
const SYSTEM: PromptMessage = { role: 'system', content: 'You are Skein.' };
const said = (content: string): PromptMessage => ({ role: 'user', content });

interface Completion {
  text: string;
  pieces: number;
  last: CompletionEvent | undefined;
  tookMs: number;
}

async function complete(messages: PromptMessage[], conversation = IN_CHANNEL): Promise<Completion> {
  const clock = new FakeClock();
  const began = clock.now();
  const events: CompletionEvent[] = [];
  const reading = (async () => {
    for await (const event of standIn(clock).complete({ messages, conversation, signal: new AbortController().signal }))
      events.push(event);
  })();
  reading.catch(() => {});
  while (clock.sleeping.length > 0) await clock.advance(Math.min(...clock.sleeping));
  await reading;
  const texts = events.flatMap((event) => (event.type === 'text' ? [event.text] : []));
  return { text: texts.join(''), pieces: texts.length, last: events.at(-1), tookMs: clock.now() - began };
}

describe('an answer', () => {
  test('says that it is by a stand-in, and lists the prompt a model would have got', async () => {
    const { text, last } = await complete([SYSTEM, said('Ada: where were we?')]);
    expect(text).toMatch(/^I am a \*\*stand-in\*\*: there is no model behind me/);
    expect(text).toContain(
      '2 messages (instructions, 1 by Ada):\n\n1. **system**: You are Skein.\n2. **Ada**: where were we?\n\n',
    );
    expect(last).toMatchObject({ type: 'done', finishReason: 'stop' });
  });

  test('introduces the stand-in more briefly after the first one', async () => {
    const { text } = await complete(
      [SYSTEM, said('hello'), { role: 'assistant', content: 'I am\n\na stand-in' }, said('again')],
      IN_DM,
    );
    expect(text).toMatch(/^Still the \*\*stand-in\*\*/);
    expect(text).toContain('2. **you**: hello\n3. **me**: I am a stand-in\n4. **you**: again\n\n');
  });

  test('counts messages by author, and lists only the newest of a long conversation', async () => {
    const turns = Array.from({ length: 20 }, (_, n): PromptMessage =>
      n % 4 === 3 ? { role: 'assistant', content: `answer ${n}` } : said(`${n % 2 ? 'Ada' : 'Grace'}: line ${n}`),
    );
    const { text } = await complete([SYSTEM, ...turns]);
    expect(text).toContain(
      '21 messages (instructions, 10 by Grace, 5 by Ada, 5 by me):\n\nThe first 9 I leave out here, not there. The newest:\n\n10. **Grace**: line 8\n',
    );
    expect(text).toContain('21. **me**: answer 19\n');
  });

  test('lists what stood in the channel before, each message with its speaker', async () => {
    const channelBefore = [person(0, 'the red one'), person(1, 'no,\n\nthe blue one')];
    const { messages } = buildPrompt({
      conversation: turnsOf([person(2, 'what did we agree on?')], [2], { channelBefore }),
      names: new Map([[ANN, 'Ann']]),
      shared: true,
      system: 'You are Skein.',
      budgetTokens: 10_000,
    });
    const { text } = await complete(messages);
    expect(text).toContain('4 messages (instructions, 2 by Ann (in the channel before), 1 by Ann)');
    expect(text).toContain(
      '2. **Ann (in the channel before)**: the red one\n3. **Ann (in the channel before)**: no, the blue one\n4. **Ann**: what did we agree on?\n',
    );
  });

  test('reports prompt tokens, and as cached those shared with the previous prompt', async () => {
    const model = standIn(systemClock, true);
    const usageOf = async (messages: PromptMessage[], conversation: string): Promise<Usage | undefined> => {
      let usage: Usage | undefined;
      for await (const event of model.complete({ messages, conversation, signal: new AbortController().signal }))
        if (event.type === 'done') usage = event.usage;
      return usage;
    };
    const [system, first, second] = [SYSTEM, said('Ada: one'), said('Ada: two')].map(({ content }) =>
      messageTokens(content),
    ) as [number, number, number];
    expect(await usageOf([SYSTEM, said('Ada: one')], IN_CHANNEL)).toMatchObject({
      promptTokens: system + first,
      cachedTokens: 0,
    });
    expect(await usageOf([SYSTEM, said('Ada: one'), said('Ada: two')], IN_CHANNEL)).toMatchObject({
      promptTokens: system + first + second,
      cachedTokens: system + first,
    });
    expect(await usageOf([SYSTEM], IN_DM)).toMatchObject({ cachedTokens: 0 });
  });

  test.each([
    ['quotes the beginnings of messages', [], '2 messages, of which the stand-in has kept how the newest 2 begin:'],
    [
      'labels an earlier summary that it replaces',
      [segmentOf([person(0, 'plums!')], 'Much.')],
      '3 messages, of which the stand-in has kept how the newest 3 begin:\n- **a summary**: Much.',
    ],
  ])('to a request for a summary %s', async (_, segments, beginning) => {
    const turns = [assistant(1, 'Noted.', 0), person(2, 'and pears'), person(3, 'so?')];
    const input = { names: new Map([[ANN, 'Ann']]), shared: true, system: 'You are Skein.', budgetTokens: 10_000 };
    const { messages: asked } = summaryPrompt(
      { ...input, conversation: turnsOf(turns) },
      { turns: turns.slice(0, 2), segments },
      500,
    );
    expect((await complete(asked)).text).toBe(`${beginning}\n- **me**: Noted.\n- **Ann**: and pears`);
  });

  test('does not take a word before a colon for a speaker in a DM', async () => {
    expect((await complete([said('note: buy yarn')], IN_DM)).text).toContain('1. **you**: note: buy yarn\n');
  });

  test('escapes and truncates the messages it lists', async () => {
    const { text } = await complete([said(`Ada: *a* <b> ${'word '.repeat(50)}`)]);
    expect(text).toContain(String.raw`**Ada**: \*a\* \<b\> word`);
    expect(text.split('\n').find((line) => line.startsWith('1.'))).toMatch(/^.{100,160}…$/);
  });
});

describe('a sample on request', () => {
  test('long: more than one message of Slack holds, with headings and paragraphs', async () => {
    const { text } = await complete([said('Ada: long')]);
    expect(Buffer.byteLength(text)).toBeGreaterThan(12_000);
    expect(text).toMatch(/\n\n## Part 2 of \d+\n\n/);
  });

  test('code: a fenced block', async () => {
    expect((await complete([said('Code!')], IN_DM)).text).toMatch(/\n```python\n[^]+\n```\n/);
  });

  test('table: a Markdown table', async () => {
    expect((await complete([said('Grace: table')])).text).toMatch(/\n\| Yarn \|.*\n\| :--- \|/);
  });

  test('error: the service is unavailable', async () => {
    await expect(complete([said('Ada: error')])).rejects.toMatchObject({ name: 'ModelError', problem: 'unavailable' });
  });

  test.each([
    'Please show me a long answer',
    'Could you write some code, please?',
    'a table',
    'give me an error message',
  ])('in a few words: %s', async (wish) => {
    const answer = await complete([said(wish)], IN_DM).catch((error: unknown) => ({ text: String(error) }));
    expect(answer.text).not.toContain('stand-in**');
  });

  test.each(['how long is the table', 'the code has an error'])(
    'not for a keyword inside a sentence: %s',
    async (sentence) => {
      expect((await complete([said(`Ada: ${sentence}`)])).text).toContain('stand-in');
    },
  );
});

test('it writes at the speed of a fast model', async () => {
  const { text, pieces, tookMs } = await complete([said('long')], IN_DM);
  const words = text.split(/\s+/).length;
  expect(pieces).toBeGreaterThan(words / 4);
  expect(words / (tookMs / 1000)).toBeGreaterThan(30);
  expect(words / (tookMs / 1000)).toBeLessThan(61);
});

test('it stops when aborted', async () => {
  const clock = new FakeClock();
  const stop = new AbortController();
  const answer = standIn(clock).complete({ messages: [said('long')], conversation: IN_DM, signal: stop.signal });
  const events = answer[Symbol.asyncIterator]();
  const first = events.next();
  await clock.advance(1_000);
  expect(await first).toMatchObject({ value: { type: 'text' } });
  const next = events.next();
  await clock.untilSleeping();
  stop.abort(new Error('enough'));
  await expect(next).rejects.toThrow('enough');
});
