import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { pingsIn as pingsAtWorst } from '../../../src/simulator/pings.js';
import { contentArguments } from '../../../src/slack/outbound/blocks.js';
import { settledPrefix, withoutPings } from '../../../src/slack/outbound/pings.js';
import { ReplyText } from '../../../src/slack/outbound/reply-text.js';

/** Whether Slack would notify anybody: complete tokens, and broadcast names that are not part of a longer word. */
function pings(text: string): boolean {
  return (
    /<@[UWB][A-Z0-9]+(\|[^>]*)?>/.test(text) ||
    /<!(channel|here|everyone|group|subteam\^[^>]*)(\|[^>]*)?>/i.test(text) ||
    /(?<![A-Za-z0-9])@(channel|here|everyone)(?!_*[A-Za-z0-9])/i.test(text)
  );
}

interface Sent {
  text?: string;
  markdown_text?: string;
  blocks?: unknown[];
}

/** What is sent to Slack to show `text`. */
function sentFor(text: string): Sent[] {
  const reply = new ReplyText('');
  reply.write(text);
  return reply.contents(true).map((content) => contentArguments(content));
}

const pingsIn = ({ text = '', markdown_text: markdown = '', blocks = [] }: Sent): string[] => [
  ...pingsAtWorst(text),
  ...pingsAtWorst(markdown, markdown === '' ? blocks : [{ type: 'markdown', text: markdown }]),
];

const visible = (text: string): string => text.replaceAll('\u200B', '');

describe('a ping has no effect, and reads the same', () => {
  test.each([
    ['<!channel>', '@channel'],
    ['<!here>', '@here'],
    ['<!here|here>', '@here'],
    ['<!here|@here>', '@here'],
    ['<!everyone>', '@everyone'],
    ['<!EVERYONE>', '@EVERYONE'],
    ['<!group>', '@group'],
    ['<!subteam^S0TEAM00001>', '@S0TEAM00001'],
    ['<!subteam^S0TEAM00001|@oncall>', '@oncall'],
    ['<!subteam^S1|@x>', '@x'],
    ['<@U1>', '@U1'],
    ['<@U1|ann>', '@ann'],
    ['<@W0ANN000001|@ann>', '@ann'],
    ['<@U1|>', '@'],
    ['@channel', '@channel'],
    ['@here', '@here'],
    ['@everyone!', '@everyone!'],
    ['@Here, @EVERYONE: (@channel)', '@Here, @EVERYONE: (@channel)'],
    ['_@channel_', '_@channel_'],
    ['__@here__', '__@here__'],
    ['@here_', '@here_'],
    ['snake_@everyone', 'snake_@everyone'],
    ['**_@Here_**, ___@everyone___', '**_@Here_**, ___@everyone___'],
    ['hi<@U1>hi', 'hi@U1hi'],
    ['<@U1|@here>', '@here'],
  ])('%s', (text, shown) => {
    expect(pings(text)).toBe(true);
    expect(pings(withoutPings(text))).toBe(false);
    expect(visible(withoutPings(text))).toBe(shown);
  });

  test.each([
    '<!here|<@U1>>',
    '<@U1|<!here>>',
    '<<!date^0|@U1>>',
    '<<!date^0>@U1>',
    '<<!date^0|!channel>>',
    '@<!date^0|here>',
    '@he<!date^0|re>',
    '<!subteam^<@U1>|x>',
    '<!here|<!here|<!here|x>>>',
    '<@U1|\n<@U2>>',
    '<!subteam^<!date^1>>',
    '<!subteam^S1|@every>one',
    '<!date^1|@every>one',
  ])('even if it is hidden in another one: %s', (text) => {
    for (let end = 0; end <= text.length; end += 1) {
      const seen = withoutPings(settledPrefix(text.slice(0, end)));
      expect(pings(seen)).toBe(false);
      expect(withoutPings(text).startsWith(seen)).toBe(true);
    }
    expect(pings(withoutPings(text))).toBe(false);
  });
});

describe('a ping that Markdown spells in another way', () => {
  const spelled = [
    '&lt;!here&gt;',
    '&LT;!channel&gt;',
    '&#60;@U0ADA00001&#62;',
    '&#x3C;!everyone>',
    '&#0060;&#33;here&gt;',
    '<&excl;here>',
    '<&#64;U0ADA00001>',
    '<\\!here>',
    '<\\@U0ADA00001>',
    '\\&lt;!here&gt;',
    '&lt;&commat;U0ADA00001&gt;',
    '&#64;here',
    '&#x40;channel',
    '&commat;everyone',
    '@&#104;ere',
  ];

  test.each(spelled)('has no effect, and reads the same: %s', (text) => {
    expect(visible(withoutPings(text))).toBe(text);
    expect(sentFor(text).flatMap((args) => pingsIn(args))).toEqual([]);
    for (let end = 0; end <= text.length; end += 1)
      expect(withoutPings(text).startsWith(withoutPings(settledPrefix(text.slice(0, end))))).toBe(true);
  });

  test.each(spelled)('stays as it is in code: %s', (text) => {
    const code = `Type \`${text}\` here`;
    expect(withoutPings(code)).toBe(code);
    const sent = sentFor(code);
    expect(sent.flatMap((args) => pingsIn(args))).toEqual([]);
    expect(JSON.stringify(sent.map(({ blocks }) => blocks))).toContain(JSON.stringify(text));
  });
});

describe('code and addresses', () => {
  test.each([
    '`npm i @here/maps` and `<!here>` and ``a ` <@U1>``',
    '```sh\nnpm i @here/maps\n<!channel>\n```\n',
    '~~~~\n<@U1>\n~~~\n@everyone\n~~~~',
    '- item\n  ```\n  <!here>\n  ```\n- next',
    '> ```\n> @channel\n> ```\n',
    'Text\n\n    npm i @here/maps\n',
    'https://cdn.example.com/@here/maps.js and <https://x.org/@here>',
    '[docs](https://x.org/@everyone/)',
  ])('stay as they are, and what is sent pings nobody: %s', (text) => {
    expect(withoutPings(text)).toBe(text);
    const sent = sentFor(text);
    expect(sent.flatMap((args) => pingsIn(args))).toEqual([]);
    expect(sent.map((args) => JSON.stringify(args.blocks)).join('')).not.toContain('\u200B');
  });

  test.each([
    ['`a` @here `b`', '`a` @\u200Bhere `b`'],
    ['```\n@here\n```\n@here', '```\n@here\n```\n@\u200Bhere'],
    ['`a\n\n@here`', '`a\n\n@\u200Bhere`'],
    ['\\`@here\\`', '\\`@\u200Bhere\\`'],
    ['https://x.org/ @here', 'https://x.org/ @\u200Bhere'],
  ])('end where they end: %j', (text, safe) => {
    expect(withoutPings(text)).toBe(safe);
  });

  test('that are still open are held back, so that what is shown stays', () => {
    const text = 'Run `npm i @here/maps` now';
    for (let end = 0; end <= text.length; end += 1)
      expect(text.startsWith(withoutPings(settledPrefix(text.slice(0, end))))).toBe(true);
  });
});

describe('text that pings nobody', () => {
  test.each([
    'Hello, world.',
    'ann@example.com, bob@here.com and all@channel.io',
    '<https://example.com/@hereford>',
    '[docs](https://example.com/a?b=<c>)',
    '<#C0GENERAL01|general>',
    'List<@NonNull String> names = Map.<@Nullable K, V>of();',
    '<!DOCTYPE html>\n<!-- a comment -->\n<p>x</p>',
    'a < b && c > d',
    'if (a <@b) {',
    '<a@b.c>',
    '@heretic, @channels, @everyone_else and @hereford',
    '@Override public void here() {}',
    'npm i @scope/package',
    '&lt;b&gt; &amp; &#64; 12:00',
    'a &lt; b, x@y.org and me &commat; home',
    'C# <3 😀',
  ])('%s', (text) => {
    expect(withoutPings(text)).toBe(text);
  });

  test('becomes plain text if it is a date', () => {
    expect(visible(withoutPings('on <!date^1766458031^{date_short}|Dec 23>'))).toBe('on Dec 23');
  });

  test('contains no date after a token inside a date is removed', () => {
    const once = withoutPings('<!date^<@U1>>');
    expect(withoutPings(once)).toBe(once);
  });

  test('stays the same when it is processed twice', () => {
    fc.assert(
      fc.property(texts, (text) => {
        expect(withoutPings(withoutPings(text))).toBe(withoutPings(text));
      }),
    );
  });
});

describe('the settled prefix of a growing text', () => {
  test.each([
    ['Hello', 'Hello'],
    ['Hello <', 'Hello '],
    ['Hello <@', 'Hello '],
    ['Hello <@U0A', 'Hello '],
    ['Hello <!subteam^S1|@on', 'Hello '],
    ['Hello @', 'Hello '],
    ['Hello @her', 'Hello '],
    ['Hello @everyone', 'Hello '],
    ['Hello @everyone,', 'Hello @everyone,'],
    ['Hello @here_', 'Hello '],
    ['Hello @here__', 'Hello '],
    ['Hello @here_b', 'Hello @here_b'],
    ['Hello \ud83d', 'Hello '],
    ['Hello 😀', 'Hello 😀'],
    ['Hello @somebodyelse', 'Hello @somebodyelse'],
    ['Hello <b', 'Hello <b'],
    ['a < b', 'a < b'],
    ['Hello <@U1>', 'Hello <@U1>'],
    ['Hello <!-- \n', 'Hello <!-- \n'],
    ['', ''],
  ])('%j', (text, settled) => {
    expect(settledPrefix(text)).toBe(settled);
  });

  test('does not wait forever for the end of what only begins like a token', () => {
    const text = `<!-- ${'word '.repeat(100)}`;
    expect(settledPrefix(text)).toBe(text);
    expect(settledPrefix(`${text}@her`)).toBe(text);
  });

  test('never contains a ping or half a character, and the final text begins with it', () => {
    fc.assert(
      fc.property(texts, (text) => {
        const whole = withoutPings(text);
        expect(whole).not.toMatch(/\p{Surrogate}/u);
        for (let end = 0; end <= text.length; end += 1) {
          const seen = withoutPings(settledPrefix(text.slice(0, end)));
          expect(pings(seen)).toBe(false);
          expect(seen).not.toMatch(/\p{Surrogate}/u);
          expect(whole.startsWith(seen)).toBe(true);
        }
        expect(pings(whole)).toBe(false);
      }),
      { numRuns: 300 },
    );
  });

  test('contains no ping even if a token is longer than the limit', () => {
    const text = `see <!subteam^S1|${'x'.repeat(300)}> and <@U1|${'y'.repeat(300)}>`;
    for (let end = 0; end <= text.length; end += 1)
      expect(pings(withoutPings(settledPrefix(text.slice(0, end))))).toBe(false);
  });
});

const TOKENS = [
  '<@U1>',
  '<@U1|ann>',
  '<!here>',
  '<!channel|x>',
  '<!subteam^S1|@x>',
  '<!date^1|soon>',
  '<!date^1>',
  '<!DOCTYPE html>',
  'List<@NonNull String>',
  '&lt;!here&gt;',
];
const FRAGMENTS = [
  '@here',
  '@CHANNEL',
  '@every',
  'one',
  'here',
  'channel',
  '<',
  '<@',
  '<!',
  '>',
  '|',
  '@',
  '!',
  'U1',
  'S1',
  'date^',
  'subteam^',
  'a',
  '_',
  '__',
  '&lt;',
  '&#64;',
  '\\',
  '\ud83d',
  '\ude00',
  ' ',
  '\n',
  '.',
  '😀',
  '\u200B',
];
/** Texts of tokens and their fragments. */
const texts = fc.array(fc.constantFrom(...TOKENS, ...FRAGMENTS), { maxLength: 14 }).map((pieces) => pieces.join(''));
