import { beforeEach, describe, expect, test } from '@jest/globals';
import type { App } from '@slack/bolt';
import type { BotRequest } from '../../../src/core/ports.js';
import { type Interactions, interactions } from '../../../src/slack/app/interactions.js';
import type { Interaction } from '../../../src/slack/inbound/interaction.js';
import { RecordingLogger } from '../../support/doubles.js';

const COMMAND = { command: '/skein', text: 'help', trigger_id: '1.1', team_id: 'T1', user_id: 'U1' };
const PRESSED = {
  type: 'block_actions',
  trigger_id: '2.2',
  user: { id: 'U1', team_id: 'T1' },
  actions: [{ action_id: 'again' }],
};

let submitted: BotRequest[];
let log: RecordingLogger;
let taken: Interactions;
let bolt: { listeners: string[]; app: App };
beforeEach(() => {
  submitted = [];
  log = new RecordingLogger();
  taken = interactions({ submit: async (request) => void submitted.push(request) }, log);
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
const nothing = async (): Promise<void> => {};

describe('before the ack', () => {
  test('what a feature handles is stored under the id of the act', async () => {
    taken.appFor(bolt.app).command('help', 'shows help', nothing);
    await taken.handle(COMMAND);
    expect(submitted).toMatchObject([{ id: '1.1', payload: { kind: 'command', name: 'help', user: 'U1' } }]);
  });

  test('what cannot be stored is not acknowledged: it throws', async () => {
    const failing = interactions({ submit: () => Promise.reject(new Error('Redis is away')) }, log);
    failing.appFor(bolt.app).command('help', 'shows help', nothing);
    await expect(failing.handle(COMMAND)).rejects.toThrow('Redis is away');
  });

  test('what no feature handles is logged, and not stored', async () => {
    taken.appFor(bolt.app);
    await taken.handle(PRESSED);
    expect(submitted).toEqual([]);
    expect(log.lines).toMatchObject([{ level: 'warn', facts: { kind: 'action', name: 'again' } }]);
  });

  test('what cannot be read is not acknowledged either: the person must not see it succeed', async () => {
    taken.appFor(bolt.app).command('help', 'shows help', nothing);
    await expect(taken.handle({ ...COMMAND, user_id: undefined })).rejects.toThrow('user_id');
    expect(submitted).toEqual([]);
  });

  test('the command of another app is none of its business', async () => {
    taken.appFor(bolt.app).command('help', 'shows help', nothing);
    await taken.handle({ ...COMMAND, command: '/weather' });
    expect([submitted, log.lines]).toEqual([[], []]);
  });

  test('an event is none of its business', async () => {
    await taken.handle({ type: 'event_callback', team_id: 'T1', event: { type: 'message' } });
    expect([submitted, log.lines]).toEqual([[], []]);
  });
});

describe('a worker', () => {
  test('runs the handler of the feature with what was stored', async () => {
    const seen: Interaction[] = [];
    taken.appFor(bolt.app).action('again', async (interaction) => void seen.push(interaction));
    await taken.handle(PRESSED);
    await taken.work(submitted[0] as BotRequest, signal);
    expect(seen).toMatchObject([{ id: '2.2', kind: 'action', name: 'again', team: 'T1' }]);
  });

  test('shows the help for a command with an unknown word, or with none', async () => {
    const seen: string[] = [];
    taken.appFor(bolt.app).command('help', 'shows help', async ({ name }) => void seen.push(name));
    for (const [n, text] of ['', 'dance now'].entries()) await taken.handle({ ...COMMAND, text, trigger_id: `${n}` });
    for (const request of submitted) await taken.work(request, signal);
    expect(seen).toEqual(['', 'dance']);
    // What was typed stands in no log.
    expect(log.lines.map(({ facts }) => facts)).toMatchObject([{ name: 'help' }, { name: 'help' }]);
  });

  test('fails for what only another version of the program handles: it is tried again there', async () => {
    taken.appFor(bolt.app);
    const request = { id: '3.3', payload: { kind: 'action', name: 'later' } };
    await expect(taken.work(request, signal)).rejects.toThrow(/action "later"/);
  });
});

describe('features', () => {
  test('have Bolt acknowledge what they register', () => {
    const app = taken.appFor(bolt.app);
    app.command('help', 'shows help', nothing);
    app.action('again', nothing);
    app.submission('reason', nothing);
    app.shortcut('summarize', nothing);
    expect(bolt.listeners).toEqual(['command /skein', 'action again', 'view reason', 'shortcut summarize']);
    expect([...app.commands]).toEqual([['help', 'shows help']]);
  });

  test('must not register the same name twice', () => {
    const app = taken.appFor(bolt.app);
    app.action('again', nothing);
    expect(() => app.action('again', nothing)).toThrow('two features register the action "again"');
  });
});
