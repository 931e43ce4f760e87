/** The contract of `SettingsStore`, for every adapter. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { SettingsStore } from '../../src/core/ports.js';

export interface SettingsFixture {
  settings: SettingsStore;
  /** The same settings, as another process sees them. */
  other: SettingsStore;
  close(): Promise<void>;
}

const WORKSPACE = { team: 'T1', layer: 'workspace', id: '' } as const;
const CHANNEL = { team: 'T1', layer: 'channel', id: 'C1' } as const;
const ADA = { team: 'T1', layer: 'person', id: 'U1' } as const;
const request = (id: string) => ({ id, by: 'U1', at: 1_000 });

export function settingsContract(name: string, open: () => Promise<SettingsFixture>): void {
  describe(`settings ${name}`, () => {
    let fixture: SettingsFixture;
    beforeEach(async () => {
      fixture = await open();
    });
    afterEach(() => fixture.close());

    test('nothing is set at first', async () => {
      expect(await fixture.settings.read({ team: 'T1', channel: 'C1', person: 'U1' })).toEqual({});
      expect(await fixture.settings.log('T1')).toEqual([]);
    });

    test('what one process sets, another reads at once, each layer for its own place', async () => {
      const { settings, other } = fixture;
      await settings.change(WORKSPACE, { model: 'one', guests: false, locked: ['model'] }, request('a'));
      await settings.change(CHANNEL, { answers: 'off' }, request('b'));
      await settings.change(ADA, { about: 'I am a baker.' }, request('c'));
      const workspace = { model: 'one', guests: false, locked: ['model'] };
      expect(await other.read({ team: 'T1', channel: 'C1', person: 'U1' })).toEqual({
        workspace,
        channel: { answers: 'off' },
        person: { about: 'I am a baker.' },
      });
      expect(await other.read({ team: 'T1', channel: 'C2', person: 'U2' })).toEqual({ workspace });
      expect(await other.read({ team: 'T1' })).toEqual({ workspace });
      expect(await other.read({ team: 'T2', channel: 'C1', person: 'U1' })).toEqual({});
    });

    test('a change keeps the other values; null takes one away', async () => {
      const { settings, other } = fixture;
      await settings.change(CHANNEL, { model: 'one', effort: 'low' }, request('a'));
      const changes = await settings.change(CHANNEL, { model: null, verbosity: 'high' }, request('b'));
      expect(changes).toEqual([
        { key: 'model', from: 'one' },
        { key: 'verbosity', to: 'high' },
      ]);
      expect(await other.read({ team: 'T1', channel: 'C1' })).toEqual({
        channel: { effort: 'low', verbosity: 'high' },
      });
    });

    test('what a layer cannot hold is left out, and what no setting allows is refused', async () => {
      const { settings } = fixture;
      expect(await settings.change(ADA, { answers: 'off', locked: ['model'] }, request('a'))).toEqual([]);
      await expect(settings.change(CHANNEL, { answers: 'sometimes' }, request('b'))).rejects.toThrow();
      expect(await settings.read({ team: 'T1', channel: 'C1', person: 'U1' })).toEqual({});
    });

    test('a request changes something once, however often it is repeated, and whoever comes between', async () => {
      const { settings, other } = fixture;
      const first = await settings.change(CHANNEL, { model: 'one' }, request('a'));
      await other.change(CHANNEL, { model: 'two' }, request('b'));
      expect(await other.change(CHANNEL, { model: 'one' }, request('a'))).toEqual(first);
      expect(await settings.read({ team: 'T1', channel: 'C1' })).toEqual({ channel: { model: 'two' } });
      expect(await settings.log('T1')).toHaveLength(2);
    });

    test('changes that are made together all count', async () => {
      const { settings, other } = fixture;
      await Promise.all([
        settings.change(CHANNEL, { model: 'one' }, request('a')),
        other.change(CHANNEL, { effort: 'low' }, request('b')),
        settings.change(CHANNEL, { verbosity: 'low' }, request('c')),
        other.change(CHANNEL, { guests: false }, request('d')),
      ]);
      expect(await settings.read({ team: 'T1', channel: 'C1' })).toEqual({
        channel: { model: 'one', effort: 'low', verbosity: 'low', guests: false },
      });
      expect(await other.log('T1')).toHaveLength(4);
    });

    test('the log has who, when, from and to, the newest first, and nothing of what people set for themselves', async () => {
      const { settings, other } = fixture;
      await settings.change(CHANNEL, { model: 'one' }, { id: 'a', by: 'U1', at: 1 });
      await settings.change(CHANNEL, { model: 'two' }, { id: 'b', by: 'U2', at: 2 });
      await settings.change(CHANNEL, { model: 'two' }, { id: 'c', by: 'U2', at: 3 });
      await settings.change(ADA, { about: 'secret' }, { id: 'd', by: 'U1', at: 4 });
      expect(await other.log('T1')).toEqual([
        { id: 'b', by: 'U2', at: 2, layer: 'channel', of: 'C1', changes: [{ key: 'model', from: 'one', to: 'two' }] },
        { id: 'a', by: 'U1', at: 1, layer: 'channel', of: 'C1', changes: [{ key: 'model', to: 'one' }] },
      ]);
      expect(await other.log('T1', 'U1')).toMatchObject([{ id: 'd', changes: [{ key: 'about', to: 'secret' }] }]);
    });

    test('a person is forgotten with their log', async () => {
      const { settings, other } = fixture;
      await settings.change(ADA, { about: 'secret' }, request('a'));
      await settings.change(CHANNEL, { model: 'one' }, request('b'));
      await other.forget('T1', 'U1');
      expect(await settings.read({ team: 'T1', channel: 'C1', person: 'U1' })).toEqual({ channel: { model: 'one' } });
      expect(await settings.log('T1', 'U1')).toEqual([]);
    });
  });
}
