/** The Home tab, from opening it to what a button in it does. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { World } from './world.js';

let world: World;
afterEach(() => world.stop());

/** What the person reads in their Home tab. */
function home(user: string): string {
  return JSON.stringify(world.slack.home(user)?.view ?? '');
}

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  test('shows what the bot can do, my usage, my settings and my conversations', async () => {
    world = await World.start({ transport });
    world.echo();
    const { slack, general, ada, botId } = world;
    slack.openHomeTab({ user: ada });
    await slack.until(() => slack.home(ada));
    expect(home(ada)).toContain('None yet.');
    const { ts } = slack.say({ user: ada, channel: general, text: `<@${botId}> hello` });
    await world.untilSays(general, ts, 'Re: Ada: hello');
    slack.openHomeTab({ user: ada });
    await slack.until(() => home(ada).includes(`<#${general}>`));
    expect(home(ada)).toContain('1 model calls at an unknown price');
    expect(home(ada)).toContain(`p${ts.replace('.', '')}`);
    expect(home(ada)).not.toContain('For admins');
    // Of the others nothing.
    slack.openHomeTab({ user: world.bob });
    await slack.until(() => slack.home(world.bob));
    expect(home(world.bob)).not.toContain(`<#${general}>`);
  });

  test('my settings are changed there, and shown', async () => {
    world = await World.start({ transport });
    const { slack, ada } = world;
    slack.openHomeTab({ user: ada });
    await slack.until(() => slack.home(ada));
    await slack.pressInView({ user: ada, actionId: 'settings-me' });
    await slack.until(() => slack.modal(ada));
    await slack.submitModal({ user: ada, entered: { about: 'I am a baker.', tone: 'friendly', memory: 'no' } });
    await slack.until(() => home(ada).includes('I am a baker.'));
    expect(home(ada)).toContain('friendly');
    await slack.pressInView({ user: ada, actionId: 'forget-me' });
    await slack.until(() => !home(ada).includes('I am a baker.'));
  });
});

test('admins see the workspace, and change it there', async () => {
  world = await World.start({ transport: 'socket' });
  const { slack } = world;
  const admin = slack.addUser({ name: 'admin', role: 'owner' }).id;
  slack.openHomeTab({ user: admin });
  await slack.until(() => home(admin).includes('For admins'));
  await slack.pressInView({ user: admin, actionId: 'settings-workspace' });
  await slack.until(() => slack.modal(admin));
  await slack.submitModal({ user: admin, entered: { guests: 'no' } });
  await slack.until(() => home(admin).includes('*Guests may use it*: nothing → no'));
});

test('a Home tab that Slack refuses once is there when it is opened again', async () => {
  world = await World.start({ transport: 'socket' });
  const { slack, ada } = world;
  slack.faults.next('views.publish', { error: 'internal_error' });
  slack.openHomeTab({ user: ada });
  await slack.until(() => slack.calls.some(({ method }) => method === 'views.publish'));
  expect(slack.home(ada)).toBeUndefined();
  slack.openHomeTab({ user: ada });
  await slack.until(() => slack.home(ada));
});
