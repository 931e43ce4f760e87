import { beforeEach, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import type { BotRequest } from '../../../src/core/ports.js';
import { type Interactions, interactions } from '../../../src/slack/app/interactions.js';
import type { Interaction } from '../../../src/slack/inbound/interaction.js';
import { RecordingLogger } from '../../support/doubles.js';

const COMMAND = { command: '/skein', text: 'help', trigger_id: '1.1', team_id: 'T1', user_id: 'U1' };
const BUTTON_PRESSED = {
  type: 'block_actions',
  trigger_id: '2.2',
  user: { id: 'U1', team_id: 'T1' },
  actions: [{ action_id: 'again' }],
};

let submitted: BotRequest[];
let log: RecordingLogger;
let dispatcher: Interactions;
let bolt: { listeners: string[]; app: App };
beforeEach(() => {
  submitted = [];
  log = new RecordingLogger();
  dispatcher = interactions({ submit: async (request) => void submitted.push(request) }, log);
  const listeners: string[] = [];
  const listen = (kind: string) => (name: string) => void listeners.push(`${kind} ${name}`);
  const app = {
    command: listen('command'),
    action: listen('action'),
    view: listen('view'),
    shortcut: listen('shortcut'),
  };
  bolt = { listeners, app: app as unknown as App };
});

const signal = new AbortController().signal;
const noop = async (): Promise<void> => {};

describe('before the ack', () => {
  test('an interaction that a feature handles is stored under its id', async () => {
    dispatcher.appFor(bolt.app).command('help', 'command_help', noop);
    await dispatcher.handle(COMMAND);
    expect(submitted).toMatchObject([{ id: '1.1', payload: { kind: 'command', name: 'help', user: 'U1' } }]);
  });

  test('an error of the store is thrown, so there is no ack', async () => {
    const failing = interactions({ submit: () => Promise.reject(new Error('Redis is away')) }, log);
    failing.appFor(bolt.app).command('help', 'command_help', noop);
    await expect(failing.handle(COMMAND)).rejects.toThrow('Redis is away');
  });

  test('an interaction that no feature handles is logged, and not stored', async () => {
    dispatcher.appFor(bolt.app);
    await dispatcher.handle(BUTTON_PRESSED);
    expect(submitted).toEqual([]);
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { kind: 'action', name: 'again' } }]);
  });

  test('an interaction that cannot be read is not acknowledged: it throws', async () => {
    dispatcher.appFor(bolt.app).command('help', 'command_help', noop);
    await expect(dispatcher.handle({ ...COMMAND, user_id: undefined })).rejects.toThrow('user_id');
    expect(submitted).toEqual([]);
  });

  test('the command of another app is ignored', async () => {
    dispatcher.appFor(bolt.app).command('help', 'command_help', noop);
    await dispatcher.handle({ ...COMMAND, command: '/weather' });
    expect([submitted, log.lines]).toEqual([[], []]);
  });

  test('an event is ignored', async () => {
    await dispatcher.handle({ type: 'event_callback', team_id: 'T1', event: { type: 'message' } });
    expect([submitted, log.lines]).toEqual([[], []]);
  });
});

describe('what happens to the bot', () => {
  const joined = { id: 'joined T1:C1', name: 'joined', team: 'T1', channel: 'C1', user: 'U1' };

  test('is stored if a feature handles it, for as long as it is to happen once', async () => {
    const seen: Interaction[] = [];
    dispatcher.appFor(bolt.app).event('joined', async (event) => void seen.push(event));
    await dispatcher.takeEvent(joined, 5_000);
    expect(submitted).toMatchObject([{ id: 'joined T1:C1', knownMs: 5_000 }]);
    await dispatcher.work(submitted[0] as BotRequest, signal);
    expect(seen).toEqual([{ ...joined, kind: 'event', text: '' }]);
    expect(bolt.listeners).toEqual(['command /skein']);
  });

  test('is not stored if none does', async () => {
    dispatcher.appFor(bolt.app);
    await dispatcher.takeEvent(joined, 5_000);
    expect(submitted).toEqual([]);
  });
});

describe('a worker', () => {
  test("runs the feature's handler with the stored interaction", async () => {
    const seen: Interaction[] = [];
    dispatcher.appFor(bolt.app).action('again', async (interaction) => void seen.push(interaction));
    await dispatcher.handle(BUTTON_PRESSED);
    await dispatcher.work(submitted[0] as BotRequest, signal);
    expect(seen).toMatchObject([{ id: '2.2', kind: 'action', name: 'again', team: 'T1' }]);
  });

  test('runs the help command for an unknown word, or none', async () => {
    const seen: string[] = [];
    dispatcher.appFor(bolt.app).command('help', 'command_help', async ({ name }) => void seen.push(name));
    for (const [n, text] of ['', 'dance now'].entries())
      await dispatcher.handle({ ...COMMAND, text, trigger_id: `${n}` });
    for (const request of submitted) await dispatcher.work(request, signal);
    expect(seen).toEqual(['', 'dance']);
    // What was typed stands in no log.
    expect(log.lines.map(({ facts }) => facts)).toMatchObject([{ name: 'help' }, { name: 'help' }]);
  });

  test('throws for an interaction that only another version handles, so that it is retried there', async () => {
    dispatcher.appFor(bolt.app);
    const request = { id: '3.3', payload: { kind: 'action', name: 'later' } };
    await expect(dispatcher.work(request, signal)).rejects.toThrow(/action "later"/);
  });
});

describe('features', () => {
  test('have Bolt acknowledge what they register', () => {
    const app = dispatcher.appFor(bolt.app);
    app.command('help', 'command_help', noop);
    app.action('again', noop);
    app.submission('reason', noop);
    app.shortcut('summarize', noop);
    expect(bolt.listeners).toEqual(['command /skein', 'action again', 'view reason', 'shortcut summarize']);
    expect([...app.commands]).toEqual([['help', 'command_help']]);
  });

  test('must not register the same name twice', () => {
    const app = dispatcher.appFor(bolt.app);
    app.action('again', noop);
    expect(() => app.action('again', noop)).toThrow('two features register the action "again"');
  });
});
