import { afterEach, describe, expect, test } from '@jest/globals';
import { SimulatorUsageError, type Simulator } from '../../src/simulator/index.js';
import { Closers, openOffice } from './support.js';

const closers = new Closers();

afterEach(() => closers.closeAll());

const colorOf = (svg: string): string => /<rect width="100" height="100" fill="#([0-9a-f]{6})"/.exec(svg)?.[1] ?? '';
const initialsOf = (svg: string): string | undefined => /<text[^>]*>([^<]*)<\/text>/.exec(svg)?.[1];

/** Contrast ratio between a color and white. https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio */
function contrastWithWhite(color: string): number {
  const [red = 0, green = 0, blue = 0] = [0, 2, 4]
    .map((place) => Number.parseInt(color.slice(place, place + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
}

function addPeople(slack: Simulator, count: number): string[] {
  return Array.from({ length: count }, (_, place) => slack.addUser({ name: `person${place}` }).id);
}

describe("a person's avatar", () => {
  test.each([
    ['Ann Lee', 'AL'],
    ['bob', 'B'],
    ['Ada  King of Lovelace ', 'AL'],
    ['Émile Zola', 'ÉZ'],
    ['👩‍💻 Dev', '👩‍💻D'],
    ['<b> & "q"', '&lt;&quot;'],
  ])('for the name %s shows %s', async (displayName, initials) => {
    const { slack } = await openOffice(closers);
    expect(initialsOf(slack.avatar(slack.addUser({ name: 'x', displayName }).id))).toBe(initials);
  });

  test('is white on a color with enough contrast, a different color for each of the first six people', async () => {
    const { slack, ann, bob } = await openOffice(closers);
    slack.addUser({ name: 'other', app: true });
    const colors = [ann, bob, ...addPeople(slack, 10)].map((id) => colorOf(slack.avatar(id)));
    expect(new Set(colors.slice(0, 6)).size).toBe(6);
    for (const color of colors) expect(contrastWithWhite(color)).toBeGreaterThan(4.5);
    expect(slack.avatar(ann)).toContain('fill="#fff"');
  });

  test('stays the same when people are added', async () => {
    const { slack, ann } = await openOffice(closers);
    const before = slack.avatar(ann);
    addPeople(slack, 3);
    expect(slack.avatar(ann)).toBe(before);
  });

  test('escapes markup in the name and drops characters XML forbids', async () => {
    const { slack } = await openOffice(closers);
    const { id } = slack.addUser({ name: 'x', displayName: '</title><script>alert("1")</script> \u0000\ud800\'&' });
    expect(slack.avatar(id)).toContain(
      '<title>&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &apos;&amp;</title>',
    );
  });

  test('has the requested size, and throws for an unknown user', async () => {
    const { slack, ann } = await openOffice(closers);
    expect(slack.avatar(ann, 48)).toContain('width="48" height="48" viewBox="0 0 100 100"');
    expect(() => slack.avatar('U0NOBODY')).toThrow(SimulatorUsageError);
  });
});

describe("a bot's avatar", () => {
  test('shows no initials, and differs between apps', async () => {
    const { slack, bot } = await openOffice(closers);
    const other = slack.addUser({ name: 'other', app: true }).id;
    const svg = slack.avatar(bot);
    expect(initialsOf(svg)).toBeUndefined();
    expect(contrastWithWhite(colorOf(svg))).toBeGreaterThan(4.5);
    expect(colorOf(slack.avatar(other))).not.toBe(colorOf(svg));
  });
});

describe('avatar URLs', () => {
  test('from a profile serve its avatar without a token, in the profile color', async () => {
    const { client, slack, ann } = await openOffice(closers);
    const { user } = await client.users.info({ user: ann });
    const response = await fetch(user?.profile?.image_192 ?? '');
    expect(response.headers.get('content-type')).toBe('image/svg+xml; charset=utf-8');
    expect(await response.text()).toBe(slack.avatar(ann, 192));
    expect(colorOf(slack.avatar(ann))).toBe(user?.color);
  });

  test("from bots.info and from a bot's messages serve its avatar", async () => {
    const { client, slack, bot, general } = await openOffice(closers);
    const { bot: info } = await client.bots.info({ bot: slack.bot.botId });
    const { message } = await client.chat.postMessage({ channel: general, text: 'x' });
    expect(message).toMatchObject({ bot_profile: { icons: info?.icons } });
    expect(await (await fetch(info?.icons?.image_48 ?? '')).text()).toBe(slack.avatar(bot, 48));
  });

  test.each(['U0NOBODY-72.svg', 'nonsense', '../avatars/', 'U0NOBODY-0.svg'])('return 404 for %s', async (name) => {
    const { slack } = await openOffice(closers);
    expect((await fetch(new URL(`../avatars/${name}`, slack.apiUrl))).status).toBe(404);
  });
});

describe('a profile', () => {
  test("has the name without accents, the time zone, and a bot's ids", async () => {
    const { client, slack, bot } = await openOffice(closers);
    const { id } = slack.addUser({ name: 'emile', displayName: 'Émile Zola', timeZone: 'America/Los_Angeles' });
    expect((await client.users.info({ user: id })).user).toMatchObject({
      tz: 'America/Los_Angeles',
      tz_label: 'Pacific Standard Time',
      tz_offset: -28_800,
      profile: {
        display_name: 'Émile Zola',
        display_name_normalized: 'Emile Zola',
        real_name_normalized: 'Emile Zola',
      },
    });
    const { botId, appId } = slack.bot;
    expect((await client.users.info({ user: bot })).user?.profile).toMatchObject({ bot_id: botId, api_app_id: appId });
  });
});
