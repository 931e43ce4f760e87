import { afterEach, describe, expect, test } from '@jest/globals';
import { App, LogLevel, SocketModeReceiver } from '@slack/bolt';
import { startSimulator, type Simulator } from '../../src/simulator/index.js';

const closers: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
});

async function connectedApp(slack: Simulator): Promise<App> {
  const clientOptions = { slackApiUrl: slack.apiUrl };
  const receiver = new SocketModeReceiver({
    appToken: slack.appToken,
    logLevel: LogLevel.ERROR,
    installerOptions: { clientOptions },
  });
  const app = new App({ token: slack.botToken, receiver, clientOptions, logLevel: LogLevel.ERROR, deferInitialization: true });
  await app.init();
  await app.start();
  closers.push(() => app.stop());
  return app;
}

describe('a bot in Socket Mode', () => {
  test('hears a mention twice, answers, and hears its own answer', async () => {
    const slack = await startSimulator({ mentionOrder: 'message-first' });
    closers.push(() => slack.stop());
    const app = await connectedApp(slack);
    const heard: string[] = [];
    app.message(async ({ message }) => {
      heard.push(`message ${message.ts}`);
    });
    app.event('app_mention', async ({ event, client }) => {
      heard.push(`app_mention ${event.ts}`);
      await client.chat.postMessage({ channel: event.channel, thread_ts: event.ts, text: 'Hello.' });
    });
    const ann = slack.addUser({ name: 'ann' });
    const channel = slack.addChannel({ name: 'general', members: [ann.id, slack.bot.userId] });
    const { ts } = slack.say({ user: ann.id, channel: channel.id, text: `<@${slack.bot.userId}> hi` });
    const reply = await slack.until(() => slack.messages(channel.id, ts)[1]);
    expect(reply).toMatchObject({ text: 'Hello.', threadTs: ts, user: slack.bot.userId });
    await slack.until(() => slack.deliveries.length === 3 && slack.deliveries.every(({ state }) => state === 'acked'));
    expect(heard).toEqual([`message ${ts}`, `app_mention ${ts}`]);
  });
});
