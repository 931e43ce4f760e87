/** Conversations, what the inspector shows of them, and faults, in the playground as people use it. */
import { describe, expect, test } from '@jest/globals';
import { playgroundForTests } from '../playground/support.js';
import { until } from '../support/until.js';
import { openedPlayground } from './opened.js';
import { END, Visit } from './visit.js';

// Low enough that two long messages are summarized.
const opened = openedPlayground({ instant: false, env: { VERBATIM_TOKENS: '1500' } });

describe('a reply that is being written', () => {
  test('in a channel has a button that stops it', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein a long answer, please');
    const reply = thread.replies.first();
    const stop = reply.getByRole('button', { name: 'Stop', exact: true });
    await stop.waitFor();
    expect(await opened.visit.accessibilityFaults()).toEqual([]);
    await stop.click();
    await reply.getByText('Stopped here.').waitFor();
    expect(await stop.count()).toBe(0);
    expect(await reply.textContent()).not.toContain(END);
  });

  test("in a DM is stopped with Slack's own button", async () => {
    const { thread } = opened.visit;
    await opened.visit.go('Skein');
    await opened.visit.main.say('a long answer, please');
    const reply = thread.replies.first();
    await reply.waitFor();
    await thread.clickAction(reply, 'Stop this reply');
    await reply.getByText('Stopped here.').waitFor();
    expect(await reply.textContent()).not.toContain(END);
  });
});

describe('a whole reply', () => {
  test('has buttons: for another answer, back to the first, and thumbs', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein which yarn is warm?');
    const reply = await thread.reply();
    const button = (name: string) => reply.getByRole('button', { name, exact: true });
    await button('Again').click();
    await button('Again (2/2)').waitFor();
    await button('‹').click();
    await button('Again (1/2)').waitFor();
    await button('Good answer').click();
    await until(async () => (await button('Good answer').getAttribute('aria-pressed')) === 'true', 'the pressed thumb');
    expect(await opened.visit.accessibilityFaults()).toEqual([]);
    expect(await thread.replies.count()).toBe(1);
  });
});

describe('a conversation', () => {
  test('begins with a mention, is answered in its thread word by word, and goes on without mentions', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein which yarn goes further?');
    const reply = thread.replies.first();
    await reply.getByText('That takes a real model').first().waitFor();
    // What is typed next goes on in the thread.
    await thread.composer.and(opened.visit.page.locator(':focus')).waitFor();
    await thread.reply();
    // What was posted first was not all of it.
    expect(opened.playground.slack.calls.filter(({ method }) => method === 'chat.update')).not.toEqual([]);
    expect(await reply.textContent()).toContain('Ada: which yarn goes further?');
    await thread.say('and in metres?');
    const second = await thread.reply(1);
    expect(await second.textContent()).toContain('Ada: and in metres?');
    expect(await thread.replies.count()).toBe(2);
    await main.message('which yarn goes further?').getByRole('button', { name: '3 replies' }).waitFor();
  });

  test('in a DM opens a thread with a title for each question, and goes on there', async () => {
    const { main, thread } = opened.visit;
    await opened.visit.go('Skein');
    await main.say('which *wool*?');
    expect(await (await thread.reply()).textContent()).toContain('you: which *wool*?');
    await thread.node.getByRole('heading', { name: 'which wool?' }).waitFor();
    await thread.composer.and(opened.visit.page.locator(':focus')).waitFor();
    await opened.visit.page.keyboard.type('and which yarn?');
    await opened.visit.page.keyboard.press('Enter');
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
    await opened.visit.writeAs('Linus');
    await opened.visit.go('Skein');
    const prompts = opened.visit.main.node.getByRole('group', { name: 'Suggested prompts' });
    await prompts.getByRole('button', { name: 'Compare options' }).click();
    await opened.visit.thread.message('Compare SQL and NoSQL databases').first().waitFor();
    await opened.visit.thread.reply();
    await prompts.waitFor({ state: 'hidden' });
    expect(await opened.visit.accessibilityFaults()).toEqual([]);
  });

  test('has commands, whose answer only the person who typed them sees', async () => {
    const { main } = opened.visit;
    await main.composer.fill('/skein help');
    await main.composer.press('Enter');
    await main.node.getByText('Only visible to you').waitFor();
    expect(await main.node.getByText('keeps the thread').count()).toBe(1);
    expect(await main.composer.inputValue()).toBe('');
    await opened.visit.writeAs('Grace');
    await main.node.getByText('keeps the thread').waitFor({ state: 'detached' });
  });

  test('in a group DM begins with a mention as well', async () => {
    await opened.visit.go('Grace, Linus');
    await opened.visit.main.say('@skein who is here?');
    await opened.visit.thread.reply();
  });

  test('rewrites its answer in place when the question is edited', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein the green one');
    await thread.replies.first().waitFor();
    await thread.clickAction(thread.message('the green one').first(), 'Edit message');
    await thread.node.getByRole('textbox', { name: 'Edit message' }).fill('@skein the grey one');
    await thread.node.getByRole('button', { name: 'Save' }).click();
    await thread.replies.first().getByText('the grey one').waitFor();
    expect(await thread.replies.count()).toBe(1);
  });

  test('that becomes long is summarized, and the inspector shows the summary', async () => {
    const { main, thread } = opened.visit;
    await main.say(`@skein the red one. ${'We spoke of it at length. '.repeat(140)}`);
    await thread.reply();
    await thread.say(`the blue one. ${'We spoke of it at length. '.repeat(140)}`);
    await thread.replies.nth(1).waitFor();
    await thread.say('which ones?');
    await thread.replies.nth(2).waitFor();
    const inspector = await opened.visit.inspect();
    await inspector.getByText(/^Summary, sent in place of \d+ turns$/).click();
    await inspector.getByText(/2 messages, of which .*beginnings[^]*the red one/).waitFor();
  });

  test('renders code, a table and an error', async () => {
    const { main, thread } = opened.visit;
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
    const { main, thread } = opened.visit;
    await main.say('@skein the red one');
    await thread.reply();
    const inspector = await opened.visit.inspect();
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
    const { main, thread } = opened.visit;
    await main.say('@skein the green one');
    await thread.reply();
    await thread.say('and which else?');
    await thread.replies.nth(1).waitFor();
    await thread.clickAction(thread.message('the green one').first(), 'Edit message');
    await thread.node.getByRole('textbox', { name: 'Edit message' }).fill('@skein the grey one');
    await thread.node.getByRole('button', { name: 'Save' }).click();
    const inspector = await opened.visit.inspect();
    await inspector.getByText('answered before this edit').waitFor();
    await inspector.getByText('the grey one').first().waitFor();
  });

  test('lists every answer and every message without one; any of them can be looked at, also from its message', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein the first one');
    await thread.reply();
    await thread.say('@linus and you?');
    await thread.say('the second one');
    await thread.replies.nth(1).waitFor();
    const inspector = await opened.visit.inspect();
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
    const { main, thread } = opened.visit;
    await main.say('@skein the pirate one');
    await thread.reply();
    const inspector = await opened.visit.inspect();
    const again = inspector.getByRole('region', { name: 'Run again with …' });
    await again.getByLabel('System message').fill('Talk like a pirate.');
    await again.getByRole('button', { name: 'Run again' }).click();
    // What is listed of a prompt depends on what was said in the channel before.
    for (const name of ['Now', 'Before']) await again.getByRole('group', { name }).getByText('— demo model').waitFor();
    expect(await thread.replies.count()).toBe(1);
    await inspector.getByRole('row', { name: /^This conversation 1 / }).waitFor();
  });

  test('can be linked to: a reload and the address keep place, person, draft and run', async () => {
    const { main, thread, page } = opened.visit;
    await main.say('@skein the linked one');
    await thread.reply();
    await thread.say('one more');
    await thread.replies.nth(1).waitFor();
    await opened.visit.writeAs('Grace');
    const inspector = await opened.visit.inspect();
    await inspector.getByRole('button', { name: /the linked one/ }).click();
    await thread.composer.fill('half a sentence');
    expect(page.url()).toMatch(/\/general\/\d+\.\d+\?as=grace&inspect=r1$/);
    await page.reload();
    await thread.composer.waitFor();
    expect(await thread.composer.inputValue()).toBe('half a sentence');
    expect(await page.getByRole('radio', { name: 'Grace' }).isChecked()).toBe(true);
    await inspector.locator('[aria-current="true"]').getByText('the linked one').waitFor();
    await opened.visit.go('Skein');
    await page.waitForURL(/\/dm\?as=grace$/);
    await page.goBack();
    await thread.message('the linked one').first().waitFor();
  });

  test('says what the last prompt left out', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein error');
    await thread.message(/isn't responding/).waitFor();
    const inspector = await opened.visit.inspect();
    await inspector.getByText('The last prompt had every earlier turn word for word.').waitFor();
    await thread.say('and now?');
    await inspector.getByText(/word for word, except 1 notice of the bot/).waitFor();
  });

  test('drops a deleted message', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein keep this');
    await thread.reply();
    await thread.say('@grace not this');
    const inspector = await opened.visit.inspect();
    const turn = inspector.getByText('not this');
    await turn.first().waitFor();
    await thread.clickAction(thread.message('not this'), 'Delete message');
    await until(async () => (await turn.count()) === 0, 'the turn to be forgotten');
    await thread.message('not this').waitFor({ state: 'detached' });
    await inspector.getByText('keep this').first().waitFor();
  });

  test('closes with Escape, and the focus stays on the page', async () => {
    await opened.visit.go('Skein');
    await opened.visit.main.say('hello');
    await opened.visit.thread.reply();
    const inspector = await opened.visit.inspect();
    await inspector.getByRole('button', { name: /close/i }).focus();
    await opened.visit.page.keyboard.press('Escape');
    await inspector.waitFor({ state: 'hidden' });
    expect(await opened.visit.page.evaluate('document.activeElement !== document.body')).toBe(true);
  });
});

describe('an injected fault', () => {
  test('redelivery: no second answer', async () => {
    const { main, thread } = opened.visit;
    await main.say('@skein say it once');
    await thread.reply();
    const inspector = await opened.visit.inspect();
    const deliveries = inspector.getByText(/^\d+ events$/).first();
    await inspector.getByText('answered', { exact: true }).first().waitFor();
    const before = Number(/\d+/.exec((await deliveries.textContent()) ?? '')?.[0]);
    await opened.visit.fault('Deliver the last event again');
    await inspector.getByText(`${before + 1} events`).waitFor();
    // Messages of a conversation are answered in order, so the redelivery was handled before this one.
    await thread.say('and now?');
    await thread.reply(1);
    expect(await thread.replies.count()).toBe(2);
  });

  test('kill: the bot restarts and answers', async () => {
    const { page, main, thread } = opened.visit;
    await opened.visit.fault(/^Kill/);
    await page.getByText(/kept outside it/).waitFor();
    await main.say('@skein are you back?');
    expect(await (await thread.reply()).textContent()).toContain('are you back?');
    expect(opened.playground.bot.status.starts).toBeGreaterThan(1);
  });

  test('broken socket: a message is answered after the reconnect', async () => {
    const { page, main, thread } = opened.visit;
    await opened.visit.fault('Break the socket');
    await until(() => opened.playground.slack.socketCount === 0, 'the socket to break');
    await page.getByText(/The socket is broken\. New messages wait at Slack/).waitFor();
    await main.say('@skein does it reach you?');
    expect(await (await thread.reply()).textContent()).toContain('does it reach you?');
    expect(await thread.replies.count()).toBe(1);
  });

  test('429: the reply is late but complete, and the inspector shows the failed call', async () => {
    const { page, main, thread } = opened.visit;
    await opened.visit.fault('Rate-limit Slack calls (429)');
    await page.getByText(/gets a 429 \(retry after 3 s\)/).waitFor();
    await main.say('@skein all of it, please');
    const inspector = await opened.visit.inspect();
    await inspector.getByText('ratelimited (429)').first().waitFor();
    expect(await (await thread.reply()).textContent()).toContain('all of it, please');
    expect(await thread.replies.count()).toBe(1);
    // Remove the 429s that this reply did not use up.
    opened.playground.slack.faults.clear();
  });

  test('and what it did can be seen without scrolling, with a model to offer too', async () => {
    const localServers = [{ name: 'Ollama', baseUrl: 'http://127.0.0.1:1/v1', models: ['llama3.2'] }];
    const other = await playgroundForTests({ localServers: () => localServers });
    await opened.visit.close();
    opened.visit = await Visit.to(other.url, opened.browser);
    try {
      await opened.visit.fault(/^Kill/);
      await opened.visit.page.getByText(/kept outside it/).waitFor();
      expect(await opened.visit.page.evaluate('document.querySelector("#sidebar").scrollHeight')).toBe(800);
      await opened.visit.page.getByText('The bot is starting…').waitFor({ state: 'hidden' });
    } finally {
      await opened.visit.close();
      opened.visit = await Visit.to(opened.playground.url, opened.browser);
      await other.stop();
    }
  });

  test('broken answer: restarts, and the inspector shows it', async () => {
    const { main, thread } = opened.visit;
    await opened.visit.fault(/halfway/);
    await main.say('@skein hello');
    await thread.reply();
    const inspector = await opened.visit.inspect();
    await inspector.getByText(/restarted once/).waitFor();
    expect(await thread.replies.count()).toBe(1);
  });
});
