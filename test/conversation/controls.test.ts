import { describe, expect, test } from '@jest/globals';
import { controlsFor, type Ending } from '../../src/conversation/controls.js';
import { turnsOf, versionsWith, wantedVersion } from '../../src/conversation/versions.js';
import type { Conversation } from '../../src/core/conversation.js';
import type { ReplyButton } from '../../src/core/settings.js';
import { english } from '../../src/messages/english.js';
import { conversation, person, tsAt } from '../support/turns.js';

const ALL: readonly ReplyButton[] = ['stop', 'again', 'continue', 'feedback'];
const reply = (text: string, at = 5) => ({ role: 'assistant' as const, ts: tsAt(at), text, after: tsAt(0) });
const base: Conversation = conversation([person(0, 'what is new?')]);
const again = (version?: number, texts = ['one', 'two', 'three']): Conversation => ({
  ...base,
  redo: [{ ...reply('two'), versions: { texts, shown: 1 } }],
  again: { ...(version !== undefined && { version }) },
});

describe('what stands under a reply', () => {
  const labels = (of: Conversation, ending: Ending, buttons = ALL): string[] =>
    (controlsFor(of, ending, { buttons, botMessages: english }) ?? []).map((control) =>
      control.kind === 'button' ? control.label : control.kind,
    );

  test.each([
    ['whole', ['Again', 'feedback']],
    ['length', ['Continue', 'Again', 'feedback']],
    ['stopped', ['Continue', 'Again', 'feedback']],
    ['notice', ['Again']],
    ['own', []],
  ] as const)('that is %s', (ending, expected) => expect(labels(base, ending)).toEqual(expected));

  test('is what the setting names', () => {
    expect(labels(base, 'length', ['continue'])).toEqual(['Continue']);
    expect(labels(base, 'whole', ['stop'])).toEqual([]);
  });

  test('leads to the other versions, and tells which one it is', () => {
    expect(labels(again(0), 'whole')).toEqual(['Again (1/3)', '›', 'feedback']);
    expect(labels(again(1), 'whole')).toEqual(['‹', 'Again (2/3)', '›', 'feedback']);
    expect(labels(again(), 'whole')).toEqual(['‹', 'Again (4/4)', 'feedback']);
    expect(labels(again(), 'kept')).toEqual(['‹', 'Again (2/3)', '›', 'feedback']);
  });
});

describe('the versions of a reply', () => {
  test('are what it said before and what it says now; none at first', () => {
    expect(versionsWith(base, 'one')).toBeUndefined();
    expect(versionsWith({ ...base, redo: [reply('o', 5), reply('ne', 6)], again: {} }, 'two')).toEqual({
      texts: ['one', 'two'],
      shown: 1,
    });
    expect(versionsWith(again(0), 'one')).toEqual({ texts: ['one', 'two', 'three'], shown: 0 });
    const many = Array.from({ length: 10 }, (_, at) => `${at}`);
    expect(versionsWith(again(undefined, many), 'new')).toEqual({ texts: [...many.slice(1), 'new'], shown: 9 });
  });

  test('are written again word by word', () => {
    expect(wantedVersion(again(2))).toBe('three');
    expect(wantedVersion(again())).toBeUndefined();
    expect(wantedVersion(base)).toBeUndefined();
  });

  test('are kept where a new answer failed, or was stopped at once', () => {
    const before = again();
    const turns = turnsOf([{ ts: tsAt(5), text: 'two' }], { after: tsAt(0), stopped: true }, before, true);
    expect(turns).toEqual(before.redo);
  });

  test('are kept, too, where what it said before stands in other messages', () => {
    const before = again();
    const messages = [
      { ts: tsAt(5), text: 't' },
      { ts: tsAt(6), text: 'wo' },
    ];
    const [first, second] = turnsOf(messages, { after: tsAt(0), stopped: true }, before, true);
    expect(first).toEqual({ ...before.redo?.[0], text: 't' });
    expect(second).toEqual({ role: 'assistant', ts: tsAt(6), text: 'wo', after: tsAt(0) });
  });

  test('are counted where the model says the same again', () => {
    const [first] = turnsOf([{ ts: tsAt(5), text: 'two' }], { after: tsAt(0) }, again(), false);
    expect(first?.versions).toEqual({ texts: ['one', 'two', 'three', 'two'], shown: 3 });
  });

  test('stand on the first turn, where an edit asks for another answer not at all', () => {
    const messages = [
      { ts: tsAt(5), text: 'fo' },
      { ts: tsAt(6), text: 'ur' },
    ];
    const [first, second] = turnsOf(messages, { after: tsAt(0) }, again(), false);
    expect(first?.versions).toEqual({ texts: ['one', 'two', 'three', 'four'], shown: 3 });
    expect(second).not.toHaveProperty('versions');
    const { again: _, ...edited } = again();
    expect(turnsOf(messages, { after: tsAt(0) }, edited, false)[0]).not.toHaveProperty('versions');
  });
});
