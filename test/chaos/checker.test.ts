/** The checker of the chaos run: what it must let pass, and that it catches each way to break the promise. */
import { describe, expect, test } from '@jest/globals';
import { type Evidence, type Finding, type Prompt, type Said, type Shown, verdictOn, wordsUpTo } from '../../chaos/checker.js';

const PLACE = 'C1/1';
const ts = (n: number): string => `1766458000.${String(n).padStart(6, '0')}`;
const ACKED = 1_000;

const said = (token: string, n: number, more: Partial<Said> = {}): Said => ({ token, asks: token.startsWith('q'), place: PLACE, ts: ts(n), ackedAt: ACKED + n, deleted: false, ...more });
const answer = (tokens: string, count = 3): string => `[[${tokens}]] ${count}: ${wordsUpTo(count).replaceAll('w', ' w')} ∎`;
const shown = (n: number, text: string, more: Partial<Shown> = {}): Shown => ({ place: PLACE, ts: ts(n), text, live: false, ...more });

function look(evidence: Partial<Evidence>): ReturnType<typeof verdictOn> {
  return verdictOn({ said: [said('q-1', 1)], shown: [shown(2, answer('q-1'))], prompts: [], statuses: [], ...evidence });
}

const kinds = (evidence: Partial<Evidence>): Finding['kind'][] => look(evidence).findings.map(({ kind }) => kind);

describe('lets pass', () => {
  test.each<[string, Partial<Evidence>]>([
    ['a question and its reply', {}],
    ['one reply to several questions', { said: [said('q-1', 1), said('q-2', 2)], shown: [shown(3, answer('q-1,q-2'))] }],
    ['a reply in several messages', { shown: [shown(2, '[[q-1]] 3: w1\n'), shown(3, 'w2 w3 ∎')] }],
    ['a remark that nobody answers', { said: [said('q-1', 1), said('c-2', 3)] }],
    ['a question that was taken back, answered or not', { said: [said('q-1', 1), said('q-2', 3, { deleted: true })] }],
    ['an answer to what came late, behind the one to what came after it', { said: [said('q-1', 1, { ackedAt: 9_000 }), said('q-2', 2)], shown: [shown(3, answer('q-2')), shown(4, answer('q-1'))] }],
  ])('%s', (_, evidence) => {
    expect(look(evidence).findings).toEqual([]);
  });

  test('an apology, which it counts', () => {
    expect(look({ shown: [shown(2, ':warning: The model does not answer.')] })).toEqual({ findings: [], answered: 0, apologies: 1 });
    expect(look({})).toMatchObject({ answered: 1, apologies: 0 });
  });
});

describe('catches', () => {
  test.each<[Finding['kind'], string, Partial<Evidence>]>([
    ['lost', 'a question without a reply', { shown: [] }],
    ['lost', 'one of two in the same thread', { said: [said('q-1', 1), said('q-2', 3)] }],
    ['lost', 'a question behind an apology for another', { said: [said('q-1', 1), said('q-2', 5)], shown: [shown(2, answer('q-1')), shown(3, ':warning: Sorry.')] }],
    ['doubled', 'two replies to one question', { shown: [shown(2, answer('q-1')), shown(3, answer('q-1'))] }],
    ['out of order', 'a reply above its question', { said: [said('q-1', 5)] }],
    ['out of order', 'a later question answered first', { said: [said('q-1', 1), said('q-2', 2)], shown: [shown(3, answer('q-2')), shown(4, answer('q-1'))] }],
    ['half-written', 'a reply without its end', { shown: [shown(2, answer('q-1')), shown(3, '[[q-1]] 3: w1 w2')] }],
    ['half-written', 'words missing in the middle', { shown: [shown(2, '[[q-1]] 3: w1 w3 ∎')] }],
    ['half-written', 'what is left over behind a reply', { shown: [shown(2, `${answer('q-1')} w3 ∎`)] }],
    ['half-written', 'a placeholder that was forgotten', { shown: [shown(2, answer('q-1')), shown(3, '_Thinking…_')] }],
    ['half-written', 'a stream that nobody ended', { shown: [shown(2, answer('q-1'), { live: true })] }],
    ['wrong thread', 'a reply in another thread', { shown: [shown(2, answer('q-1'), { place: 'C1/9' })] }],
    ['status left', 'a status line that still stands', { statuses: [PLACE] }],
  ])('%s: %s', (kind, _, evidence) => {
    expect(kinds(evidence)).toContain(kind);
  });

  const prompt = (tokens: string[], open: string[], more: Partial<Prompt> = {}): Prompt => ({ at: 60_000, tokens, open, ...more });
  const two = { said: [said('c-1', 1), said('q-2', 2)], shown: [shown(3, answer('q-2'))] };

  test('a turn that the model should have read', () => {
    expect(kinds({ ...two, prompts: [prompt(['q-2'], ['q-2'])] })).toEqual(['turn missing']);
    expect(kinds({ ...two, prompts: [prompt(['c-1', 'q-2'], ['q-2'])] })).toEqual([]);
  });

  test('but not one that came at the same moment, later, or elsewhere', () => {
    const others = [said('c-3', 9), said('c-4', 1, { place: 'C1/9' }), said('c-5', 1, { ackedAt: 59_000 }), said('c-6', 1, { ackedAt: undefined })];
    expect(kinds({ ...two, said: [...two.said, ...others], prompts: [prompt(['c-1', 'q-2'], ['q-2'])] })).toEqual([]);
  });

  test('nor what came between a question and a remark in a reply that was taken over', () => {
    const taken = { said: [said('q-1', 1), said('q-2', 3), said('c-3', 4)], shown: [shown(2, answer('q-1')), shown(5, answer('q-2'))] };
    expect(kinds({ ...taken, prompts: [prompt(['q-1', 'c-3'], ['q-1', 'c-3'])] })).toEqual([]);
  });

  test('a turn that was deleted before', () => {
    const deleted = (deletionAckedAt: number): Partial<Evidence> => ({ ...two, said: [said('c-1', 1, { deleted: true, deletionAckedAt }), said('q-2', 2)], prompts: [prompt(['c-1', 'q-2'], ['q-2'])] });
    expect(kinds(deleted(50_000))).toEqual(['deleted turn read']);
    expect(kinds(deleted(59_500))).toEqual([]);
  });
});
