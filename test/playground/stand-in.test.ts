import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import type { CompletionEvent, PromptMessage, Usage } from '../../src/core/ports.js';
import { systemClock } from '../../src/ops/clock.js';
import { standInPictures } from '../../src/playground/stand-in-pictures.js';
import { standIn } from '../../src/playground/stand-in.js';
import { buildPrompt } from '../../src/prompt/prompt.js';
import { summaryPrompt } from '../../src/prompt/summary.js';
import { messageTokens } from '../../src/prompt/tokens.js';
import { withoutFences } from '../../src/slack/outbound/charts.js';
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

/** The prompt for a question in a channel where two messages stood before it. */
function withChannelBefore(question: string): PromptMessage[] {
  return buildPrompt({
    conversation: turnsOf([person(2, question)], [2], {
      channelBefore: [person(0, 'the red one'), person(1, 'no,\n\nthe blue one')],
    }),
    names: new Map([[ANN, 'Ann']]),
    shared: true,
    system: 'You are Skein.',
    budgetTokens: 10_000,
  }).messages;
}

const FOOTER = '\n\n_— demo model_';

describe('an answer', () => {
  test('to what takes a model lists the prompt that one would have got, and is signed', async () => {
    const { text, last } = await complete([SYSTEM, said('Ada: where were we?')]);
    expect(text).toMatch(/^That takes a real model, and I'm only a demo\./);
    expect(text).toContain(
      '2 messages (instructions, 1 by Ada):\n\n1. **system**: You are Skein.\n2. **Ada**: where were we?\n\n',
    );
    expect(text.endsWith(FOOTER)).toBe(true);
    expect(last).toMatchObject({ type: 'done', finishReason: 'stop' });
  });

  test('is shorter after the first one', async () => {
    const { text } = await complete(
      [SYSTEM, said('which yarn?'), { role: 'assistant', content: 'I am\n\na demo' }, said('and now?')],
      IN_DM,
    );
    expect(text).toMatch(/^I can't answer that one either/);
    expect(text).toContain(`2. **you**: which yarn?\n3. **me**: I am a demo\n4. **you**: and now?${FOOTER}`);
  });

  test('counts messages by author, and lists only the newest of a long conversation', async () => {
    const turns = Array.from({ length: 20 }, (_, n): PromptMessage =>
      n % 4 === 3 ? { role: 'assistant', content: `answer ${n}` } : said(`${n % 2 ? 'Ada' : 'Grace'}: line ${n}`),
    );
    const { text } = await complete([SYSTEM, ...turns]);
    expect(text).toContain(
      '21 messages (instructions, 10 by Grace, 5 by Ada, 5 by me):\n\nThe latest:\n\n14. **Grace**: line 12\n',
    );
    expect(text).toContain('21. **me**: answer 19');
  });

  test('lists what stood in the channel before, each message with its speaker', async () => {
    const { text } = await complete(withChannelBefore('why so?'));
    expect(text).toContain('4 messages (instructions, 2 by Ann (in the channel before), 1 by Ann)');
    expect(text).toContain(
      '2. **Ann (in the channel before)**: the red one\n3. **Ann (in the channel before)**: no, the blue one\n4. **Ann**: why so?\n',
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
    [
      'quotes the beginnings of messages',
      [],
      '2 messages, of which the demo model kept the beginnings of the latest 2:',
    ],
    [
      'keeps the lines of an earlier summary that it replaces',
      [segmentOf([person(0, 'plums!')], '2 messages, of which some begin:\n- Ann: *plums*!\n- me: Noted.')],
      '4 messages, of which the demo model kept the beginnings of the latest 4:\n- Ann: *plums*!\n- me: Noted.',
    ],
  ])('to a request for a summary %s', async (_, segments, beginning) => {
    const turns = [assistant(1, 'Noted.', 0), person(2, 'and pears'), person(3, 'so?')];
    const input = { names: new Map([[ANN, 'Ann']]), shared: true, system: 'You are Skein.', budgetTokens: 10_000 };
    const { messages: asked } = summaryPrompt(
      { ...input, conversation: turnsOf(turns) },
      { turns: turns.slice(0, 2), segments },
      500,
    );
    expect((await complete(asked)).text).toBe(`${beginning}\n- me: Noted.\n- Ann: and pears`);
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

describe('the tour', () => {
  const answerTo = async (question: string, conversation: string): Promise<string> =>
    (await complete([SYSTEM, said(question)], conversation)).text;

  test.each([
    'hello',
    'Hi there!',
    'hello, what can you do?',
    'What can you do for us?',
    'help',
    'good morning everybody',
    'who are you?',
    'how does this work?',
  ])('answers “%s”', async (greeting) => {
    expect(await answerTo(`Ada: ${greeting}`, IN_CHANNEL)).toMatch(/^Hello Ada! .*\n\n1\. \*\*Continue in this thread/);
  });

  test.each(['hello world programs are short', 'help me choose a yarn', 'hi, which yarn goes further?'])(
    'does not answer “%s”',
    async (question) => {
      expect(await answerTo(`Ada: ${question}`, IN_CHANNEL)).toContain('takes a real model');
    },
  );

  test('fits the place: a channel, a thread of a DM, a flat DM', async () => {
    expect(await answerTo('Ada: hello', IN_CHANNEL)).toContain('Write as');
    expect(await answerTo('hello', 'T1:D1:1766458026.240809')).toMatch(/^Hello! .*\n\n1\. \*\*Continue in this thread/);
    expect(await answerTo('hello', IN_DM)).toMatch(/^Hello! .*\n\n1\. \*\*Just continue/);
  });

  test('says that it has read what stood in the channel before', async () => {
    expect((await complete(withChannelBefore('hello'))).text).toContain('I have also read the 2 messages above');
  });
});

describe('a question about what was said', () => {
  const CHAT = [
    SYSTEM,
    said('Grace: The mill wants the order by Friday'),
    said('Ada: *Sock* yarn goes further'),
    said('Linus: worsted is warm'),
    said('Linus: ok, but who will go by Friday?'),
    said("Grace: ok, let's take sock yarn"),
  ];
  const ask = async (question: string): Promise<string> => (await complete([...CHAT, said(`Ada: ${question}`)])).text;
  const ADA = String.raw`> **Ada**: \*Sock\* yarn goes further`;
  const GRACE = "> **Grace**: ok, let's take sock yarn";

  test.each<[string, string[]]>([
    ['who said sock?', [ADA, GRACE]],
    ['who mentioned “sock yarn”?', [ADA, GRACE]],
    ['who talked about socks', [ADA, GRACE]],
    ['Who said anything about the mill?', ['> **Grace**: The mill wants the order by Friday']],
    ['what did Linus say about warm wool?', []],
    ['what did Linus say about worsted?', ['> **Linus**: worsted is warm']],
    ['what did @grace say about yarn?', [GRACE]],
    ['did anyone mention worsted?', ['> **Linus**: worsted is warm']],
    ['what did we agree on?', ['> **Grace**: The mill wants the order by Friday', GRACE]],
    ['What have we decided?', ['> **Grace**: The mill wants the order by Friday', GRACE]],
    [
      'please summarise',
      [
        '> **Grace**: The mill wants the order by Friday',
        ADA,
        '> **Linus**: worsted is warm',
        '> **Linus**: ok, but who will go by Friday?',
        GRACE,
      ],
    ],
  ])('%s', async (question, quoted) => {
    expect((await ask(question)).split('\n').filter((line) => line.startsWith('>'))).toEqual(quoted);
  });

  test('says so when nobody said it', async () => {
    expect(await ask('who said plums?')).toMatch(/^I found no message with “plums” in this conversation/);
    expect(await ask('what did Zoe say?')).toMatch(/^I found no message by Zoe in this conversation/);
  });

  test('quotes no earlier question of this kind', async () => {
    const { text } = await complete([...CHAT, said('Ada: who said linen?'), said('Ada: who said linen?')]);
    expect(text).toMatch(/^I found no message with “linen”/);
  });

  test('quotes what stood in the channel before', async () => {
    const { text } = await complete(withChannelBefore('who said blue?'));
    expect(text).toContain('> **Ann (in the channel before)**: no, the blue one');
  });

  test('admits that there is nothing yet', async () => {
    const first = async (question: string): Promise<string> =>
      (await complete([SYSTEM, said(`Ada: ${question}`)])).text;
    expect(await first('what did we agree on?')).toMatch(/^Nothing has been said yet/);
    expect(await first('summarize')).toMatch(/^Nothing to summarize yet/);
  });

  test('quotes a summary of older turns once escaped', async () => {
    const segments = [segmentOf([person(0, 'x')], '1 message:\n- Ann: *plums* \\*')];
    const { messages } = buildPrompt({
      conversation: turnsOf([person(1, 'and pears'), person(2, 'summarize')], [2], { segments }),
      names: new Map([[ANN, 'Ann']]),
      shared: true,
      system: 'You are Skein.',
      budgetTokens: 10_000,
    });
    const { text } = await complete(messages);
    expect(text).toContain(String.raw`> **a summary**: 1 message: - Ann: \*plums\* \\\*`);
    expect(text).toContain('> **Ann**: and pears');
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

  test('chart: in the form of which a chart is made', async () => {
    expect(withoutFences((await complete([said('Grace: a chart, please')])).text).charts).toHaveLength(1);
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
    expect(answer.text).not.toContain('takes a real model');
  });

  test.each(['how long is the table', 'the code has an error'])(
    'not for a keyword inside a sentence: %s',
    async (sentence) => {
      expect((await complete([said(`Ada: ${sentence}`)])).text).toContain('takes a real model');
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

test.each([
  ['show me a picture', '```image name=yarn.png\nThree balls'],
  ['Make it BLUE!', '```image name=yarn-blue.png from=yarn.png\nMake the yarn blue\n```'],
])('asks for a picture, and changes it: %s', async (words, form) => {
  expect((await complete([SYSTEM, said(words)], IN_DM)).text).toContain(form);
});

test('draws it in a color, and changes the picture that it is given', async () => {
  const { signal } = new AbortController();
  const maker = standInPictures(systemClock, true);
  const { picture: red } = await maker.make('red yarn', undefined, signal);
  const { picture: blue } = await maker.make('Make it blue', red, signal);
  const balance = async (bytes: Uint8Array): Promise<number> => {
    const { channels } = await sharp(bytes).stats();
    return (channels[0]?.mean ?? 0) - (channels[2]?.mean ?? 0);
  };
  expect(await balance(red.bytes)).toBeGreaterThan(10);
  expect(await balance(blue.bytes)).toBeLessThan(-10);
  const sizes = await Promise.all([red, blue].map(({ bytes }) => sharp(bytes).metadata()));
  expect(sizes.map(({ width, height, format }) => [width, height, format])).toEqual([
    [512, 512, 'png'],
    [512, 512, 'png'],
  ]);
});
