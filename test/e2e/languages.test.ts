/** Each person reads the bot's own words in their language. */
import { afterEach, test } from '@jest/globals';
import { textOf, World } from './world.js';

let world: World;
afterEach(() => world.stop());

test.each([
  ['de-DE', 'Befehle', 'Modell nicht'],
  ['ja-JP', 'コマンド', 'モデル'],
  ['pt-BR', 'Commands', 'model'],
])('with the locale %s', async (locale, help, notice) => {
  world = await World.start({ transport: 'socket' });
  world.model.onMessage(/[^]*/, { error: { message: 'no', type: 'invalid_api_key' }, status: 401 });
  const { slack, general, botId } = world;
  const user = slack.addUser({ name: 'somebody', locale }).id;
  slack.join({ user, channel: general });
  await slack.command({ user, channel: general, command: '/skein', text: 'help' });
  await slack.until(() =>
    slack.messages(general).some(({ ephemeralTo, text }) => ephemeralTo === user && text.includes(help)),
  );
  const { ts } = slack.say({ user, channel: general, text: `<@${botId}> hello` });
  await slack.until(() => world.replies(general, ts).some((reply) => textOf(reply).includes(notice)));
});

test('as a person sets it, whatever their Slack is in', async () => {
  world = await World.start({ transport: 'socket' });
  world.echo();
  const { slack, general, ada, botId } = world;
  await slack.command({ user: ada, channel: general, command: '/skein', text: 'settings me' });
  await slack.until(() => slack.modal(ada));
  await slack.submitModal({ user: ada, entered: { language: 'fr' } });
  await slack.until(() =>
    slack.messages(general).some(({ ephemeralTo, text }) => ephemeralTo === ada && text.includes('Saved')),
  );
  const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}>` });
  await slack.until(() => world.replies(general, ts).some((reply) => textOf(reply).startsWith('Bonjour')));
});
