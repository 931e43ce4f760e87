import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { mentionsIn, plainText } from '../../../src/slack/inbound/text.js';

const BOT = 'U0SKEIN0001';

describe('the mention of the bot is removed at the start of the text', () => {
  test.each([
    ['at the start', `<@${BOT}> what is new?`, 'what is new?'],
    ['with a comma behind it', `<@${BOT}>, what is new?`, 'what is new?'],
    ['with a colon behind it', `<@${BOT}>: what is new?`, 'what is new?'],
    ['in the middle', `Hello <@${BOT}> what is new?`, `Hello <@${BOT}> what is new?`],
    ['at the end', `What is new, <@${BOT}>`, `What is new, <@${BOT}>`],
    ['before a question mark', `What is new <@${BOT}>?`, `What is new <@${BOT}>?`],
    ['labelled with a name', `<@${BOT}|skein> what is new?`, 'what is new?'],
    ['on a line of its own', `<@${BOT}>\nwhat is new?`, 'what is new?'],
    ['twice', `<@${BOT}> hey <@${BOT}>`, `hey <@${BOT}>`],
    ['twice at the start', `<@${BOT}>: <@${BOT}|skein>, hey`, 'hey'],
    ['not in a genitive', `<@${BOT}>'s answer`, `<@${BOT}>'s answer`],
    ['where it stands alone', `<@${BOT}>`, ''],
    ['alone among blanks', `  <@${BOT}> \n`, ''],
  ])('%s', (_where, text, plain) => {
    expect(plainText(text, BOT)).toBe(plain);
  });

  test('but not of a person whose id begins with the same characters', () => {
    expect(plainText(`<@${BOT}9> hi`, BOT)).toBe(`<@${BOT}9> hi`);
  });
});

describe("Slack's markup reads as plain text", () => {
  test.each([
    ['a person', '<@U0ANN000001> knows', '<@U0ANN000001> knows'],
    ['a person with a label', '<@U0ANN000001|ann> knows', '<@U0ANN000001> knows'],
    ['a person of Enterprise Grid', '<@W0ANN000001> knows', '<@W0ANN000001> knows'],
    ['a channel', 'see <#C0GENERAL01|general>', 'see #general'],
    ['a channel without a name', 'see <#C0GENERAL01>', 'see <@#C0GENERAL01>'],
    ['a channel with an empty label', 'see <#C0GENERAL01|>', 'see <@#C0GENERAL01>'],
    ['two of them', '<#C1|> and <#C2|>', '<@#C1> and <@#C2>'],
    ['a channel whose id is none', 'see <#general>', 'see #channel'],
    ['a user group', 'ask <!subteam^S0TEAM00001|@oncall>', 'ask @oncall'],
    ['a user group without a label', 'ask <!subteam^S0TEAM00001>', 'ask <@!S0TEAM00001>'],
    ['a user group with an empty label', 'ask <!subteam^S0TEAM00001|>', 'ask <@!S0TEAM00001>'],
    ['a user group whose id is none', 'ask <!subteam>', 'ask @group'],
    ['everybody', '<!everyone> look', '@everyone look'],
    ['everybody here', '<!here> look', '@here look'],
    ['everybody here in the old form', '<!here|here> look', '@here look'],
    ['the channel, labelled', '<!channel|@channel> look', '@channel look'],
    ['a date', 'on <!date^1766458031^{date_short}|Dec 23, 2025>', 'on Dec 23, 2025'],
    ['a date without a label', 'on <!date^1766458031^{date_short}>', 'on a date'],
    ['a bare link', '<https://example.com/a?b=1&amp;c=2>', 'https://example.com/a?b=1&c=2'],
    ['a link with a label', '<https://example.com|the &lt;docs&gt;>', '[the <docs>](https://example.com)'],
    ['a link that Slack made of a bare domain', '<http://example.com|example.com>', 'http://example.com'],
    ['an email address', '<mailto:bob@example.com|bob@example.com>', 'bob@example.com'],
    ['escaped characters', 'a &lt; b &amp;&amp; c &gt; d', 'a < b && c > d'],
    ['an escaped escape', 'write &amp;lt; for &lt;', 'write &lt; for <'],
    ['a lone angle bracket', 'a < b', 'a < b'],
    ['empty angle brackets', 'a <> b', 'a <> b'],
    ['several lines', 'one\n\n  two', 'one\n\n  two'],
  ])('%s', (_what, text, plain) => {
    expect(plainText(text, BOT)).toBe(plain);
  });

  test('a typed imitation of a mention does not become a mention', () => {
    const plain = plainText('&lt;@U0ANN000001&gt; and &lt;@U0BEN000001|ben&gt;', BOT);
    expect(plainText('&lt;@#C0GENERAL01&gt; &lt;@!S0TEAM00001&gt;', BOT)).not.toMatch(/<@/);
    expect(plain).not.toMatch(/<@/);
    expect(plain.replaceAll('\u200B', '')).toBe('<@U0ANN000001> and <@U0BEN000001|ben>');
  });

  test('pieces that are harmless alone do not make a mention together', () => {
    expect(plainText('&lt;<!subteam^S1|@U0ANN000001>&gt;', BOT)).not.toMatch(/<@/);
  });

  test('the label of a link cannot imitate a mention', () => {
    expect(plainText('<https://example.com|&lt;@U0ANN000001&gt;>', BOT)).not.toMatch(/<@/);
  });
});

describe('a message names', () => {
  test.each([
    ['nobody', 'hello', [], false],
    ['two people', '<@U0ANN000001> and <@W0BEN000001|ben>', ['U0ANN000001', 'W0BEN000001'], false],
    ['a group', 'ask <!subteam^S0TEAM00001|@oncall>', [], true],
    ['everybody', '<!channel> and <@U0ANN000001>', ['U0ANN000001'], true],
    ['nobody by a date', '<!date^1766458031^{date}|today>', [], false],
    ['nobody by a typed mention', '&lt;@U0ANN000001&gt;', [], false],
    ['nobody by a link or a channel', '<https://example.com|@ann> <#C0GENERAL01>', [], false],
  ])('%s', (_who, text, people, groups) => {
    expect(mentionsIn(text)).toEqual({ people: new Set(people), groups });
  });
});

test('a turn names exactly the people that the message names, whatever surrounds them', () => {
  const piece = fc.constantFrom(
    '<@U0ANN000001>',
    '<@U0BEN000001|ben>',
    `<@${BOT}>`,
    '&lt;',
    '@U0EVE000001',
    '&gt;',
    '&amp;',
    ' and ',
    '\n',
    '<#C0GENERAL01|x>',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      const text = pieces.join('');
      const named = mentionsIn(text).people;
      named.delete(BOT);
      const read = new Set([...plainText(text, BOT).matchAll(/<@([UW][A-Z0-9]+)>/g)].map(([, id]) => id));
      read.delete(BOT);
      expect(read).toEqual(named);
    }),
  );
});
