/** The playground as people use it, in Chromium. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Browser } from 'playwright-core';
import { callAsBot, type OpenPlayground, playgroundForTests } from '../playground/support.js';
import { until } from '../support/until.js';
import { launchChromium } from './chromium.js';
import { ModelServer } from './model-server.js';
import { END, Visit } from './visit.js';

let browser: Browser;
let playground: OpenPlayground;
let visit: Visit;
beforeAll(async () => {
  browser = await launchChromium();
  // Low enough that two long messages are summarized.
  playground = await playgroundForTests({ instant: false, env: { VERBATIM_TOKENS: '1500' } });
});
beforeEach(async () => {
  visit = await Visit.to(playground.url, browser);
});
afterEach(async () => {
  const { browserErrors } = visit;
  await visit.close();
  expect(browserErrors).toEqual([]);
});
afterAll(async () => {
  await playground.stop();
  await browser.close();
});

const general = (): string => playground.workspace.channels[0] ?? '';

describe('a reply that is being written', () => {
  test('in a channel has a button that stops it', async () => {
    const { main, thread } = visit;
    await main.say('@skein a long answer, please');
    const reply = thread.replies.first();
    const stop = reply.getByRole('button', { name: 'Stop', exact: true });
    await stop.waitFor();
    expect(await visit.accessibilityFaults()).toEqual([]);
    await stop.click();
    await reply.getByText('Stopped here.').waitFor();
    expect(await stop.count()).toBe(0);
    expect(await reply.textContent()).not.toContain(END);
  });

  test("in a DM is stopped with Slack's own button", async () => {
    const { thread } = visit;
    await visit.go('Skein');
    await visit.main.say('a long answer, please');
    const reply = thread.replies.first();
    await reply.waitFor();
    await thread.clickAction(reply, 'Stop this reply');
    await reply.getByText('Stopped here.').waitFor();
    expect(await reply.textContent()).not.toContain(END);
  });
});

describe('a whole reply', () => {
  test('has buttons: for another answer, back to the first, and thumbs', async () => {
    const { main, thread } = visit;
    await main.say('@skein which yarn is warm?');
    const reply = await thread.reply();
    const button = (name: string) => reply.getByRole('button', { name, exact: true });
    await button('Again').click();
    await button('Again (2/2)').waitFor();
    await button('‹').click();
    await button('Again (1/2)').waitFor();
    await button('Good answer').click();
    await until(async () => (await button('Good answer').getAttribute('aria-pressed')) === 'true', 'the pressed thumb');
    expect(await visit.accessibilityFaults()).toEqual([]);
    expect(await thread.replies.count()).toBe(1);
  });
});

describe('a conversation', () => {
  test('begins with a mention, is answered in its thread word by word, and goes on without mentions', async () => {
    const { main, thread } = visit;
    await main.say('@skein which yarn goes further?');
    const reply = thread.replies.first();
    await reply.getByText('That takes a real model').first().waitFor();
    // What is typed next goes on in the thread.
    await thread.composer.and(visit.page.locator(':focus')).waitFor();
    await thread.reply();
    // What was posted first was not all of it.
    expect(playground.slack.calls.filter(({ method }) => method === 'chat.update')).not.toEqual([]);
    expect(await reply.textContent()).toContain('Ada: which yarn goes further?');
    await thread.say('and in metres?');
    const second = await thread.reply(1);
    expect(await second.textContent()).toContain('Ada: and in metres?');
    expect(await thread.replies.count()).toBe(2);
    await main.message('which yarn goes further?').getByRole('button', { name: '3 replies' }).waitFor();
  });

  test('in a DM opens a thread with a title for each question, and goes on there', async () => {
    const { main, thread } = visit;
    await visit.go('Skein');
    await main.say('which *wool*?');
    expect(await (await thread.reply()).textContent()).toContain('you: which *wool*?');
    await thread.node.getByRole('heading', { name: 'which wool?' }).waitFor();
    await thread.composer.and(visit.page.locator(':focus')).waitFor();
    await visit.page.keyboard.type('and which yarn?');
    await visit.page.keyboard.press('Enter');
    await thread.reply(1);
    await main.say('something else');
    await thread.node.getByRole('heading', { name: 'something else' }).waitFor();
    const other = await thread.reply();
    expect(await other.textContent()).not.toContain('wool');
    await main.message('which wool?').getByRole('button', { name: '3 replies' }).click();
    await thread.node.getByRole('heading', { name: 'which wool?' }).waitFor();
    expect(await thread.replies.count()).toBe(2);
    expect(await main.replies.count()).toBe(0);
  });

  test('in an empty DM can begin with a suggested prompt', async () => {
    await visit.writeAs('Linus');
    await visit.go('Skein');
    const prompts = visit.main.node.getByRole('group', { name: 'Suggested prompts' });
    await prompts.getByRole('button', { name: 'Compare options' }).click();
    await visit.thread.message('Compare SQL and NoSQL databases').first().waitFor();
    await visit.thread.reply();
    await prompts.waitFor({ state: 'hidden' });
    expect(await visit.accessibilityFaults()).toEqual([]);
  });

  test('has commands, whose answer only the person who typed them sees', async () => {
    const { main } = visit;
    await main.composer.fill('/skein help');
    await main.composer.press('Enter');
    await main.node.getByText('Only visible to you').waitFor();
    expect(await main.node.getByText('keeps the thread').count()).toBe(1);
    expect(await main.composer.inputValue()).toBe('');
    await visit.writeAs('Grace');
    await main.node.getByText('keeps the thread').waitFor({ state: 'detached' });
  });

  test('in a group DM begins with a mention as well', async () => {
    await visit.go('Grace, Linus');
    await visit.main.say('@skein who is here?');
    await visit.thread.reply();
  });

  test('rewrites its answer in place when the question is edited', async () => {
    const { main, thread } = visit;
    await main.say('@skein the green one');
    await thread.replies.first().waitFor();
    await thread.clickAction(thread.message('the green one').first(), 'Edit message');
    await thread.node.getByRole('textbox', { name: 'Edit message' }).fill('@skein the grey one');
    await thread.node.getByRole('button', { name: 'Save' }).click();
    await thread.replies.first().getByText('the grey one').waitFor();
    expect(await thread.replies.count()).toBe(1);
  });

  test('that becomes long is summarized, and the inspector shows the summary', async () => {
    const { main, thread } = visit;
    await main.say(`@skein the red one. ${'We spoke of it at length. '.repeat(140)}`);
    await thread.reply();
    await thread.say(`the blue one. ${'We spoke of it at length. '.repeat(140)}`);
    await thread.replies.nth(1).waitFor();
    await thread.say('which ones?');
    await thread.replies.nth(2).waitFor();
    const inspector = await visit.inspect();
    await inspector.getByText(/^Summary, sent in place of \d+ turns$/).click();
    await inspector.getByText(/2 messages, of which .*beginnings[^]*the red one/).waitFor();
  });

  test('renders code, a table and an error', async () => {
    const { main, thread } = visit;
    await main.say('@skein code');
    await thread.node.locator('pre code').getByText('def wind').waitFor();
    await thread.say('table');
    await thread.node.getByRole('cell', { name: 'Worsted' }).waitFor();
    await thread.say('error');
    await thread.message(/isn't responding/).waitFor();
  });
});

describe('the inspector', () => {
  test('shows memory, prompt, usage and calls, and follows an edit', async () => {
    const { main, thread } = visit;
    await main.say('@skein the red one');
    await thread.reply();
    const inspector = await visit.inspect();
    await inspector.getByText('the red one').first().waitFor();
    await inspector.getByText('answered', { exact: true }).first().waitFor();
    await inspector.getByRole('heading', { name: 'Prompt', exact: true }).waitFor();
    await inspector.getByRole('row', { name: /^This conversation 1 / }).waitFor();
    await inspector.getByRole('row', { name: /^Ada, today / }).waitFor();
    await inspector.getByText('chat.postMessage').first().waitFor();

    const said = thread.message('the red one').first();
    await thread.clickAction(said, 'Edit message');
    await thread.node.getByRole('textbox', { name: 'Edit message' }).fill('@skein the blue one');
    await thread.node.getByRole('button', { name: 'Save' }).click();
    await inspector.getByText('the blue one').first().waitFor();
    await thread.message('(edited)').first().waitFor();
    await inspector.locator('.messages').getByText('Ada: the blue one').waitFor();
  });

  test('marks an earlier question that was edited after it was answered', async () => {
    const { main, thread } = visit;
    await main.say('@skein the green one');
    await thread.reply();
    await thread.say('and which else?');
    await thread.replies.nth(1).waitFor();
    await thread.clickAction(thread.message('the green one').first(), 'Edit message');
    await thread.node.getByRole('textbox', { name: 'Edit message' }).fill('@skein the grey one');
    await thread.node.getByRole('button', { name: 'Save' }).click();
    const inspector = await visit.inspect();
    await inspector.getByText('answered before this edit').waitFor();
    await inspector.getByText('the grey one').first().waitFor();
  });

  test('lists every answer and every message without one; any of them can be looked at, also from its message', async () => {
    const { main, thread } = visit;
    await main.say('@skein the first one');
    await thread.reply();
    await thread.say('@linus and you?');
    await thread.say('the second one');
    await thread.replies.nth(1).waitFor();
    const inspector = await visit.inspect();
    const runs = inspector.getByRole('region', { name: 'Runs' });
    const timeline = inspector.getByRole('region', { name: 'Timeline' });
    await runs.getByRole('button', { name: /the second one/, disabled: false }).waitFor();
    await timeline.getByText(/Asked demo model, [56] messages/).waitFor();
    await timeline.getByText('Reply stored, question settled').waitFor();

    await runs.getByRole('button', { name: /the first one/ }).click();
    await timeline.getByText(/Asked demo model, [23] messages/).waitFor();
    await runs.getByRole('button', { name: /and you/ }).click();
    await timeline.getByText('No answer: Context only: mentions @Linus.').waitFor();
    await inspector.getByText('Nothing was sent to a model.').waitFor();

    await thread.clickAction(thread.replies.nth(1), 'What happened');
    await timeline.getByText(/Asked demo model, [56] messages/).waitFor();
    await inspector.getByRole('button', { name: 'Only what changed' }).click();
    await inspector.getByText(/[23] messages unchanged/).waitFor();
    expect(await inspector.locator('.changes .added').count()).toBe(3);
  });

  test('runs an answer again with another system message, beside the old one and outside the conversation', async () => {
    const { main, thread } = visit;
    await main.say('@skein the pirate one');
    await thread.reply();
    const inspector = await visit.inspect();
    const again = inspector.getByRole('region', { name: 'Run again with …' });
    await again.getByLabel('System message').fill('Talk like a pirate.');
    await again.getByRole('button', { name: 'Run again' }).click();
    // What is listed of a prompt depends on what was said in the channel before.
    for (const name of ['Now', 'Before']) await again.getByRole('group', { name }).getByText('— demo model').waitFor();
    expect(await thread.replies.count()).toBe(1);
    await inspector.getByRole('row', { name: /^This conversation 1 / }).waitFor();
  });

  test('can be linked to: a reload and the address keep place, person, draft and run', async () => {
    const { main, thread, page } = visit;
    await main.say('@skein the linked one');
    await thread.reply();
    await thread.say('one more');
    await thread.replies.nth(1).waitFor();
    await visit.writeAs('Grace');
    const inspector = await visit.inspect();
    await inspector.getByRole('button', { name: /the linked one/ }).click();
    await thread.composer.fill('half a sentence');
    expect(page.url()).toMatch(/\/general\/\d+\.\d+\?as=grace&inspect=r1$/);
    await page.reload();
    await thread.composer.waitFor();
    expect(await thread.composer.inputValue()).toBe('half a sentence');
    expect(await page.getByRole('radio', { name: 'Grace' }).isChecked()).toBe(true);
    await inspector.locator('[aria-current="true"]').getByText('the linked one').waitFor();
    await visit.go('Skein');
    await page.waitForURL(/\/dm\?as=grace$/);
    await page.goBack();
    await thread.message('the linked one').first().waitFor();
  });

  test('says what the last prompt left out', async () => {
    const { main, thread } = visit;
    await main.say('@skein error');
    await thread.message(/isn't responding/).waitFor();
    const inspector = await visit.inspect();
    await inspector.getByText('The last prompt had every earlier turn word for word.').waitFor();
    await thread.say('and now?');
    await inspector.getByText(/word for word, except 1 notice of the bot/).waitFor();
  });

  test('drops a deleted message', async () => {
    const { main, thread } = visit;
    await main.say('@skein keep this');
    await thread.reply();
    await thread.say('@grace not this');
    const inspector = await visit.inspect();
    const turn = inspector.getByText('not this');
    await turn.first().waitFor();
    await thread.clickAction(thread.message('not this'), 'Delete message');
    await until(async () => (await turn.count()) === 0, 'the turn to be forgotten');
    await thread.message('not this').waitFor({ state: 'detached' });
    await inspector.getByText('keep this').first().waitFor();
  });

  test('closes with Escape, and the focus stays on the page', async () => {
    await visit.go('Skein');
    await visit.main.say('hello');
    await visit.thread.reply();
    const inspector = await visit.inspect();
    await inspector.getByRole('button', { name: /close/i }).focus();
    await visit.page.keyboard.press('Escape');
    await inspector.waitFor({ state: 'hidden' });
    expect(await visit.page.evaluate('document.activeElement !== document.body')).toBe(true);
  });
});

describe('an injected fault', () => {
  test('redelivery: no second answer', async () => {
    const { main, thread } = visit;
    await main.say('@skein say it once');
    await thread.reply();
    const inspector = await visit.inspect();
    const deliveries = inspector.getByText(/^\d+ events$/).first();
    await inspector.getByText('answered', { exact: true }).first().waitFor();
    const before = Number(/\d+/.exec((await deliveries.textContent()) ?? '')?.[0]);
    await visit.fault('Deliver the last event again');
    await inspector.getByText(`${before + 1} events`).waitFor();
    // Messages of a conversation are answered in order, so the redelivery was handled before this one.
    await thread.say('and now?');
    await thread.reply(1);
    expect(await thread.replies.count()).toBe(2);
  });

  test('kill: the bot restarts and answers', async () => {
    const { page, main, thread } = visit;
    await visit.fault(/^Kill/);
    await page.getByText(/kept outside it/).waitFor();
    await main.say('@skein are you back?');
    expect(await (await thread.reply()).textContent()).toContain('are you back?');
    expect(playground.bot.status.starts).toBeGreaterThan(1);
  });

  test('broken socket: a message is answered after the reconnect', async () => {
    const { page, main, thread } = visit;
    await visit.fault('Break the socket');
    await until(() => playground.slack.socketCount === 0, 'the socket to break');
    await page.getByText(/The socket is broken\. New messages wait at Slack/).waitFor();
    await main.say('@skein does it reach you?');
    expect(await (await thread.reply()).textContent()).toContain('does it reach you?');
    expect(await thread.replies.count()).toBe(1);
  });

  test('429: the reply is late but complete, and the inspector shows the failed call', async () => {
    const { page, main, thread } = visit;
    await visit.fault('Rate-limit Slack calls (429)');
    await page.getByText(/gets a 429 \(retry after 3 s\)/).waitFor();
    await main.say('@skein all of it, please');
    const inspector = await visit.inspect();
    await inspector.getByText('ratelimited (429)').first().waitFor();
    expect(await (await thread.reply()).textContent()).toContain('all of it, please');
    expect(await thread.replies.count()).toBe(1);
    // Remove the 429s that this reply did not use up.
    playground.slack.faults.clear();
  });

  test('and what it did can be seen without scrolling, with a model to offer too', async () => {
    const localServers = [{ name: 'Ollama', baseUrl: 'http://127.0.0.1:1/v1', models: ['llama3.2'] }];
    const other = await playgroundForTests({ localServers: () => localServers });
    await visit.close();
    visit = await Visit.to(other.url, browser);
    try {
      await visit.fault(/^Kill/);
      await visit.page.getByText(/kept outside it/).waitFor();
      expect(await visit.page.evaluate('document.querySelector("#sidebar").scrollHeight')).toBe(800);
      await visit.page.getByText('The bot is starting…').waitFor({ state: 'hidden' });
    } finally {
      await visit.close();
      visit = await Visit.to(playground.url, browser);
      await other.stop();
    }
  });

  test('broken answer: restarts, and the inspector shows it', async () => {
    const { main, thread } = visit;
    await visit.fault(/halfway/);
    await main.say('@skein hello');
    await thread.reply();
    const inspector = await visit.inspect();
    await inspector.getByText(/restarted once/).waitFor();
    expect(await thread.replies.count()).toBe(1);
  });
});

describe('messages', () => {
  test('complete mentions at an @, by mouse and keyboard', async () => {
    const { page, main } = visit;
    await main.composer.pressSequentially('ask @gr');
    await page.getByRole('option', { name: /Grace/ }).waitFor();
    await main.composer.press('Enter');
    expect(await main.composer.inputValue()).toBe('ask @grace ');
    await main.composer.pressSequentially('or @');
    await page.getByRole('option', { name: /Linus/ }).click();
    expect(await main.composer.inputValue()).toBe('ask @grace or @linus ');
    await main.composer.fill('');
  });

  test('complete channels and emoji too, and take emoji from a picker', async () => {
    const { page, main } = visit;
    await main.composer.pressSequentially('see #ran');
    await page.getByRole('option', { name: 'random' }).waitFor();
    await main.composer.press('Tab');
    await main.composer.pressSequentially(':yar');
    await page.getByRole('option', { name: ':yarn:' }).waitFor();
    await main.composer.press('Enter');
    await main.node.locator('.composer').getByRole('button', { name: 'Emoji' }).click();
    await page.keyboard.type('thread');
    await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'thread', exact: true }).waitFor();
    await page.keyboard.press('Enter');
    expect(await main.composer.inputValue()).toBe('see #random :yarn: :thread: ');
    await page.keyboard.press('Enter');
    await main.message('see #random 🧶 🧵').waitFor();
  });

  test('may be lists and styled while they are written', async () => {
    const { page, main } = visit;
    await main.composer.pressSequentially('- wool');
    await page.keyboard.press('Enter');
    await page.keyboard.type('linen');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Enter');
    await page.keyboard.press('Control+b');
    await page.keyboard.type('today');
    expect(await main.composer.inputValue()).toBe('- wool\n- linen\n*today*');
    await page.keyboard.press('Control+z');
    expect(await main.composer.inputValue()).not.toContain('today');
    await main.composer.fill('');
  });

  test('get reactions, which can be added and removed', async () => {
    const { page, main } = visit;
    await main.say('who comes along?');
    const message = main.message('who comes along?');
    await main.clickAction(message, 'Add reaction');
    await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'tada' }).first().click();
    const chip = message.getByRole('button', { name: /Ada reacted with :tada:/ });
    await chip.waitFor();
    await visit.writeAs('Grace');
    await chip.click();
    await message.getByRole('button', { name: /Ada and Grace reacted/ }).click();
    await message.getByRole('button', { name: /: ?Ada reacted|, Ada reacted/ }).waitFor();
  });

  test('may have blocks', async () => {
    const text = (type: string, words: string): object => ({ type, text: words });
    await callAsBot(playground, 'chat.postMessage', {
      channel: general(),
      text: 'Yarn',
      blocks: [
        { type: 'header', text: text('plain_text', 'Yarn of the week') },
        { type: 'section', text: text('mrkdwn', 'It is *soft* & <https://example.com|warm>') },
        { type: 'divider' },
        { type: 'context', elements: [text('mrkdwn', 'from the _mill_')] },
        { type: 'markdown', text: '- one\n- two' },
        {
          type: 'task_card',
          task_id: 'thinking',
          title: 'Thought it over',
          status: 'complete',
          details: {
            type: 'rich_text',
            elements: [{ type: 'rich_text_section', elements: [text('text', 'Weighing wool')] }],
          },
        },
        { type: 'actions', elements: [{ type: 'button', action_id: 'buy', text: text('plain_text', 'Buy') }] },
      ],
    });
    const message = visit.main.message('Yarn of the week');
    await message.getByRole('heading', { name: 'Yarn of the week' }).waitFor();
    await message.locator('strong', { hasText: 'soft' }).waitFor();
    await message.getByRole('link', { name: 'warm' }).waitFor();
    await message.locator('em', { hasText: 'mill' }).waitFor();
    await message.getByRole('listitem').filter({ hasText: 'two' }).waitFor();
    await message.getByText('Thought it over').click();
    await message.getByText('Weighing wool').waitFor();
    await message.getByRole('button', { name: 'Buy' }).waitFor();
  });

  test('may have attachments only, without loading images or linking scripts', async () => {
    await callAsBot(playground, 'chat.postMessage', {
      channel: general(),
      attachments: [
        {
          color: '#2eb886',
          pretext: 'The mill reports',
          author_name: 'Spinning &amp; dyeing',
          author_link: 'javascript:alert(1)',
          author_icon: 'https://elsewhere.test/icon.png',
          title: 'Batch 7 is ready',
          title_link: 'https://example.com/batch/7',
          text: 'It is *soft*, see <https://example.com/look|here>',
          mrkdwn_in: ['text'],
          fields: [
            { title: 'Weight', value: '*12* kg', short: true },
            { title: 'Needles', value: '4 mm', short: true },
            null,
          ],
          image_url: 'https://elsewhere.test/yarn.png',
          footer: 'from the mill',
          ts: 1_766_458_026,
        },
        { color: 'url(https://elsewhere.test/c)', fallback: 'Only a fallback' },
        { color: 'danger', blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'A _block_ inside' } }] },
      ],
    });
    const message = visit.main.message('Batch 7 is ready');
    await message.getByText('The mill reports').waitFor();
    await message.getByText('Spinning & dyeing').waitFor();
    await message.locator('strong', { hasText: 'soft' }).waitFor();
    await message.getByRole('definition').filter({ hasText: '*12* kg' }).waitFor();
    await message.getByText(/^from the mill · .*2025/).waitFor();
    await message.getByText('Only a fallback').waitFor();
    await message.locator('em', { hasText: 'block' }).waitFor();
    expect(await message.getByRole('link').allTextContents()).toEqual(['Batch 7 is ready', 'here']);
    const bars = await visit.page.evaluate<string[]>(
      'Array.from(document.querySelectorAll("main .attached"), (one) => getComputedStyle(one).borderLeftColor)',
    );
    expect(bars).toEqual(['rgb(46, 184, 134)', expect.not.stringMatching('rgb(46, 184, 134)'), 'rgb(163, 2, 0)']);
  });

  test('may be replies that were also sent to the channel, where a button opens their thread', async () => {
    const [, grace = ''] = playground.workspace.people;
    const { main, thread } = visit;
    await main.say('*which* yarn for @linus?');
    const root = main.message('which yarn for');
    const threadTs = (await root.getAttribute('data-ts')) ?? '';
    playground.slack.say({ user: grace, channel: general(), text: 'merino', threadTs, broadcast: true });
    const broadcast = main.message('merino');
    await broadcast.getByText('replied to a thread:').waitFor();
    await root.getByRole('button', { name: '1 reply', exact: true }).waitFor();
    await broadcast.getByRole('button', { name: 'which yarn for @Linus?' }).click();
    await thread.message('merino').getByText('Also sent to #general').waitFor();
    await thread.node.getByRole('button', { name: 'Close the thread' }).click();
    await main.clickAction(broadcast, 'Reply in thread');
    await thread.message('which yarn for').waitFor();

    const { ts } = await callAsBot(playground, 'chat.postMessage', {
      channel: general(),
      thread_ts: threadTs,
      text: 'or alpaca',
    });
    await thread.message('alpaca').waitFor();
    expect(await main.message('alpaca').count()).toBe(0);
    await callAsBot(playground, 'chat.update', { channel: general(), ts, reply_broadcast: true });
    await main.message('alpaca').getByText('replied to a thread:').waitFor();
    await root.getByRole('button', { name: '2 replies' }).waitFor();
  });

  test('may be ephemeral', async () => {
    const [, grace] = playground.workspace.people;
    await callAsBot(playground, 'chat.postEphemeral', { channel: general(), user: grace, text: 'psst, Grace' });
    await visit.writeAs('Grace');
    const message = visit.main.message('psst, Grace');
    await message.getByText('Only visible to you').waitFor();
    await visit.writeAs('Ada');
    await message.waitFor({ state: 'detached' });
  });

  test('that wait for a rate limit get a note, with its emoji', async () => {
    await visit.close();
    const limited = await playgroundForTests({ env: { USER_MESSAGES_PER_MINUTE: '1' } });
    visit = await Visit.to(limited.url, browser);
    try {
      const { main } = visit;
      await main.say('@skein the first one');
      await visit.thread.reply();
      await visit.go('general');
      await main.say('@skein the second one');
      const note = visit.page.getByRole('article').filter({ hasText: 'many messages in a short time' }).first();
      await note.waitFor();
      expect(await note.textContent()).toContain('⌛');
      expect(await note.textContent()).not.toContain(':hourglass:');
    } finally {
      await limited.stop();
    }
  });

  test('are counted and marked while unread', async () => {
    const [ada = '', grace = ''] = playground.workspace.people;
    const [, random = ''] = playground.workspace.channels;
    const place = visit.page.getByRole('navigation').getByRole('button', { name: /random/ });
    await visit.go('random');
    await visit.go('general');
    playground.slack.say({ user: grace, channel: random, text: 'news from the mill' });
    await place.filter({ hasText: 'unread' }).waitFor();
    // Only what is meant for somebody has a number there, as in Slack.
    expect(await place.textContent()).not.toMatch(/\d/);
    const { ts } = playground.slack.say({ user: grace, channel: random, text: `<@${ada}> will you answer?` });
    await place.filter({ hasText: '1' }).waitFor();
    // The number may include replies of other conversations.
    await until(async () => (await visit.unread()) > 0, 'the number in the title');
    await place.click();
    await visit.main.node.getByText('New', { exact: true }).waitFor();
    await until(async () => !/\d/.test((await place.textContent()) ?? ''), 'the channel without a number');
    await until(() => playground.slack.lastRead(ada, random) === ts, 'Slack to know that it is read');
    await visit.go('general');
    await visit.go('random');
    await visit.main.node.getByText('New', { exact: true }).waitFor({ state: 'detached' });
  });
});

describe('a pane behind another one', () => {
  test.each<[string, number, 'main' | 'thread', boolean, string | number]>([
    ['the channel, behind its thread on a narrow screen', 400, 'main', false, 'Close the thread'],
    ['the channel, behind thread and inspector', 1400, 'main', true, 'Close the inspector'],
    ['the channel, until the window is wider', 1400, 'main', true, 1600],
    ['a thread, behind its inspector on a narrow screen', 400, 'thread', true, 'Close the inspector'],
  ])('leaves its messages unread: %s', async (_, width, hidden, inspects, reveal) => {
    const { slack, workspace } = playground;
    const [ada = '', grace = ''] = workspace.people;
    const [, random = ''] = workspace.channels;
    const { page, main, thread } = visit;
    await main.say(`who reads at ${width}, ${reveal}?`);
    const root = main.message(`who reads at ${width}, ${reveal}?`);
    const threadTs = hidden === 'thread' ? ((await root.getAttribute('data-ts')) ?? '') : undefined;
    await main.clickAction(root, 'Reply in thread');
    await thread.composer.waitFor();
    if (inspects) await visit.inspect();
    await page.setViewportSize({ width, height: 800 });
    await visit[hidden].node.waitFor({ state: 'hidden' });
    await page.clock.install();
    const before = await visit.unread();
    const { ts } = slack.say({
      user: grace,
      channel: general(),
      text: 'unseen as yet',
      ...(threadTs !== undefined && { threadTs }),
    });
    await until(async () => (await visit.unread()) === before + 1, 'the number in the title');
    await page.clock.fastForward(1_000);
    slack.say({ user: grace, channel: random, text: 'so much later' });
    await until(async () => (await visit.unread()) === before + 2, 'a later message in the title');
    expect(slack.lastRead(ada, general(), threadTs)).not.toBe(ts);
    if (typeof reveal === 'number') await page.setViewportSize({ width: reveal, height: 800 });
    else await page.getByRole('button', { name: reveal, exact: true }).click();
    await visit[hidden].node.getByText('New', { exact: true }).waitFor();
    await until(() => slack.lastRead(ada, general(), threadTs) === ts, 'Slack to know that it is read');
    await until(async () => (await visit.unread()) === before + 1, 'the number in the title without it');
  });
});

describe('opening a channel', () => {
  test('shows it and focuses its composer when it was behind thread and inspector', async () => {
    const { page, main, thread } = visit;
    await main.say('where was I?');
    await main.clickAction(main.message('where was I?'), 'Reply in thread');
    await visit.inspect();
    await main.node.waitFor({ state: 'hidden' });
    await visit.go('general');
    await main.node.waitFor();
    await page.keyboard.type('here');
    expect(await main.composer.inputValue()).toBe('here');
    expect(await thread.node.isVisible()).toBe(true);
  });

  test('with the keyboard on a narrow screen closes the inspector over it', async () => {
    const { page, main, thread } = visit;
    await main.say('and where now?');
    await main.clickAction(main.message('and where now?'), 'Reply in thread');
    await visit.inspect();
    await page.setViewportSize({ width: 400, height: 720 });
    await thread.node.waitFor({ state: 'hidden' });
    await page.keyboard.press('Alt+ArrowDown');
    await page.keyboard.press('Alt+ArrowDown');
    await main.node.getByRole('heading', { name: 'Skein', exact: true }).waitFor();
    await page.keyboard.type('here');
    expect(await main.composer.inputValue()).toBe('here');
  });
});

describe('a request that fails after the user has moved on', () => {
  const REASON = 'The wheel came off.';

  test('a message: text and error return to the channel where it was written', async () => {
    const { main } = visit;
    const refuse = await visit.holdRequest('/say');
    await main.say('does it arrive?');
    await visit.go('random');
    await main.composer.fill('something else');
    await refuse(REASON);
    await visit.go('general');
    await main.problem.filter({ hasText: REASON }).waitFor();
    expect(await main.composer.inputValue()).toBe('does it arrive?');
    await visit.go('random');
    expect(await main.composer.inputValue()).toBe('something else');
    expect(await main.problem.textContent()).toBe('');
    await main.composer.fill('');
    await visit.go('general');
    await main.problem.filter({ hasText: REASON }).waitFor();
    await main.composer.fill('');
    expect(await main.problem.textContent()).toBe('');
  });

  test('a reply: text and error wait in its thread', async () => {
    const { main, thread } = visit;
    await main.say('who winds it?');
    await main.clickAction(main.message('who winds it?'), 'Reply in thread');
    const refuse = await visit.holdRequest('/say');
    await thread.say('the mill does');
    await thread.node.getByRole('button', { name: 'Close the thread' }).click();
    await refuse(REASON);
    await main.clickAction(main.message('who winds it?'), 'Reply in thread');
    await thread.problem.filter({ hasText: REASON }).waitFor();
    expect(await thread.composer.inputValue()).toBe('the mill does');
    expect((await thread.composer.boundingBox())?.height).toBeGreaterThan(30);
  });

  test.each([
    ['a reaction', 'Add reaction', '/react'],
    ['a removal', 'Delete message', '/remove'],
  ])('%s: the error appears in its channel', async (_, action, path) => {
    const { page, main } = visit;
    await main.say(`nobody may ${action}`);
    const refuse = await visit.holdRequest(path);
    await main.clickAction(main.message(`nobody may ${action}`), action);
    if (action === 'Add reaction')
      await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'tada' }).first().click();
    await visit.go('random');
    await refuse(REASON);
    expect(await main.problem.textContent()).toBe('');
    await visit.go('general');
    await main.problem.filter({ hasText: REASON }).waitFor();
  });

  test('an edit: the editor stays open with its text', async () => {
    const { main } = visit;
    await main.say('a ball of yarn');
    const refuse = await visit.holdRequest('/edit');
    const message = main.message('a ball of yarn');
    await main.clickAction(message, 'Edit message');
    const editor = main.node.getByRole('textbox', { name: 'Edit message' });
    await editor.fill('a skein of yarn');
    await main.node.getByRole('button', { name: 'Save' }).click();
    await visit.go('random');
    await refuse(REASON);
    await editor.waitFor({ state: 'detached' });
    await visit.go('general');
    await main.node.locator('.editor .problem').filter({ hasText: REASON }).waitFor();
    expect(await editor.inputValue()).toBe('a skein of yarn');
    await main.node.getByRole('button', { name: 'Save' }).click();
    await main.message('a skein of yarn').getByText('(edited)').waitFor();
    await visit.go('random');
    await visit.go('general');
    await main.message('a skein of yarn').waitFor();
    await editor.waitFor({ state: 'detached' });
  });
});

describe('the connection to the server', () => {
  test('works in more than six tabs', async () => {
    const tabs = [visit];
    // A browser opens at most six HTTP connections to a host.
    while (tabs.length < 7) tabs.push(await visit.openTab());
    for (const [n, { main }] of tabs.entries()) await main.say(`from tab ${n}`);
    for (const { main } of tabs) for (const n of tabs.keys()) await main.message(`from tab ${n}`).waitFor();
  });

  test('times out with an error, and restores the text', async () => {
    const { page, main } = visit;
    await page.clock.install();
    await visit.holdRequest('/say');
    await main.say('anybody there?');
    await page.clock.fastForward(9_000);
    expect(await main.problem.textContent()).toBe('');
    await page.clock.fastForward(1_000);
    await main.problem.filter({ hasText: "The playground hasn't responded" }).waitFor();
    expect(await main.composer.inputValue()).toBe('anybody there?');
  });

  test('is re-established when the playground restarts, with the new state', async () => {
    await visit.close();
    const first = await playgroundForTests();
    visit = await Visit.to(first.url, browser);
    const { page, main, thread, browserErrors } = visit;
    await main.say('is it still there?');
    await main.message('still there').waitFor();
    await first.stop();
    await page.getByText(/isn't responding/).waitFor();
    // Drawn anew without the server: its pictures are in the page.
    await visit.writeAs('Grace');
    await visit.go('random');
    await visit.go('general');
    await main.message('still there').locator('.avatar svg').waitFor();
    expect(await page.locator('.avatar:empty').count()).toBe(0);
    const second = await playgroundForTests({ flags: { port: first.port } });
    try {
      await page.getByText(/isn't responding/).waitFor({ state: 'detached' });
      await main.message('still there').waitFor({ state: 'detached' });
      await main.say('@skein hello again');
      await thread.reply();
      await page.goto('about:blank');
      // The browser logs each failed attempt to the console: to connect again, and of what the page asks meanwhile.
      expect(browserErrors.filter((text) => !/ERR_CONNECTION_REFUSED/.test(text))).toEqual([]);
      browserErrors.length = 0;
    } finally {
      await second.stop();
    }
  });
});

describe('by keyboard alone', () => {
  test('the user writes, edits the last message, and moves between channels and messages', async () => {
    const { page, main } = visit;
    await page.keyboard.type('first try');
    await page.keyboard.press('Enter');
    await main.message('first try').waitFor();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('second try');
    await page.keyboard.press('Enter');
    await main.message('second try').waitFor();
    await page.keyboard.press('Alt+ArrowDown');
    await main.node.getByRole('heading', { name: '#random' }).first().waitFor();
    await page.keyboard.press('Alt+ArrowUp');
    await main.node.getByRole('heading', { name: '#general' }).first().waitFor();
    await main.message('second try').focus();
    await page.keyboard.press('t');
    await visit.thread.composer.waitFor();
    await page.keyboard.type('in the thread');
    await page.keyboard.press('Enter');
    await visit.thread.message('in the thread').waitFor();
    await page.keyboard.press('Escape');
    await visit.thread.node.waitFor({ state: 'hidden' });
  });
});

describe('the quick switcher', () => {
  test('jumps to a channel, and switches the person to write as', async () => {
    const { page, main } = visit;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ran');
    await page.keyboard.press('Enter');
    await main.node.getByRole('heading', { name: '#random' }).first().waitFor();
    await page.keyboard.type('typed at once');
    expect(await main.composer.inputValue()).toBe('typed at once');
    await main.composer.fill('');
    await page.getByRole('button', { name: 'Jump to' }).click();
    expect(await visit.accessibilityFaults()).toEqual([]);
    await page.getByRole('option', { name: 'Linus Write as' }).click();
    await page.getByRole('radio', { name: 'Linus', checked: true }).waitFor();
  });
});

describe('the model', () => {
  test('is taken from a server on this machine with one click, and can be changed and reset on the page', async () => {
    const service = await ModelServer.start();
    await visit.close();
    const localServers = [{ name: 'Ollama', baseUrl: service.baseUrl, models: ['llama3.2', 'qwen3'] }];
    const other = await playgroundForTests({ localServers: () => localServers });
    try {
      visit = await Visit.to(other.url, browser);
      const { page, main, thread } = visit;
      const model = page.getByRole('button', { name: 'Demo model (no API key)' });
      await model.waitFor();
      await page.getByRole('button', { name: 'Use llama3.2 from Ollama' }).click();
      const button = page.getByRole('button', { name: 'llama3.2', exact: true });
      await button.waitFor();
      await main.say('@skein who answers?');
      await thread.message('llama3.2 answers.').waitFor();

      await button.click();
      const dialog = page.getByRole('dialog', { name: 'Model' });
      expect(await visit.accessibilityFaults()).toEqual([]);
      expect(await dialog.getByLabel('Server on this machine').inputValue()).toBe(service.baseUrl);
      await dialog.getByLabel('Model', { exact: true }).fill('qwen3');
      await dialog.getByLabel('Temperature').fill('0.2');
      await dialog.getByLabel('System prompt').fill('Be brief.');
      await dialog.getByRole('button', { name: 'Apply' }).click();
      await dialog.waitFor({ state: 'hidden' });
      await thread.say('and now?');
      await thread.message('qwen3 answers.').waitFor();
      expect(service.asked.at(-1)).toMatchObject({ model: 'qwen3', temperature: 0.2 });
      expect(JSON.stringify(service.asked.at(-1)?.messages)).toContain('Be brief.');

      await page.getByRole('button', { name: 'qwen3', exact: true }).click();
      await dialog.getByLabel('Server on this machine').fill('http://example.com/v1');
      const errors = visit.browserErrors.length;
      await dialog.getByRole('button', { name: 'Apply' }).click();
      await dialog.getByText(/The server must be on this machine/).waitFor();
      await until(() => visit.browserErrors.length > errors, 'the console message of the failed request');
      visit.browserErrors.splice(errors);
      await dialog.getByRole('button', { name: 'Reset to start' }).click();
      await model.waitFor();
    } finally {
      await other.stop();
      await service.stop();
    }
  });
});

describe('the theme', () => {
  test('is switched to dark and back, and is remembered', async () => {
    const { page } = visit;
    const light = await visit.background();
    await page.getByRole('radio', { name: 'Dark' }).check();
    const dark = await visit.background();
    expect(dark).not.toBe(light);
    await page.reload();
    await visit.main.composer.waitFor();
    expect(await visit.background()).toBe(dark);
    await page.getByRole('radio', { name: 'Light' }).check();
    expect(await visit.background()).toBe(light);
  });
});

describe('on a narrow screen', () => {
  test('everything can be reached, and nothing is wider than the screen', async () => {
    await visit.close();
    visit = await Visit.to(playground.url, browser, { viewport: { width: 400, height: 720 }, hasTouch: true });
    const { page, main, thread } = visit;
    await main.say('@skein small enough?');
    await main
      .message('small enough?')
      .getByRole('button', { name: /1 reply/ })
      .click();
    await thread.reply();
    expect(await visit.fitsWidth()).toBe(true);
    const inspector = await visit.inspect();
    await inspector.getByText('small enough?').first().waitFor();
    expect(await visit.fitsWidth()).toBe(true);
    await inspector.getByRole('button', { name: /close/i }).click();
    await thread.node.getByRole('button', { name: 'Close the thread' }).click();
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await visit.go('random');
    await main.node.getByRole('heading', { name: '#random' }).first().waitFor();
    expect(await visit.fitsWidth()).toBe(true);
  });
});

describe('axe finds no serious fault', () => {
  test.each([
    ['light', { colorScheme: 'light' as const }],
    ['dark', { colorScheme: 'dark' as const }],
    ['narrow', { viewport: { width: 400, height: 720 } }],
  ])('%s: channel, thread, inspector, picker, list of names, keyboard help', async (_, options) => {
    await visit.close();
    visit = await Visit.to(playground.url, browser, options);
    const { page, main, thread } = visit;
    const faults = new Map<string, string[]>();
    const look = async (where: string): Promise<void> => {
      const found = await visit.accessibilityFaults();
      if (found.length > 0) faults.set(where, found);
    };
    await look('channel');
    await main.composer.pressSequentially('@');
    await page.getByRole('option').first().waitFor();
    await look('list of names');
    await main.composer.fill('');
    await main.say('@skein table');
    const root = main.message('table').last();
    if (!(await thread.node.isVisible())) await root.getByRole('button', { name: /1 reply/ }).click();
    await thread.reply(0, 'Below it, the text goes on.');
    await thread.clickAction(thread.message('table').first(), 'Add reaction');
    await look('picker');
    await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'tada' }).first().click();
    await look('thread');
    const inspector = await visit.inspect();
    await inspector.getByText('chat.postMessage').first().waitFor();
    await look('inspector');
    await inspector.getByRole('button', { name: /close/i }).click();
    await thread.node.getByRole('button', { name: 'Close the thread' }).click();
    const menu = page.getByRole('button', { name: 'Channels and people' });
    if (await menu.isVisible()) await menu.click();
    await page.getByText('Break things').click();
    await look('sidebar');
    await page.getByRole('button', { name: 'Keyboard' }).click();
    await page.getByRole('dialog').first().waitFor();
    await look('keyboard help');
    expect(Object.fromEntries(faults)).toEqual({});
  });
});
