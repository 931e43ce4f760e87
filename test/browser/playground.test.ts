/** The playground's page as people use it, in Chromium. */
import { describe, expect, test } from '@jest/globals';
import { callAsBot, playgroundForTests } from '../playground/support.js';
import { until } from '../support/until.js';
import { ModelServer } from './model-server.js';
import { openedPlayground } from './opened.js';
import { Visit } from './visit.js';

const opened = openedPlayground({ instant: false });

const general = (): string => opened.playground.workspace.channels[0] ?? '';

describe('messages', () => {
  test('complete mentions at an @, by mouse and keyboard', async () => {
    const { page, main } = opened.visit;
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
    const { page, main } = opened.visit;
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
    const { page, main } = opened.visit;
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
    const { page, main } = opened.visit;
    await main.say('who comes along?');
    const message = main.message('who comes along?');
    await main.clickAction(message, 'Add reaction');
    await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'tada' }).first().click();
    const chip = message.getByRole('button', { name: /Ada reacted with :tada:/ });
    await chip.waitFor();
    await opened.visit.writeAs('Grace');
    await chip.click();
    await message.getByRole('button', { name: /Ada and Grace reacted/ }).click();
    await message.getByRole('button', { name: /: ?Ada reacted|, Ada reacted/ }).waitFor();
  });

  test('may have blocks', async () => {
    const text = (type: string, words: string): object => ({ type, text: words });
    await callAsBot(opened.playground, 'chat.postMessage', {
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
    const message = opened.visit.main.message('Yarn of the week');
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
    await callAsBot(opened.playground, 'chat.postMessage', {
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
    const message = opened.visit.main.message('Batch 7 is ready');
    await message.getByText('The mill reports').waitFor();
    await message.getByText('Spinning & dyeing').waitFor();
    await message.locator('strong', { hasText: 'soft' }).waitFor();
    await message.getByRole('definition').filter({ hasText: '*12* kg' }).waitFor();
    await message.getByText(/^from the mill · .*2025/).waitFor();
    await message.getByText('Only a fallback').waitFor();
    await message.locator('em', { hasText: 'block' }).waitFor();
    expect(await message.getByRole('link').allTextContents()).toEqual(['Batch 7 is ready', 'here']);
    const bars = await opened.visit.page.evaluate<string[]>(
      'Array.from(document.querySelectorAll("main .attached"), (one) => getComputedStyle(one).borderLeftColor)',
    );
    expect(bars).toEqual(['rgb(46, 184, 134)', expect.not.stringMatching('rgb(46, 184, 134)'), 'rgb(163, 2, 0)']);
  });

  test('may be replies that were also sent to the channel, where a button opens their thread', async () => {
    const [, grace = ''] = opened.playground.workspace.people;
    const { main, thread } = opened.visit;
    await main.say('*which* yarn for @linus?');
    const root = main.message('which yarn for');
    const threadTs = (await root.getAttribute('data-ts')) ?? '';
    opened.playground.slack.say({ user: grace, channel: general(), text: 'merino', threadTs, broadcast: true });
    const broadcast = main.message('merino');
    await broadcast.getByText('replied to a thread:').waitFor();
    await root.getByRole('button', { name: '1 reply', exact: true }).waitFor();
    await broadcast.getByRole('button', { name: 'which yarn for @Linus?' }).click();
    await thread.message('merino').getByText('Also sent to #general').waitFor();
    await thread.node.getByRole('button', { name: 'Close the thread' }).click();
    await main.clickAction(broadcast, 'Reply in thread');
    await thread.message('which yarn for').waitFor();

    const { ts } = await callAsBot(opened.playground, 'chat.postMessage', {
      channel: general(),
      thread_ts: threadTs,
      text: 'or alpaca',
    });
    await thread.message('alpaca').waitFor();
    expect(await main.message('alpaca').count()).toBe(0);
    await callAsBot(opened.playground, 'chat.update', { channel: general(), ts, reply_broadcast: true });
    await main.message('alpaca').getByText('replied to a thread:').waitFor();
    await root.getByRole('button', { name: '2 replies' }).waitFor();
  });

  test('may be ephemeral', async () => {
    const [, grace] = opened.playground.workspace.people;
    await callAsBot(opened.playground, 'chat.postEphemeral', { channel: general(), user: grace, text: 'psst, Grace' });
    await opened.visit.writeAs('Grace');
    const message = opened.visit.main.message('psst, Grace');
    await message.getByText('Only visible to you').waitFor();
    await opened.visit.writeAs('Ada');
    await message.waitFor({ state: 'detached' });
  });

  test('that wait for a rate limit get a note, with its emoji', async () => {
    await opened.visit.close();
    const limited = await playgroundForTests({ env: { USER_MESSAGES_PER_MINUTE: '1' } });
    opened.visit = await Visit.to(limited.url, opened.browser);
    try {
      const { main } = opened.visit;
      await main.say('@skein the first one');
      await opened.visit.thread.reply();
      await opened.visit.go('general');
      await main.say('@skein the second one');
      const note = opened.visit.page.getByRole('article').filter({ hasText: 'many messages in a short time' }).first();
      await note.waitFor();
      expect(await note.textContent()).toContain('⌛');
      expect(await note.textContent()).not.toContain(':hourglass:');
    } finally {
      await limited.stop();
    }
  });

  test('are counted and marked while unread', async () => {
    const [ada = '', grace = ''] = opened.playground.workspace.people;
    const [, random = ''] = opened.playground.workspace.channels;
    const place = opened.visit.page.getByRole('navigation').getByRole('button', { name: /random/ });
    await opened.visit.go('random');
    await opened.visit.go('general');
    opened.playground.slack.say({ user: grace, channel: random, text: 'news from the mill' });
    await place.filter({ hasText: 'unread' }).waitFor();
    // Only what is meant for somebody has a number there, as in Slack.
    expect(await place.textContent()).not.toMatch(/\d/);
    const { ts } = opened.playground.slack.say({ user: grace, channel: random, text: `<@${ada}> will you answer?` });
    await place.filter({ hasText: '1' }).waitFor();
    // The number may include replies of other conversations.
    await until(async () => (await opened.visit.unread()) > 0, 'the number in the title');
    await place.click();
    await opened.visit.main.node.getByText('New', { exact: true }).waitFor();
    await until(async () => !/\d/.test((await place.textContent()) ?? ''), 'the channel without a number');
    await until(() => opened.playground.slack.lastRead(ada, random) === ts, 'Slack to know that it is read');
    await opened.visit.go('general');
    await opened.visit.go('random');
    await opened.visit.main.node.getByText('New', { exact: true }).waitFor({ state: 'detached' });
  });
});

describe('a pane behind another one', () => {
  test.each<[string, number, 'main' | 'thread', boolean, string | number]>([
    ['the channel, behind its thread on a narrow screen', 400, 'main', false, 'Close the thread'],
    ['the channel, behind thread and inspector', 1400, 'main', true, 'Close the inspector'],
    ['the channel, until the window is wider', 1400, 'main', true, 1600],
    ['a thread, behind its inspector on a narrow screen', 400, 'thread', true, 'Close the inspector'],
  ])('leaves its messages unread: %s', async (_, width, hidden, inspects, reveal) => {
    const { slack, workspace } = opened.playground;
    const [ada = '', grace = ''] = workspace.people;
    const [, random = ''] = workspace.channels;
    const { page, main, thread } = opened.visit;
    await main.say(`who reads at ${width}, ${reveal}?`);
    const root = main.message(`who reads at ${width}, ${reveal}?`);
    const threadTs = hidden === 'thread' ? ((await root.getAttribute('data-ts')) ?? '') : undefined;
    await main.clickAction(root, 'Reply in thread');
    await thread.composer.waitFor();
    if (inspects) await opened.visit.inspect();
    await page.setViewportSize({ width, height: 800 });
    await opened.visit[hidden].node.waitFor({ state: 'hidden' });
    await page.clock.install();
    const before = await opened.visit.unread();
    const { ts } = slack.say({
      user: grace,
      channel: general(),
      text: 'unseen as yet',
      ...(threadTs !== undefined && { threadTs }),
    });
    await until(async () => (await opened.visit.unread()) === before + 1, 'the number in the title');
    await page.clock.fastForward(1_000);
    slack.say({ user: grace, channel: random, text: 'so much later' });
    await until(async () => (await opened.visit.unread()) === before + 2, 'a later message in the title');
    expect(slack.lastRead(ada, general(), threadTs)).not.toBe(ts);
    if (typeof reveal === 'number') await page.setViewportSize({ width: reveal, height: 800 });
    else await page.getByRole('button', { name: reveal, exact: true }).click();
    await opened.visit[hidden].node.getByText('New', { exact: true }).waitFor();
    await until(() => slack.lastRead(ada, general(), threadTs) === ts, 'Slack to know that it is read');
    await until(async () => (await opened.visit.unread()) === before + 1, 'the number in the title without it');
  });
});

describe('opening a channel', () => {
  test('shows it and focuses its composer when it was behind thread and inspector', async () => {
    const { page, main, thread } = opened.visit;
    await main.say('where was I?');
    await main.clickAction(main.message('where was I?'), 'Reply in thread');
    await opened.visit.inspect();
    await main.node.waitFor({ state: 'hidden' });
    await opened.visit.go('general');
    await main.node.waitFor();
    await page.keyboard.type('here');
    expect(await main.composer.inputValue()).toBe('here');
    expect(await thread.node.isVisible()).toBe(true);
  });

  test('with the keyboard on a narrow screen closes the inspector over it', async () => {
    const { page, main, thread } = opened.visit;
    await main.say('and where now?');
    await main.clickAction(main.message('and where now?'), 'Reply in thread');
    await opened.visit.inspect();
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
    const { main } = opened.visit;
    const refuse = await opened.visit.holdRequest('/say');
    await main.say('does it arrive?');
    await opened.visit.go('random');
    await main.composer.fill('something else');
    await refuse(REASON);
    await opened.visit.go('general');
    await main.problem.filter({ hasText: REASON }).waitFor();
    expect(await main.composer.inputValue()).toBe('does it arrive?');
    await opened.visit.go('random');
    expect(await main.composer.inputValue()).toBe('something else');
    expect(await main.problem.textContent()).toBe('');
    await main.composer.fill('');
    await opened.visit.go('general');
    await main.problem.filter({ hasText: REASON }).waitFor();
    await main.composer.fill('');
    expect(await main.problem.textContent()).toBe('');
  });

  test('a reply: text and error wait in its thread', async () => {
    const { main, thread } = opened.visit;
    await main.say('who winds it?');
    await main.clickAction(main.message('who winds it?'), 'Reply in thread');
    const refuse = await opened.visit.holdRequest('/say');
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
    const { page, main } = opened.visit;
    await main.say(`nobody may ${action}`);
    const refuse = await opened.visit.holdRequest(path);
    await main.clickAction(main.message(`nobody may ${action}`), action);
    if (action === 'Add reaction')
      await page.getByRole('dialog', { name: 'Emoji' }).getByRole('button', { name: 'tada' }).first().click();
    await opened.visit.go('random');
    await refuse(REASON);
    expect(await main.problem.textContent()).toBe('');
    await opened.visit.go('general');
    await main.problem.filter({ hasText: REASON }).waitFor();
  });

  test('an edit: the editor stays open with its text', async () => {
    const { main } = opened.visit;
    await main.say('a ball of yarn');
    const refuse = await opened.visit.holdRequest('/edit');
    const message = main.message('a ball of yarn');
    await main.clickAction(message, 'Edit message');
    const editor = main.node.getByRole('textbox', { name: 'Edit message' });
    await editor.fill('a skein of yarn');
    await main.node.getByRole('button', { name: 'Save' }).click();
    await opened.visit.go('random');
    await refuse(REASON);
    await editor.waitFor({ state: 'detached' });
    await opened.visit.go('general');
    await main.node.locator('.editor .problem').filter({ hasText: REASON }).waitFor();
    expect(await editor.inputValue()).toBe('a skein of yarn');
    await main.node.getByRole('button', { name: 'Save' }).click();
    await main.message('a skein of yarn').getByText('(edited)').waitFor();
    await opened.visit.go('random');
    await opened.visit.go('general');
    await main.message('a skein of yarn').waitFor();
    await editor.waitFor({ state: 'detached' });
  });
});

describe('the connection to the server', () => {
  test('works in more than six tabs', async () => {
    const tabs = [opened.visit];
    // A opened.browser opens at most six HTTP connections to a host.
    while (tabs.length < 7) tabs.push(await opened.visit.openTab());
    for (const [n, { main }] of tabs.entries()) await main.say(`from tab ${n}`);
    for (const { main } of tabs) for (const n of tabs.keys()) await main.message(`from tab ${n}`).waitFor();
  });

  test('times out with an error, and restores the text', async () => {
    const { page, main } = opened.visit;
    await page.clock.install();
    await opened.visit.holdRequest('/say');
    await main.say('anybody there?');
    await page.clock.fastForward(9_000);
    expect(await main.problem.textContent()).toBe('');
    await page.clock.fastForward(1_000);
    await main.problem.filter({ hasText: "The playground hasn't responded" }).waitFor();
    expect(await main.composer.inputValue()).toBe('anybody there?');
  });

  test('is re-established when the playground restarts, with the new state', async () => {
    await opened.visit.close();
    const first = await playgroundForTests();
    opened.visit = await Visit.to(first.url, opened.browser);
    const { page, main, thread, browserErrors } = opened.visit;
    await main.say('is it still there?');
    await main.message('still there').waitFor();
    await first.stop();
    await page.getByText(/isn't responding/).waitFor();
    // Drawn anew without the server: its pictures are in the page.
    await opened.visit.writeAs('Grace');
    await opened.visit.go('random');
    await opened.visit.go('general');
    await main.message('still there').locator('.avatar svg').waitFor();
    expect(await page.locator('.avatar:empty').count()).toBe(0);
    const second = await playgroundForTests({ flags: { port: first.port } });
    try {
      await page.getByText(/isn't responding/).waitFor({ state: 'detached' });
      await main.message('still there').waitFor({ state: 'detached' });
      await main.say('@skein hello again');
      await thread.reply();
      await page.goto('about:blank');
      // The opened.browser logs each failed attempt to the console: to connect again, and of what the page asks meanwhile.
      expect(browserErrors.filter((text) => !/ERR_CONNECTION_REFUSED/.test(text))).toEqual([]);
      browserErrors.length = 0;
    } finally {
      await second.stop();
    }
  });
});

describe('by keyboard alone', () => {
  test('the user writes, edits the last message, and moves between channels and messages', async () => {
    const { page, main } = opened.visit;
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
    await opened.visit.thread.composer.waitFor();
    await page.keyboard.type('in the thread');
    await page.keyboard.press('Enter');
    await opened.visit.thread.message('in the thread').waitFor();
    await page.keyboard.press('Escape');
    await opened.visit.thread.node.waitFor({ state: 'hidden' });
  });
});

describe('the quick switcher', () => {
  test('jumps to a channel, and switches the person to write as', async () => {
    const { page, main } = opened.visit;
    await page.keyboard.press('Control+k');
    await page.keyboard.type('ran');
    await page.keyboard.press('Enter');
    await main.node.getByRole('heading', { name: '#random' }).first().waitFor();
    await page.keyboard.type('typed at once');
    expect(await main.composer.inputValue()).toBe('typed at once');
    await main.composer.fill('');
    await page.getByRole('button', { name: 'Jump to' }).click();
    expect(await opened.visit.accessibilityFaults()).toEqual([]);
    await page.getByRole('option', { name: 'Linus Write as' }).click();
    await page.getByRole('radio', { name: 'Linus', checked: true }).waitFor();
  });
});

describe('the model', () => {
  test('is taken from a server on this machine with one click, and can be changed and reset on the page', async () => {
    const service = await ModelServer.start();
    await opened.visit.close();
    const localServers = [{ name: 'Ollama', baseUrl: service.baseUrl, models: ['llama3.2', 'qwen3'] }];
    const other = await playgroundForTests({ localServers: () => localServers });
    try {
      opened.visit = await Visit.to(other.url, opened.browser);
      const { page, main, thread } = opened.visit;
      const model = page.getByRole('button', { name: 'Demo model (no API key)' });
      await model.waitFor();
      await page.getByRole('button', { name: 'Use llama3.2 from Ollama' }).click();
      const button = page.getByRole('button', { name: 'llama3.2', exact: true });
      await button.waitFor();
      await main.say('@skein who answers?');
      await thread.message('llama3.2 answers.').waitFor();

      await button.click();
      const dialog = page.getByRole('dialog', { name: 'Model' });
      expect(await opened.visit.accessibilityFaults()).toEqual([]);
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
      const errors = opened.visit.browserErrors.length;
      await dialog.getByRole('button', { name: 'Apply' }).click();
      await dialog.getByText(/The server must be on this machine/).waitFor();
      await until(() => opened.visit.browserErrors.length > errors, 'the console message of the failed request');
      opened.visit.browserErrors.splice(errors);
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
    const { page } = opened.visit;
    const light = await opened.visit.background();
    await page.getByRole('radio', { name: 'Dark' }).check();
    const dark = await opened.visit.background();
    expect(dark).not.toBe(light);
    await page.reload();
    await opened.visit.main.composer.waitFor();
    expect(await opened.visit.background()).toBe(dark);
    await page.getByRole('radio', { name: 'Light' }).check();
    expect(await opened.visit.background()).toBe(light);
  });
});

describe('on a narrow screen', () => {
  test('everything can be reached, and nothing is wider than the screen', async () => {
    await opened.visit.close();
    opened.visit = await Visit.to(opened.playground.url, opened.browser, {
      viewport: { width: 400, height: 720 },
      hasTouch: true,
    });
    const { page, main, thread } = opened.visit;
    await main.say('@skein small enough?');
    await main
      .message('small enough?')
      .getByRole('button', { name: /1 reply/ })
      .click();
    await thread.reply();
    expect(await opened.visit.fitsWidth()).toBe(true);
    const inspector = await opened.visit.inspect();
    await inspector.getByText('small enough?').first().waitFor();
    expect(await opened.visit.fitsWidth()).toBe(true);
    await inspector.getByRole('button', { name: /close/i }).click();
    await thread.node.getByRole('button', { name: 'Close the thread' }).click();
    await page.getByRole('button', { name: 'Channels and people' }).click();
    await opened.visit.go('random');
    await main.node.getByRole('heading', { name: '#random' }).first().waitFor();
    expect(await opened.visit.fitsWidth()).toBe(true);
  });
});

describe('axe finds no serious fault', () => {
  test.each([
    ['light', { colorScheme: 'light' as const }],
    ['dark', { colorScheme: 'dark' as const }],
    ['narrow', { viewport: { width: 400, height: 720 } }],
  ])('%s: channel, thread, inspector, picker, list of names, keyboard help', async (_, options) => {
    await opened.visit.close();
    opened.visit = await Visit.to(opened.playground.url, opened.browser, options);
    const { page, main, thread } = opened.visit;
    const faults = new Map<string, string[]>();
    const look = async (where: string): Promise<void> => {
      const found = await opened.visit.accessibilityFaults();
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
    const inspector = await opened.visit.inspect();
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
