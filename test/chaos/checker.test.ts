/** The checker of the chaos run: what it must let pass, and that it catches each way to break the promise. */
import { describe, expect, test } from '@jest/globals';
import { answerTo } from '../../chaos/checker/answer-format.js';
import { verdictOn } from '../../chaos/checker/checker.js';
import type { Evidence, Prompt, Said, Shown } from '../../chaos/checker/evidence.js';
import type { Finding } from '../../chaos/checker/findings.js';
import { apologyFor, CUT_OFF, FILTERED, POISONED } from '../../src/messages/english.js';

const PLACE = 'C1/1';
/** Seconds since 1970 at which the tests play; `ts(n)` is so many seconds later. */
const NOON = 1_766_458_000;
const ts = (n: number): string => `${NOON + n}.000000`;
const at = (n: number): number => (NOON + n) * 1_000;

const said = (token: string, n: number, more: Partial<Said> = {}): Said => ({
  token,
  asks: token.startsWith('q'),
  place: PLACE,
  ts: ts(n),
  sentAt: at(n),
  ackedAt: at(n) + 10,
  deleted: false,
  ...more,
});
const answer = (tokens: string, count = 3): string => answerTo(tokens.split(','), count);
const shown = (n: number, text: string, more: Partial<Shown> = {}): Shown => ({
  place: PLACE,
  ts: ts(n),
  text,
  live: false,
  ...more,
});
const prompt = (turns: string[], open: string[], more: Partial<Prompt> = {}): Prompt => ({
  sentAt: at(600),
  at: at(600),
  turns: turns.map((turn) => ({ token: turn.split('#')[0] ?? '', wording: Number(turn.split('#')[1] ?? 0) })),
  replies: [],
  open,
  outcome: 'answered',
  ...more,
});
const failed = (open: string[], more: Partial<Prompt> = {}): Prompt =>
  prompt(open, open, { outcome: 'failed', ...more });

function look(evidence: Partial<Evidence>): ReturnType<typeof verdictOn> {
  const nothing = { prompts: [], statuses: [], refusals: [], unacknowledged: [], hangs: [], ends: [] };
  return verdictOn({ said: [said('q-1', 1)], shown: [shown(2, answer('q-1'))], ...nothing, ...evidence });
}

const kinds = (evidence: Partial<Evidence>): Finding['kind'][] => look(evidence).findings.map(({ kind }) => kind);
const SORRY = apologyFor('unavailable');
const twoQuestions = [said('q-1', 1), said('q-2', 3)];

describe('lets pass', () => {
  test.each<[string, Partial<Evidence>]>([
    ['a question and its reply', {}],
    ['one reply to several questions', { said: twoQuestions, shown: [shown(4, answer('q-1,q-2'))] }],
    ['a reply in several messages', { shown: [shown(2, '[[q-1]] 3: w1\n'), shown(3, 'w2 w3 ∎')] }],
    [
      'an answer that the model cut, and that says so',
      { shown: [shown(2, `${answerTo(['q-1'], 3, 'length')}${CUT_OFF}`)] },
    ],
    [
      'an answer that was filtered, and that says so',
      { shown: [shown(2, `${answerTo(['q-1'], 3, 'content_filter')}${FILTERED}`)] },
    ],
    ['a remark that nobody answers', { said: [said('q-1', 1), said('c-2', 3)] }],
    ['a question that was taken back, answered or not', { said: [said('q-1', 1), said('q-2', 3, { deleted: true })] }],
    [
      'an answer to what came late, behind the one to what came after it',
      {
        said: [said('q-1', 1, { ackedAt: at(9) }), said('q-2', 3)],
        shown: [shown(4, answer('q-2')), shown(10, answer('q-1'))],
      },
    ],
    [
      'the same of what was still on its way',
      {
        said: [said('q-1', 1, { ackedAt: at(3.1) }), said('q-2', 3)],
        shown: [shown(4, answer('q-2')), shown(10, answer('q-1'))],
      },
    ],
    ['a reply that Slack has refused', { shown: [], refusals: [{ place: PLACE, at: at(2) }] }],
    [
      'what stands of a reply that Slack has refused, and another try',
      { shown: [shown(2, '[[q-1]] 3: w1'), shown(6, answer('q-1'))], refusals: [{ place: PLACE, at: at(3) }] },
    ],
    [
      "a DM's message that the model quotes in the thread below it",
      {
        said: [said('q-1', 1, { place: 'D1/dm' }), said('q-2', 3, { place: `D1/${ts(1)}` })],
        shown: [shown(2, answer('q-1'), { place: 'D1/dm' }), shown(4, answer('q-1,q-2'), { place: `D1/${ts(1)}` })],
      },
    ],
    [
      'the same where Slack has refused the first reply in the thread',
      {
        said: [
          said('q-1', 1, { place: 'D1/dm' }),
          said('q-2', 3, { place: `D1/${ts(1)}` }),
          said('q-3', 5, { place: `D1/${ts(1)}` }),
        ],
        shown: [
          shown(2, answer('q-1'), { place: 'D1/dm' }),
          shown(4, answer('q-1,q-2'), { place: `D1/${ts(1)}` }),
          shown(6, answer('q-1,q-2,q-3'), { place: `D1/${ts(1)}` }),
        ],
        refusals: [{ place: `D1/${ts(1)}`, at: at(4) }],
      },
    ],
  ])('%s', (_, evidence) => {
    expect(look(evidence).findings).toEqual([]);
  });

  test('a reply in a prompt as it was before an edit had it written anew', () => {
    const read = { tokens: ['q-1', 'q-2'], count: 7, whole: true };
    const prompts = [
      prompt(['q-1', 'q-2', 'q-3'], ['q-3'], { sentAt: at(10), at: at(10), replies: [read] }),
      prompt(['q-1#1'], ['q-1'], { sentAt: at(20), at: at(20) }),
    ];
    const evidence = {
      said: [said('q-1', 1), said('q-2', 2, { deleted: true }), said('q-3', 6, { deleted: true })],
      shown: [shown(4, answer('q-1'))],
      prompts,
    };
    expect(kinds(evidence)).toEqual([]);
    expect(kinds({ ...evidence, prompts: prompts.slice(0, 1) })).toEqual(['other reply read', 'turn missing']);
  });

  test('an apology where the model failed, which it counts', () => {
    expect(look({ shown: [shown(2, SORRY)], prompts: [failed(['q-1'])] })).toEqual({
      findings: [],
      answered: 0,
      apologies: 1,
      refused: 0,
    });
    expect(look({})).toMatchObject({ answered: 1, apologies: 0 });
  });

  test("an apology of its own for each round that failed, and one of the bot's own breakdown", () => {
    const evidence = {
      said: twoQuestions,
      shown: [shown(2, SORRY), shown(4, SORRY)],
      prompts: [failed(['q-1']), failed(['q-1', 'q-2'])],
    };
    expect(kinds(evidence)).toEqual([]);
    // Another process asked in vain, for it had hung, or was gone before the answer.
    expect(
      kinds({ shown: [shown(2, SORRY)], prompts: [failed(['q-1']), prompt(['q-1'], ['q-1'], { outcome: 'left' })] }),
    ).toEqual([]);
    expect(
      kinds({
        shown: [shown(2, SORRY)],
        prompts: [failed(['q-1'], { sentAt: at(500) }), prompt(['q-1'], ['q-1'])],
        hangs: [{ from: at(585), to: at(598) }],
      }),
    ).toEqual([]);
    const ends = [at(5), at(6), at(7)];
    const brokeDown = [failed(['q-1']), prompt(['q-1', 'q-2'], ['q-1', 'q-2'], { outcome: 'left' })];
    expect(kinds({ said: twoQuestions, shown: [shown(4, POISONED)], prompts: brokeDown, ends })).toEqual([]);
    expect(
      kinds({ shown: [shown(2, POISONED)], prompts: [prompt(['q-1'], ['q-1'], { outcome: 'left' })], ends }),
    ).toEqual([]);
    expect(kinds({ shown: [shown(2, POISONED)], hangs: [{ from: at(3), to: at(5) }], ends: [at(6), at(7)] })).toEqual(
      [],
    );
  });

  test('an apology by a process that took over from one that had the answer, while another one hung', () => {
    const prompts = [prompt(['q-1'], ['q-1'], { sentAt: at(3) }), failed(['q-1'], { sentAt: at(20) })];
    expect(kinds({ shown: [shown(2, SORRY)], prompts, hangs: [{ from: at(10), to: at(25) }] })).toEqual([]);
  });
});

describe('catches', () => {
  test.each<[Finding['kind'], string, Partial<Evidence>]>([
    ['lost', 'a question without a reply', { shown: [] }],
    ['lost', 'one of two in the same thread', { said: twoQuestions }],
    [
      'lost',
      'a question behind an apology for another',
      {
        said: [said('q-1', 1), said('q-2', 5)],
        shown: [shown(2, answer('q-1')), shown(3, SORRY)],
        prompts: [failed(['q-1'])],
      },
    ],
    [
      'lost',
      'a question that Slack had refused nothing for yet',
      { said: [said('q-1', 5)], shown: [], refusals: [{ place: PLACE, at: at(2) }] },
    ],
    ['lost', 'a question apologised for though the model was not asked', { shown: [shown(2, SORRY)] }],
    [
      'lost',
      'a question apologised for though the model had answered',
      { shown: [shown(4, SORRY)], prompts: [failed(['q-1']), prompt(['q-1'], ['q-1'])] },
    ],
    [
      'lost',
      'a question over which nothing broke down, whatever the bot says',
      {
        shown: [shown(2, POISONED)],
        prompts: [prompt(['q-1'], ['q-1'], { outcome: 'left' })],
        ends: [at(0), at(5), at(6)],
      },
    ],
    [
      'lost',
      'two rounds of questions that share an apology',
      { said: twoQuestions, shown: [shown(4, SORRY)], prompts: [failed(['q-1']), failed(['q-2'])] },
    ],
    ['unasked', 'an apology besides the answer', { shown: [shown(2, answer('q-1')), shown(3, SORRY)] }],
    ['unasked', 'a reply to nobody', { shown: [shown(2, answer('q-1')), shown(3, '[[]] 1: w1 ∎')] }],
    [
      'unasked',
      'a reply to a remark',
      { said: [said('q-1', 1), said('c-2', 2)], shown: [shown(2, answer('q-1')), shown(3, answer('c-2'))] },
    ],
    [
      'unasked',
      'a reply to what was deleted long before',
      { said: [said('q-1', 1, { deleted: true, deletionAckedAt: at(2) })], shown: [shown(60, answer('q-1'))] },
    ],
    ['doubled', 'two replies to one question', { shown: [shown(2, answer('q-1')), shown(3, answer('q-1'))] }],
    [
      'doubled',
      'two replies, one of them in another thread',
      { shown: [shown(2, answer('q-1')), shown(3, answer('q-1'), { place: 'C1/9' })] },
    ],
    ['out of order', 'a reply above its question', { said: [said('q-1', 5)] }],
    [
      'out of order',
      'a later question answered first',
      { said: twoQuestions, shown: [shown(4, answer('q-2')), shown(5, answer('q-1'))] },
    ],
    ['half-written', 'a reply without its end', { shown: [shown(2, answer('q-1')), shown(3, '[[q-1]] 3: w1 w2')] }],
    ['half-written', 'words missing in the middle', { shown: [shown(2, '[[q-1]] 3: w1 w3 ∎')] }],
    [
      'half-written',
      'messages of a reply in the wrong order',
      { shown: [shown(3, '[[q-1]] 3: w1\n'), shown(2, 'w2 w3 ∎')] },
    ],
    [
      'half-written',
      'an answer that was cut and does not say so',
      { shown: [shown(2, answerTo(['q-1'], 3, 'length'))] },
    ],
    ['half-written', 'what is left over behind a reply', { shown: [shown(2, `${answer('q-1')} w3 ∎`)] }],
    ['half-written', 'a placeholder that was forgotten', { shown: [shown(2, answer('q-1')), shown(3, '_Thinking…_')] }],
    ['half-written', 'a stream that nobody ended', { shown: [shown(2, answer('q-1'), { live: true })] }],
    ['wrong thread', 'a reply in another thread', { shown: [shown(2, answer('q-1'), { place: 'C1/9' })] }],
    ['status left', 'a status line that still stands', { statuses: [PLACE] }],
    ['not acknowledged', 'an event that is sent for ever', { unacknowledged: ['Ev1'] }],
  ])('%s: %s', (kind, _, evidence) => {
    expect(kinds(evidence)).toContain(kind);
  });
});

describe('of what the model was sent, catches', () => {
  const two = { said: [said('c-1', 1), said('q-2', 2)], shown: [shown(3, answer('q-2'))] };

  test('a turn that the model should have read', () => {
    expect(kinds({ ...two, prompts: [prompt(['q-2'], ['q-2'])] })).toEqual(['turn missing']);
    expect(kinds({ ...two, prompts: [prompt(['c-1', 'q-2'], ['q-2'])] })).toEqual([]);
  });

  test('but not one that came at the same moment, later, or elsewhere', () => {
    const others = [
      said('c-3', 9),
      said('c-4', 1, { place: 'C1/9' }),
      said('c-5', 1, { ackedAt: at(597) }),
      said('c-6', 1, { ackedAt: undefined }),
    ];
    expect(kinds({ ...two, said: [...two.said, ...others], prompts: [prompt(['c-1', 'q-2'], ['q-2'])] })).toEqual([]);
  });

  test('nor one that came while the process hung that asked', () => {
    const hung = [said('c-5', 1, { ackedAt: at(590) })];
    const evidence = { ...two, said: [...two.said, ...hung], prompts: [prompt(['c-1', 'q-2'], ['q-2'])] };
    expect(kinds(evidence)).toEqual(['turn missing']);
    expect(kinds({ ...evidence, hangs: [{ from: at(586), to: at(599) }] })).toEqual([]);
    expect(kinds({ ...evidence, hangs: [{ from: at(500), to: at(510) }] })).toEqual(['turn missing']);
  });

  test('nor what came between a question and a remark in a reply that was taken over', () => {
    const taken = {
      said: [said('q-1', 1), said('q-2', 3), said('c-3', 4)],
      shown: [shown(2, answer('q-1')), shown(5, answer('q-2'))],
    };
    expect(kinds({ ...taken, prompts: [prompt(['q-1', 'c-3'], ['q-1', 'c-3'])] })).toEqual([]);
  });

  test('a turn that was deleted before', () => {
    const deleted = (deletionAckedAt: number): Partial<Evidence> => ({
      ...two,
      said: [said('c-1', 1, { deleted: true, deletionAckedAt }), said('q-2', 2)],
      prompts: [prompt(['c-1', 'q-2'], ['q-2'])],
    });
    expect(kinds(deleted(at(590)))).toEqual(['deleted turn read']);
    expect(kinds(deleted(at(599)))).toEqual([]);
  });

  test('a wording from before an edit', () => {
    const read = (turn: string, ...edits: (number | undefined)[]): Finding['kind'][] =>
      kinds({ ...two, said: [said('c-1', 1, { edits }), said('q-2', 2)], prompts: [prompt([turn, 'q-2'], ['q-2'])] });
    expect(read('c-1', at(5))).toEqual(['old wording read']);
    expect(read('c-1#1', at(5))).toEqual([]);
    expect(read('c-1#1', at(5), at(9))).toEqual(['old wording read']);
    expect(read('c-1', undefined)).toEqual([]);
    expect(read('c-1', at(598))).toEqual([]);
  });

  test('a turn that stands there twice', () => {
    expect(kinds({ prompts: [prompt(['q-1', 'q-1'], ['q-1'])] })).toEqual(['turn twice']);
  });

  test('a turn of another conversation, but for the message that a thread in a DM begins with', () => {
    const thread = `D1/${ts(1)}`;
    const evidence = {
      said: [said('q-1', 1, { place: 'D1/dm' }), said('q-2', 3, { place: thread })],
      shown: [shown(2, answer('q-1'), { place: 'D1/dm' }), shown(4, answer('q-2'), { place: thread })],
    };
    expect(kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], ['q-1', 'q-2'])] })).toEqual([]);
    expect(
      kinds({
        ...two,
        said: [...two.said, said('c-9', 1, { place: 'C1/9' })],
        prompts: [prompt(['c-9', 'c-1', 'q-2'], ['q-2'])],
      }),
    ).toEqual(['wrong thread']);
  });

  test('turns that are not by time, but for those that wait and stand last', () => {
    const many = {
      said: [said('c-1', 1), said('c-2', 2), said('c-3', 3), said('q-4', 4)],
      shown: [shown(5, answer('q-4'))],
    };
    expect(kinds({ ...many, prompts: [prompt(['c-1', 'c-3', 'c-2', 'q-4'], ['q-4'])] })).toEqual([]);
    expect(kinds({ ...many, prompts: [prompt(['c-3', 'c-2', 'c-1', 'q-4'], ['q-4'])] })).toEqual(['out of order']);
  });

  test('a prompt in which nobody asks', () => {
    expect(kinds({ said: [said('q-1', 1), said('c-2', 3)], prompts: [prompt(['q-1', 'c-2'], ['c-2'])] })).toEqual([
      'unasked',
    ]);
  });

  test('an earlier reply that is missing, half, or none that people see', () => {
    const evidence = { said: twoQuestions, shown: [shown(2, answer('q-1')), shown(4, answer('q-2'))] };
    const read = (tokens: string, count: number, whole = true): Finding['kind'][] =>
      kinds({
        ...evidence,
        prompts: [prompt(['q-1', 'q-2'], ['q-2'], { replies: tokens ? [{ tokens: [tokens], count, whole }] : [] })],
      });
    expect(read('q-1', 3)).toEqual([]);
    expect(read('', 0)).toEqual(['turn missing']);
    expect(read('q-1', 3, false)).toContain('other reply read');
    expect(read('q-1', 4)).toContain('other reply read');
  });

  test('but no reply that came after the prompt, is the one that is being asked for, or was refused', () => {
    const evidence = { said: twoQuestions, shown: [shown(2, answer('q-1')), shown(4, answer('q-2'))] };
    expect(kinds({ ...evidence, prompts: [prompt(['q-1'], ['q-1'])] })).toEqual([]);
    expect(kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], ['q-2'], { at: at(1) })] })).toEqual([]);
    expect(
      kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], ['q-2'])], refusals: [{ place: PLACE, at: at(3) }] }),
    ).toEqual([]);
  });
});
