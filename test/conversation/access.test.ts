/** Whom the settings of a place let the bot answer, and how. */
import { describe, expect, test } from '@jest/globals';
import { placeRules, whyNot } from '../../src/conversation/access.js';
import type { Conversation } from '../../src/core/conversation.js';
import { settingsReader } from '../../src/core/layers/reader.js';
import { type Layers, resolve } from '../../src/core/layers/resolve.js';
import type { Directory, PersonFacts } from '../../src/core/ports.js';
import { memorySettings } from '../../src/in-memory/settings.js';
import { english } from '../../src/messages/english.js';
import { FakeEphemeral, RecordingLogger } from '../support/doubles.js';
import { ANN, BEN, person, tsAt } from '../support/turns.js';

const PLAIN: PersonFacts = { isGuest: false, isExternal: false, isAdmin: false };

function directory(facts: Record<string, Partial<PersonFacts>> = {}, groups: Record<string, string[]> = {}): Directory {
  return {
    person: async (_team, id) => (facts[id] ? { ...PLAIN, ...facts[id] } : undefined),
    membersOfGroup: async (_team, id) => (groups[id] ? new Set(groups[id]) : undefined),
    creatorOf: async () => undefined,
  };
}

const why = (layers: Layers, of: Directory = directory({ [ANN]: {} }), overdue = false) =>
  whyNot('T1', ANN, resolve(layers), overdue, of);

describe('who is answered', () => {
  test('everybody where nothing is set, and Slack is not asked', async () => {
    const nobodyKnown = directory();
    expect(await why({ deployment: { guests: true, externals: false } }, nobodyKnown)).toBeUndefined();
  });

  test.each<[string, Layers, Partial<PersonFacts>, string | undefined]>([
    ['nobody where it is off', { channel: { answers: 'off' } }, {}, 'off'],
    ['no guests', { channel: { guests: false } }, { isGuest: true }, 'guest'],
    ['members where guests are not', { channel: { guests: false } }, {}, undefined],
    ['no externals', { workspace: { externals: false } }, { isExternal: true }, 'external'],
    ['those who are listed', { workspace: { who: { people: [ANN], groups: [] } } }, {}, undefined],
    ['not those who are not', { workspace: { who: { people: [BEN], groups: [] } } }, {}, 'not_listed'],
    ['members of a group', { workspace: { who: { people: [], groups: ['S1'] } } }, {}, undefined],
    [
      'only who meets the conditions of each layer',
      { workspace: { who: { people: [ANN], groups: [] } }, channel: { who: { people: [BEN], groups: [] } } },
      {},
      'not_listed',
    ],
  ])('%s', async (_name, layers, facts, reason) => {
    expect(await why(layers, directory({ [ANN]: facts }, { S1: [ANN] }))).toBe(reason);
  });

  test('while Slack does not tell it is tried again, and at last not answered', async () => {
    const guests: Layers = { channel: { guests: false } };
    await expect(why(guests, directory())).rejects.toThrow('guest');
    expect(await why(guests, directory(), true)).toBe('guest');
    const group: Layers = { channel: { who: { people: [], groups: ['S1'] } } };
    await expect(why(group, directory())).rejects.toThrow('user group');
    expect(await why(group, directory(), true)).toBe('not_listed');
  });
});

describe('questions that came together', () => {
  const conversation: Conversation = {
    id: { team: 'T1', channel: 'C1', thread: tsAt(0) },
    turns: [person(0, 'one?', ANN), person(1, 'two?', BEN)],
    pending: [tsAt(0), tsAt(1)],
    backlogRead: true,
  };
  const asked = [person(0, 'one?', ANN), person(1, 'two?', BEN)];

  async function rules(layers: Layers, round = conversation) {
    const ephemeral = new FakeEphemeral();
    const found = await placeRules(round, asked, false, {
      settings: settingsReader(memorySettings(), layers),
      directory: directory(),
      ephemeral,
      botMessages: english,
      logger: new RecordingLogger(),
    });
    return { ...found, told: ephemeral.told.map(({ person: who }) => who) };
  }

  test('some are turned away, and their authors told', async () => {
    const { turnedAway, told } = await rules({ file: { who: { people: [BEN], groups: [] } } });
    expect(turnedAway).toEqual({ answered: [tsAt(0)], turns: [] });
    expect(told).toEqual([ANN]);
  });

  test('a reply that is being written goes on', async () => {
    const reply = { after: tsAt(1), messages: ['2.2'], opening: false };
    expect((await rules({ file: { answers: 'off' } }, { ...conversation, reply })).turnedAway).toBeUndefined();
  });

  test('an edited question gets no new answer, and the earlier one stays', async () => {
    const redo = [{ role: 'assistant' as const, ts: '2.2', text: 'Yes.', after: tsAt(1) }];
    const reply = { after: tsAt(1), messages: ['2.2'], opening: false };
    const { turnedAway } = await rules({ file: { answers: 'off' } }, { ...conversation, reply, redo });
    expect(turnedAway).toEqual({ answered: [tsAt(0), tsAt(1)], turns: redo });
  });
});
