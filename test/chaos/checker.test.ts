/** The checker of the chaos run: what it must accept, and that it catches each way to break the promise. */
import { describe, expect, test } from '@jest/globals';
import { formatAnswer } from '../../chaos/checker/answer-format.js';
import { verdictOn } from '../../chaos/checker/checker.js';
import type { BotMessage, Command, Evidence, PersonMessage, Prompt } from '../../chaos/checker/evidence.js';
import type { Finding } from '../../chaos/checker/findings.js';
import { english, modelProblem, CUT_OFF, FILTERED, POISONED, UNEXPECTED } from '../../src/messages/english.js';

const PLACE = 'C1/1';
/** Start time in seconds since 1970; `ts(n)` and `at(n)` are `n` seconds later. */
const START = 1_766_458_000;
const ts = (n: number): string => `${START + n}.000000`;
const at = (n: number): number => (START + n) * 1_000;

const person = (token: string, n: number, more: Partial<PersonMessage> = {}): PersonMessage => ({
  token,
  asks: token.startsWith('q'),
  place: PLACE,
  ts: ts(n),
  sentAt: at(n),
  ackedAt: at(n) + 10,
  deleted: false,
  ...more,
});
const answer = (tokens: string, count = 3): string => formatAnswer(tokens.split(','), count);
const bot = (n: number, text: string, more: Partial<BotMessage> = {}): BotMessage => ({
  place: PLACE,
  ts: ts(n),
  text,
  live: false,
  ...more,
});
const prompt = (turns: string[], open: string[], more: Partial<Prompt> = {}): Prompt => ({
  sentAt: at(600),
  firstSentAt: at(600),
  turns: turns.map((turn) => ({ token: turn.split('#')[0] ?? '', wording: Number(turn.split('#')[1] ?? 0) })),
  replies: [],
  open,
  outcome: 'answered',
  ...more,
});
const failed = (open: string[], more: Partial<Prompt> = {}): Prompt =>
  prompt(open, open, { outcome: 'failed', ...more });

/** What a prompt has of the channel. */
const before = (...turns: string[]): Pick<Prompt, 'before'> => ({ before: prompt(turns, []).turns });

function check(evidence: Partial<Evidence>): ReturnType<typeof verdictOn> {
  const nothing = {
    prompts: [],
    statuses: [],
    refusals: [],
    unacknowledged: [],
    hangs: [],
    exits: [],
    commands: [],
    redisFaults: [],
    keyLosses: [],
  };
  return verdictOn({
    personMessages: [person('q-1', 1)],
    botMessages: [bot(2, answer('q-1'))],
    ...nothing,
    ...evidence,
  });
}

const kinds = (evidence: Partial<Evidence>): Finding['kind'][] => check(evidence).findings.map(({ kind }) => kind);
const SORRY = modelProblem('unavailable');
const PLACE_REFUSED = english.placeRefused('C2', 'not_member', 'not_in_channel', '');
const twoQuestions = [person('q-1', 1), person('q-2', 3)];

describe('pictures', () => {
  const shown = `${answer('q-1')}\n\n${english.pictureBelow('pic-1.png')}`;
  const asked = formatAnswer(['q-1'], 3, 'stop', 1);
  const picture = { place: PLACE, name: 'pic-1.png' };

  test.each<[string, Partial<Evidence>, Finding['kind'][]]>([
    ['there once', { botMessages: [bot(2, shown)], pictures: [picture] }, []],
    ['not made', { botMessages: [bot(2, asked)], pictures: [] }, []],
    ['below an answer that cannot be changed', { botMessages: [bot(2, asked)], pictures: [picture] }, []],
    ['missing', { botMessages: [bot(2, shown)], pictures: [] }, ['picture lost']],
    [
      'in another place',
      { botMessages: [bot(2, shown)], pictures: [{ ...picture, place: 'C1/9' }] },
      ['picture lost', 'picture doubled'],
    ],
    ['there twice', { botMessages: [bot(2, shown)], pictures: [picture, picture] }, ['picture doubled']],
    ['left behind', { pictures: [picture] }, ['picture doubled']],
    ['left where Slack refused the reply', { pictures: [picture], refusals: [{ place: PLACE, at: at(2) }] }, []],
  ])('%s', (_what, evidence, found) => {
    expect(kinds(evidence).toSorted()).toEqual(found.toSorted());
  });
});

describe('accepts', () => {
  test.each<[string, Partial<Evidence>]>([
    ['a question and its reply', {}],
    ['one reply to several questions', { personMessages: twoQuestions, botMessages: [bot(4, answer('q-1,q-2'))] }],
    ['a reply in several messages', { botMessages: [bot(2, '[[q-1]] 3: w1\n'), bot(3, 'w2 w3 ∎')] }],
    [
      'an answer cut off by the model, with the note about it',
      { botMessages: [bot(2, `${formatAnswer(['q-1'], 3, 'length')}${CUT_OFF}`)] },
    ],
    [
      'a filtered answer, with the note about it',
      { botMessages: [bot(2, `${formatAnswer(['q-1'], 3, 'content_filter')}${FILTERED}`)] },
    ],
    ['a comment without a reply', { personMessages: [person('q-1', 1), person('c-2', 3)] }],
    [
      'a deleted question, answered or not',
      { personMessages: [person('q-1', 1), person('q-2', 3, { deleted: true })] },
    ],
    [
      'a question acknowledged late, answered after a newer one',
      {
        personMessages: [person('q-1', 1, { ackedAt: at(9) }), person('q-2', 3)],
        botMessages: [bot(4, answer('q-2')), bot(10, answer('q-1'))],
      },
    ],
    [
      'the same when the ack of the first came just after the second was sent',
      {
        personMessages: [person('q-1', 1, { ackedAt: at(3.1) }), person('q-2', 3)],
        botMessages: [bot(4, answer('q-2')), bot(10, answer('q-1'))],
      },
    ],
    ['a reply that Slack refused', { botMessages: [], refusals: [{ place: PLACE, at: at(2) }] }],
    [
      'the rest of a refused reply, and a second attempt',
      { botMessages: [bot(2, '[[q-1]] 3: w1'), bot(6, answer('q-1'))], refusals: [{ place: PLACE, at: at(3) }] },
    ],
    [
      'a DM message quoted by the model in the thread below it',
      {
        personMessages: [person('q-1', 1, { place: 'D1/dm' }), person('q-2', 3, { place: `D1/${ts(1)}` })],
        botMessages: [bot(2, answer('q-1'), { place: 'D1/dm' }), bot(4, answer('q-1,q-2'), { place: `D1/${ts(1)}` })],
      },
    ],
    [
      'the same when Slack refused the first reply in the thread',
      {
        personMessages: [
          person('q-1', 1, { place: 'D1/dm' }),
          person('q-2', 3, { place: `D1/${ts(1)}` }),
          person('q-3', 5, { place: `D1/${ts(1)}` }),
        ],
        botMessages: [
          bot(2, answer('q-1'), { place: 'D1/dm' }),
          bot(4, answer('q-1,q-2'), { place: `D1/${ts(1)}` }),
          bot(6, answer('q-1,q-2,q-3'), { place: `D1/${ts(1)}` }),
        ],
        refusals: [{ place: `D1/${ts(1)}`, at: at(4) }],
      },
    ],
  ])('%s', (_, evidence) => {
    expect(check(evidence).findings).toEqual([]);
  });

  test('a reply that a person stopped, where the memory has what stands there, and no more', () => {
    const stopped = bot(2, '[[q-1]] 9: w1 w2 w', { stopped: true });
    const read = { tokens: ['q-1'], count: 9, whole: true, stoppedAt: 4 };
    const reading = (reply: typeof read): Partial<Evidence> => ({
      personMessages: twoQuestions,
      botMessages: [stopped, bot(4, answer('q-2'))],
      prompts: [prompt(['q-1', 'q-2'], ['q-2'], { replies: [reply] })],
    });
    expect(kinds(reading(read))).toEqual([]);
    expect(kinds(reading({ ...read, stoppedAt: 6 }))).toEqual(['other reply read', 'turn missing']);
    expect(kinds({ botMessages: [{ ...stopped, stopped: false }] })).toContain('half-written');
    expect(kinds({ botMessages: [bot(2, '[[q-1]] 3: w1 w3', { stopped: true })] })).toContain('half-written');
  });

  test('a thumb down of which a channel is told, twice only at a fault', () => {
    const told = { reply: ts(2), acked: true, toldAt: [at(5)] };
    expect(kinds({ complaints: [told, { ...told, acked: false, toldAt: [] }] })).toEqual([]);
    expect(kinds({ complaints: [{ ...told, toldAt: [at(5), at(9)] }], exits: [at(5)] })).toEqual([]);
    expect(kinds({ complaints: [{ ...told, toldAt: [] }] })).toEqual(['feedback lost']);
    expect(kinds({ complaints: [{ ...told, toldAt: [at(5), at(9)] }] })).toEqual(['feedback doubled']);
  });

  test('a hello in each channel that the bot was added to, twice only at a fault, and none where Slack refused it', () => {
    const said = { channel: 'C9', acked: true, saidAt: [at(5)] };
    expect(kinds({ invitations: [said, { ...said, acked: false, saidAt: [] }] })).toEqual([]);
    expect(kinds({ invitations: [{ ...said, saidAt: [at(5), at(9)] }], exits: [at(5)] })).toEqual([]);
    expect(kinds({ invitations: [{ ...said, saidAt: [] }], refusals: [{ place: 'C9/dm', at: at(5) }] })).toEqual([]);
    expect(kinds({ invitations: [{ ...said, saidAt: [] }] })).toEqual(['hello lost']);
    expect(kinds({ invitations: [{ ...said, saidAt: [at(5), at(9)] }] })).toEqual(['hello doubled']);
  });

  test('a reply that is written on behind a stop: only shortly, or where a question is edited', () => {
    const stop = { place: PLACE, said: undefined, ackedAt: at(5), wholeAt: at(7) };
    const [late, later] = [
      { ...stop, wholeAt: at(11) },
      { ...stop, wholeAt: at(40) },
    ];
    const messages = { personMessages: [person('q-1', 1)], botMessages: [bot(2, answer('q-1'))] };
    expect(kinds({ ...messages, stops: [stop, { ...late, ackedAt: undefined }] })).toEqual([]);
    expect(kinds({ ...messages, stops: [late], exits: [at(6)] })).toEqual([]);
    const edited = { personMessages: [person('q-1', 1, { edits: [at(6)] })], botMessages: messages.botMessages };
    expect(kinds({ ...edited, stops: [late] })).not.toContain('stop ignored');
    expect(kinds({ ...messages, stops: [late] })).toEqual(['stop ignored']);
    expect(kinds({ ...messages, stops: [later], exits: [at(6)] })).toEqual(['stop ignored']);
    // Trouble that goes on.
    expect(kinds({ ...messages, stops: [later], exits: [at(6), at(20), at(34)] })).toEqual([]);
    expect(kinds({ ...messages, stops: [later], exits: [at(6), at(24)] })).toEqual(['stop ignored']);
  });

  test('a question that has no reply, because somebody told the bot to stop after it', () => {
    const messages = { personMessages: [person('q-1', 1), person('q-2', 4)], botMessages: [bot(6, answer('q-2'))] };
    const stop = { place: PLACE, said: ts(3), ackedAt: at(5), wholeAt: undefined };
    expect(kinds({ ...messages, stops: [stop] })).not.toContain('lost');
    for (const other of [{ place: 'C2/1' }, { said: ts(0) }, { said: undefined }, { ackedAt: undefined }])
      expect(kinds({ ...messages, stops: [{ ...stop, ...other }] })).toContain('lost');
  });

  test('a second reply to what came after the one that a person stopped, and to nothing else', () => {
    const botMessages = [bot(2, '[[q-1]] 9: w1 w2 w', { stopped: true }), bot(9, answer('q-1'))];
    expect(kinds({ personMessages: [person('q-1', 1, { ackedAt: at(5) })], botMessages })).toEqual([]);
    expect(kinds({ botMessages })).toEqual(['doubled']);
  });

  test('an apology for the bot after which an earlier answer stands', () => {
    const sorry = bot(9, `${UNEXPECTED}\nI've kept my earlier answer.`);
    expect(kinds({ botMessages: [bot(2, answer('q-1')), sorry] })).toEqual([]);
  });

  test('a note to who asked where Slack refuses the answer, and only there', () => {
    const botMessages = [bot(2, answer('q-1')), bot(3, PLACE_REFUSED, { place: 'D1/dm' })];
    expect(kinds({ botMessages, refusals: [{ place: 'C2/1', at: at(2) }] })).toEqual([]);
    expect(kinds({ botMessages })).toEqual(['unasked']);
  });

  test('a reply whose first message was stopped when all of it was there, and that goes on', () => {
    const messages = [bot(2, '[[q-1]] 3: w1 w2', { stopped: true }), bot(3, 'w3 ∎')];
    expect(kinds({ botMessages: messages })).toEqual([]);
  });

  test('a summary of one conversation as it is now', () => {
    const deleted = person('q-1', 1, { deleted: true, deletionAckedAt: at(10) });
    const edited = person('q-1', 1, { edits: [at(10)] });
    const of = (...turns: string[]): Partial<Evidence> => ({ summaries: [prompt(turns, [])] });
    expect(kinds({ ...of('q-1#1'), personMessages: [edited] })).toEqual([]);
    expect(kinds({ ...of('q-1'), personMessages: [edited] })).toEqual(['old wording read']);
    expect(kinds({ ...of('q-1'), personMessages: [deleted] })).toEqual(['deleted turn read']);
    const elsewhere = person('c-2', 2, { place: 'C1/9' });
    expect(kinds({ ...of('q-1', 'c-2'), personMessages: [person('q-1', 1), elsewhere] })).toEqual(['wrong thread']);
  });

  test('a prompt with an earlier version of a reply that was regenerated after an edit', () => {
    const read = { tokens: ['q-1', 'q-2'], count: 7, whole: true };
    const prompts = [
      prompt(['q-1', 'q-2', 'q-3'], ['q-3'], { sentAt: at(10), firstSentAt: at(10), replies: [read] }),
      prompt(['q-1#1'], ['q-1'], { sentAt: at(20), firstSentAt: at(20) }),
    ];
    const evidence = {
      personMessages: [person('q-1', 1), person('q-2', 2, { deleted: true }), person('q-3', 6, { deleted: true })],
      botMessages: [bot(4, answer('q-1'))],
      prompts,
    };
    expect(kinds(evidence)).toEqual([]);
    expect(kinds({ ...evidence, prompts: prompts.slice(0, 1) })).toEqual(['other reply read', 'turn missing']);
  });

  test('an apology after the model failed, and counts it', () => {
    expect(check({ botMessages: [bot(2, SORRY)], prompts: [failed(['q-1'])] })).toEqual({
      findings: [],
      answered: 0,
      apologies: 1,
      refused: 0,
    });
    expect(check({})).toMatchObject({ answered: 1, apologies: 0 });
  });

  test('one apology for each failed round, and none that blames a question', () => {
    const evidence = {
      personMessages: twoQuestions,
      botMessages: [bot(2, SORRY), bot(4, SORRY)],
      prompts: [failed(['q-1']), failed(['q-1', 'q-2'])],
    };
    expect(kinds(evidence)).toEqual([]);
    // A second process also asked: it was killed before the answer, or had hung before.
    expect(
      kinds({
        botMessages: [bot(2, SORRY)],
        prompts: [failed(['q-1']), prompt(['q-1'], ['q-1'], { outcome: 'disconnected' })],
      }),
    ).toEqual([]);
    expect(
      kinds({
        botMessages: [bot(2, SORRY)],
        prompts: [failed(['q-1'], { sentAt: at(500) }), prompt(['q-1'], ['q-1'])],
        hangs: [{ from: at(585), to: at(598) }],
      }),
    ).toEqual([]);
    const exits = [5, 6, 7, 8, 9].map(at);
    const crashed = [failed(['q-1']), prompt(['q-1', 'q-2'], ['q-1', 'q-2'], { outcome: 'disconnected' })];
    expect(kinds({ personMessages: twoQuestions, botMessages: [bot(4, POISONED)], prompts: crashed, exits })).toEqual([
      'blamed',
    ]);
    expect(
      kinds({
        botMessages: [bot(2, POISONED)],
        prompts: [prompt(['q-1'], ['q-1'], { outcome: 'disconnected' })],
        exits,
      }),
    ).toEqual(['blamed']);
    expect(kinds({ botMessages: [bot(2, POISONED)], hangs: [{ from: at(3), to: at(5) }] })).toEqual(['blamed']);
  });

  test('an apology after a takeover during a hang, though the first process had an answer', () => {
    const prompts = [prompt(['q-1'], ['q-1'], { sentAt: at(3) }), failed(['q-1'], { sentAt: at(20) })];
    expect(kinds({ botMessages: [bot(2, SORRY)], prompts, hangs: [{ from: at(10), to: at(25) }] })).toEqual([]);
  });

  test.each(['hangs', 'keyLosses'])(
    'an apology after a takeover in %s, though another process had an answer',
    (name) => {
      const prompts = [failed(['q-1'], { sentAt: at(15) }), prompt(['q-1'], ['q-1'], { sentAt: at(20) })];
      const evidence = { botMessages: [bot(22, SORRY)], prompts };
      expect(kinds({ ...evidence, [name]: [{ from: at(10), to: at(25) }] })).toEqual([]);
      expect(kinds(evidence)).toEqual(['lost']);
    },
  );
});

describe('catches', () => {
  test.each<[Finding['kind'], string, Partial<Evidence>]>([
    ['lost', 'a question without a reply', { botMessages: [] }],
    ['lost', 'one of two questions in the same thread', { personMessages: twoQuestions }],
    [
      'lost',
      'a question after an apology for another one',
      {
        personMessages: [person('q-1', 1), person('q-2', 5)],
        botMessages: [bot(2, answer('q-1')), bot(3, SORRY)],
        prompts: [failed(['q-1'])],
      },
    ],
    [
      'lost',
      'a question asked after the refusal',
      { personMessages: [person('q-1', 5)], botMessages: [], refusals: [{ place: PLACE, at: at(2) }] },
    ],
    ['lost', 'a question with an apology, though the model was not asked', { botMessages: [bot(2, SORRY)] }],
    [
      'lost',
      'a question with an apology, though the model had answered',
      { botMessages: [bot(4, SORRY)], prompts: [failed(['q-1']), prompt(['q-1'], ['q-1'])] },
    ],
    [
      'lost',
      'a question with an apology for crashes that did not happen',
      {
        botMessages: [bot(2, POISONED)],
        prompts: [prompt(['q-1'], ['q-1'], { outcome: 'disconnected' })],
        exits: [at(0)],
      },
    ],
    [
      'lost',
      'two failed rounds with one apology',
      { personMessages: twoQuestions, botMessages: [bot(4, SORRY)], prompts: [failed(['q-1']), failed(['q-2'])] },
    ],
    ['unasked', 'an apology in addition to the answer', { botMessages: [bot(2, answer('q-1')), bot(3, SORRY)] }],
    ['unasked', 'a reply to no question', { botMessages: [bot(2, answer('q-1')), bot(3, '[[]] 1: w1 ∎')] }],
    [
      'unasked',
      'a reply to a comment',
      {
        personMessages: [person('q-1', 1), person('c-2', 2)],
        botMessages: [bot(2, answer('q-1')), bot(3, answer('c-2'))],
      },
    ],
    [
      'unasked',
      'a reply to a question deleted long before',
      {
        personMessages: [person('q-1', 1, { deleted: true, deletionAckedAt: at(2) })],
        botMessages: [bot(60, answer('q-1'))],
      },
    ],
    ['doubled', 'two replies to one question', { botMessages: [bot(2, answer('q-1')), bot(3, answer('q-1'))] }],
    [
      'doubled',
      'two replies, one of them in another thread',
      { botMessages: [bot(2, answer('q-1')), bot(3, answer('q-1'), { place: 'C1/9' })] },
    ],
    ['out of order', 'a reply above its question', { personMessages: [person('q-1', 5)] }],
    [
      'out of order',
      'a later question answered first',
      { personMessages: twoQuestions, botMessages: [bot(4, answer('q-2')), bot(5, answer('q-1'))] },
    ],
    ['half-written', 'a reply without an end', { botMessages: [bot(2, answer('q-1')), bot(3, '[[q-1]] 3: w1 w2')] }],
    ['half-written', 'words missing in the middle', { botMessages: [bot(2, '[[q-1]] 3: w1 w3 ∎')] }],
    [
      'half-written',
      'messages of a reply in the wrong order',
      { botMessages: [bot(3, '[[q-1]] 3: w1\n'), bot(2, 'w2 w3 ∎')] },
    ],
    [
      'half-written',
      'an answer that was cut off, without the note about it',
      { botMessages: [bot(2, formatAnswer(['q-1'], 3, 'length'))] },
    ],
    ['half-written', 'leftover text after a reply', { botMessages: [bot(2, `${answer('q-1')} w3 ∎`)] }],
    [
      'half-written',
      'a placeholder that was not replaced',
      { botMessages: [bot(2, answer('q-1')), bot(3, '_Thinking…_')] },
    ],
    ['half-written', 'a stream that was not stopped', { botMessages: [bot(2, answer('q-1'), { live: true })] }],
    ['wrong thread', 'a reply in another thread', { botMessages: [bot(2, answer('q-1'), { place: 'C1/9' })] }],
    [
      'wrong thread',
      'a reply at the top level of a DM to a message that began a thread',
      {
        personMessages: [person('q-1', 1, { place: `D1/${ts(1)}` })],
        botMessages: [bot(2, answer('q-1'), { place: 'D1/dm' })],
      },
    ],
    [
      'wrong thread',
      "a reply in another question's DM thread",
      {
        personMessages: [person('q-1', 1, { place: `D1/${ts(1)}` }), person('q-2', 2, { place: `D1/${ts(2)}` })],
        botMessages: [bot(3, answer('q-1,q-2'), { place: `D1/${ts(2)}` })],
      },
    ],
    ['status left', 'a status line that is still shown', { statuses: [PLACE] }],
    ['not acknowledged', 'an event that is never acknowledged', { unacknowledged: ['Ev1'] }],
  ])('%s: %s', (kind, _, evidence) => {
    expect(kinds(evidence)).toContain(kind);
  });
});

describe('settings', () => {
  const setting = { user: 'U1', chosen: ['cmd-1', 'cmd-2'], shown: ['cmd-2', 'cmd-2'] };
  test('are the same on every process, and one of those that were chosen', () => {
    expect(kinds({ settings: [setting] })).toEqual([]);
    for (const shown of [[], ['cmd-1', 'cmd-2'], ['gpt', 'gpt']])
      expect(kinds({ settings: [{ ...setting, shown }] })).toEqual(['setting lost']);
  });
});

describe('commands', () => {
  const command = (more: Partial<Command> = {}): Command => ({
    token: 'cmd-1',
    acked: true,
    shownAt: [at(10)],
    shownToOthers: false,
    ...more,
  });

  test.each<[string, Partial<Evidence>]>([
    ['answered once', { commands: [command()] }],
    ['not acknowledged, answered or not', { commands: [command({ acked: false, shownAt: [] })] }],
    [
      'answered again because the process died right after it',
      { commands: [command({ shownAt: [at(10), at(21)] })], exits: [at(10) + 300] },
    ],
    [
      'answered again because Redis did not take that it is done',
      { commands: [command({ shownAt: [at(10), at(21)] })], redisFaults: [{ from: at(8), to: at(12) }] },
    ],
    [
      'answered again because the keys that say who answers were lost',
      { commands: [command({ shownAt: [at(10), at(21)] })], keyLosses: [{ from: at(8), to: at(12) }] },
    ],
  ])('may be %s', (_, evidence) => {
    expect(kinds(evidence)).toEqual([]);
  });

  test.each<[Finding['kind'], Partial<Evidence>]>([
    ['command lost', { commands: [command({ shownAt: [] })] }],
    ['command doubled', { commands: [command({ shownAt: [at(10), at(10)] })], exits: [at(300)] }],
    ['command doubled', { commands: [command({ shownAt: [at(10), at(21), at(40)] })], exits: [at(10)] }],
    ['command shown to others', { commands: [command({ shownToOthers: true })] }],
  ])('that break the promise are a finding: %s', (kind, evidence) => {
    expect(kinds(evidence)).toEqual([kind]);
  });
});

describe('in prompts, catches', () => {
  const two = { personMessages: [person('c-1', 1), person('q-2', 2)], botMessages: [bot(3, answer('q-2'))] };

  test('a missing turn', () => {
    expect(kinds({ ...two, prompts: [prompt(['q-2'], ['q-2'])] })).toEqual(['turn missing']);
    expect(kinds({ ...two, prompts: [prompt(['c-1', 'q-2'], ['q-2'])] })).toEqual([]);
  });

  test('but accepts a missing turn that came at the same moment, later, or in another place', () => {
    const others = [
      person('c-3', 9),
      person('c-4', 1, { place: 'C1/9' }),
      person('c-5', 1, { ackedAt: at(597) }),
      person('c-6', 1, { ackedAt: undefined }),
    ];
    expect(
      kinds({ ...two, personMessages: [...two.personMessages, ...others], prompts: [prompt(['c-1', 'q-2'], ['q-2'])] }),
    ).toEqual([]);
  });

  test('but accepts a missing turn that came while the asking process hung', () => {
    const hung = [person('c-5', 1, { ackedAt: at(590) })];
    const evidence = {
      ...two,
      personMessages: [...two.personMessages, ...hung],
      prompts: [prompt(['c-1', 'q-2'], ['q-2'])],
    };
    expect(kinds(evidence)).toEqual(['turn missing']);
    expect(kinds({ ...evidence, hangs: [{ from: at(586), to: at(599) }] })).toEqual([]);
    expect(kinds({ ...evidence, hangs: [{ from: at(500), to: at(510) }] })).toEqual(['turn missing']);
  });

  test('but accepts a missing turn that came while the prompt waited for a recording', () => {
    const late = person('c-5', 1, { ackedAt: at(590) });
    const waiting = (waitedSince?: number): string[] =>
      kinds({
        ...two,
        personMessages: [...two.personMessages, late],
        prompts: [prompt(['c-1', 'q-2'], ['q-2'], waitedSince === undefined ? {} : { waitedSince })],
      });
    expect(waiting()).toEqual(['turn missing']);
    expect(waiting(at(586))).toEqual([]);
    expect(waiting(at(597))).toEqual(['turn missing']);
  });

  test('but accepts a missing question between the open question and a comment, after a takeover', () => {
    const taken = {
      personMessages: [person('q-1', 1), person('q-2', 3), person('c-3', 4)],
      botMessages: [bot(2, answer('q-1')), bot(5, answer('q-2'))],
    };
    expect(kinds({ ...taken, prompts: [prompt(['q-1', 'c-3'], ['q-1', 'c-3'])] })).toEqual([]);
  });

  test('a turn that had been deleted', () => {
    const deleted = (deletionAckedAt: number): Partial<Evidence> => ({
      ...two,
      personMessages: [person('c-1', 1, { deleted: true, deletionAckedAt }), person('q-2', 2)],
      prompts: [prompt(['c-1', 'q-2'], ['q-2'])],
    });
    expect(kinds(deleted(at(590)))).toEqual(['deleted turn read']);
    expect(kinds(deleted(at(599)))).toEqual([]);
  });

  test('a wording from before an edit', () => {
    const read = (turn: string, ...edits: (number | undefined)[]): Finding['kind'][] =>
      kinds({
        ...two,
        personMessages: [person('c-1', 1, { edits }), person('q-2', 2)],
        prompts: [prompt([turn, 'q-2'], ['q-2'])],
      });
    expect(read('c-1', at(5))).toEqual(['old wording read']);
    expect(read('c-1#1', at(5))).toEqual([]);
    expect(read('c-1#1', at(5), at(9))).toEqual(['old wording read']);
    expect(read('c-1', undefined)).toEqual([]);
    expect(read('c-1', at(598))).toEqual([]);
  });

  test('a turn that appears twice', () => {
    expect(kinds({ prompts: [prompt(['q-1', 'q-1'], ['q-1'])] })).toEqual(['turn twice']);
  });

  test('a file that is only named', () => {
    expect(kinds({ prompts: [prompt(['q-1'], ['q-1'], { unread: ['1'] })] })).toEqual(['file not read']);
  });

  test('a turn of another conversation, except the DM message that starts the thread', () => {
    const thread = `D1/${ts(1)}`;
    const evidence = {
      personMessages: [person('q-1', 1, { place: 'D1/dm' }), person('q-2', 3, { place: thread })],
      botMessages: [bot(2, answer('q-1'), { place: 'D1/dm' }), bot(4, answer('q-2'), { place: thread })],
    };
    expect(kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], ['q-1', 'q-2'])] })).toEqual([]);
    expect(
      kinds({
        ...two,
        personMessages: [...two.personMessages, person('c-9', 1, { place: 'C1/9' })],
        prompts: [prompt(['c-9', 'c-1', 'q-2'], ['q-2'])],
      }),
    ).toEqual(['wrong thread']);
  });

  test('turns that are not sorted by time, except open questions at the end', () => {
    const many = {
      personMessages: [person('c-1', 1), person('c-2', 2), person('c-3', 3), person('q-4', 4)],
      botMessages: [bot(5, answer('q-4'))],
    };
    expect(kinds({ ...many, prompts: [prompt(['c-1', 'c-3', 'c-2', 'q-4'], ['q-4'])] })).toEqual([]);
    expect(kinds({ ...many, prompts: [prompt(['c-3', 'c-2', 'c-1', 'q-4'], ['q-4'])] })).toEqual(['out of order']);
  });

  test('a prompt without a question', () => {
    expect(
      kinds({ personMessages: [person('q-1', 1), person('c-2', 3)], prompts: [prompt(['q-1', 'c-2'], ['c-2'])] }),
    ).toEqual(['unasked']);
  });

  test('an earlier reply that is missing, cut, or not in Slack', () => {
    const evidence = { personMessages: twoQuestions, botMessages: [bot(2, answer('q-1')), bot(4, answer('q-2'))] };
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

  test('but accepts a missing reply of a process that died, in a prompt that was cancelled', () => {
    const evidence = { personMessages: twoQuestions, botMessages: [bot(2, answer('q-1')), bot(4, answer('q-2'))] };
    const takenOver = (outcome: Prompt['outcome'], open: string[]): Finding['kind'][] =>
      kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], open, { outcome })] });
    expect(takenOver('disconnected', ['q-1', 'q-2'])).toEqual([]);
    expect(takenOver('answered', ['q-1', 'q-2'])).toEqual(['turn missing']);
    expect(takenOver('disconnected', ['q-2'])).toEqual(['turn missing']);
  });

  test('and one that a person has stopped, in a prompt whose answer is nowhere', () => {
    const botMessages = [bot(2, '[[q-1]] 9: w1 w2 w', { stopped: true }), bot(4, answer('q-2'))];
    const prompts = [prompt(['q-1', 'q-2'], ['q-1', 'q-2'])];
    const said = bot(6, answer('q-1,q-2'));
    expect(kinds({ personMessages: twoQuestions, prompts, botMessages })).toEqual([]);
    expect(kinds({ personMessages: twoQuestions, prompts, botMessages: [...botMessages, said] })).toContain(
      'turn missing',
    );
  });

  test('but accepts a missing reply that is newer than the prompt, is being asked for, or was refused', () => {
    const evidence = { personMessages: twoQuestions, botMessages: [bot(2, answer('q-1')), bot(4, answer('q-2'))] };
    expect(kinds({ ...evidence, prompts: [prompt(['q-1'], ['q-1'])] })).toEqual([]);
    expect(kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], ['q-2'], { firstSentAt: at(1) })] })).toEqual([]);
    expect(
      kinds({ ...evidence, prompts: [prompt(['q-1', 'q-2'], ['q-2'])], refusals: [{ place: PLACE, at: at(3) }] }),
    ).toEqual([]);
  });
});

describe('of the channel before a mention, catches', () => {
  /** At the top level, where it begins a thread of its own. */
  const root = (token: string, n: number, more: Partial<PersonMessage> = {}): PersonMessage =>
    person(token, n, { place: `C1/${ts(n)}`, ...more });
  const mention = root('q-1', 100);
  const asked = (turns: string[], personMessages: PersonMessage[], more: Partial<Prompt> = {}): Finding['kind'][] =>
    kinds({
      personMessages: [mention, ...personMessages],
      botMessages: [bot(102, answer('q-1'), { place: mention.place })],
      prompts: [prompt(['q-1'], ['q-1'], { ...before(...turns), ...more })],
    });

  test('a message that is missing, unless it was deleted, came at the same moment, or later', () => {
    const said = root('c-1', 50);
    expect(asked(['c-1'], [said])).toEqual([]);
    expect(asked([], [said])).toEqual(['turn missing']);
    expect(asked([], [{ ...said, deleted: true }])).toEqual([]);
    expect(asked([], [{ ...said, ackedAt: at(100) }])).toEqual([]);
    expect(asked([], [root('c-1', 101)])).toEqual([]);
    expect(asked([], [{ ...said, place: `C2/${said.ts}` }])).toEqual([]);
  });

  test('but accepts a missing message that ten newer ones have replaced', () => {
    const many = Array.from({ length: 11 }, (_, n) => root(`c-${n}`, 50 + n));
    const newest = many.slice(1).map(({ token }) => token);
    expect(asked(newest, many)).toEqual([]);
    expect(asked(newest.slice(1), many)).toEqual(['turn missing']);
  });

  test('but accepts none in a thread whose mention is gone: it may have been deleted before it was delivered', () => {
    const inThread = (gone: boolean): Finding['kind'][] =>
      kinds({
        personMessages: [
          root('c-1', 50),
          { ...mention, deleted: gone, ...(gone && { deletionAckedAt: at(100) }) },
          person('q-2', 110, { place: mention.place }),
        ],
        botMessages: [bot(112, answer(gone ? 'q-2' : 'q-1,q-2'), { place: mention.place })],
        prompts: [prompt(gone ? ['q-2'] : ['q-1', 'q-2'], gone ? ['q-2'] : ['q-1', 'q-2'])],
      });
    expect(inThread(true)).toEqual([]);
    expect(inThread(false)).toEqual(['turn missing']);
  });

  test('a message that had been deleted, or an old wording', () => {
    const deleted = root('c-1', 50, { deleted: true, deletionAckedAt: at(60) });
    expect(asked(['c-1'], [deleted])).toEqual(['deleted turn read']);
    expect(asked(['c-1'], [{ ...deleted, deletionAckedAt: at(599) }])).toEqual([]);
    const edited = root('c-1', 50, { edits: [at(60)] });
    expect(asked(['c-1'], [edited])).toEqual(['old wording read']);
    expect(asked(['c-1#1'], [edited])).toEqual([]);
  });

  test('a message of another channel, of a thread, from after the mention, or where no mention began the thread', () => {
    expect(asked(['c-1'], [person('c-1', 50, { place: `C2/${ts(50)}` })])).toEqual(['wrong thread']);
    expect(asked(['c-1'], [person('c-1', 50)])).toEqual(['wrong thread']);
    expect(asked(['c-1'], [root('c-1', 101)])).toEqual(['wrong thread']);
    const thread = { place: `C1/${ts(90)}` };
    expect(
      kinds({
        personMessages: [root('c-1', 50), root('c-2', 90), person('q-1', 100, thread)],
        botMessages: [bot(102, answer('q-1'), thread)],
        prompts: [prompt(['c-2', 'q-1'], ['c-2', 'q-1'], before('c-1'))],
      }),
    ).toEqual(['wrong thread']);
  });
});
