/** A conversation is exported, and played again against the bot. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/ops/clock.js';
import { readRecording, type Recording } from '../../src/playground/recording.js';
import { checksOf, reportOf } from '../../src/playground/replay-report.js';
import { replay, type Replayed } from '../../src/playground/replay.js';
import { built } from '../support/built.js';
import { runProgram } from '../support/program.js';
import { type OpenPlayground, playgroundForTests } from './support.js';

let open: OpenPlayground;
let recorded: Recording;

const again = (recording: Recording, patienceMs?: number): Promise<Replayed> =>
  replay(recording, {
    env: recording.settings,
    clock: systemClock,
    botProgram: built('playground/bot-program'),
    ...(patienceMs !== undefined && { patienceMs }),
  });

/** In #general: background, a mention, an aside, a second question, an edit of it. */
async function talk(): Promise<string> {
  const { slack, workspace, journal } = open;
  const [[ada = '', grace = ''], [channel = '']] = [workspace.people, workspace.channels];
  const key = (): string => `${slack.team.id}:${channel}:${root}`;
  const settled = (count: number): Promise<void> =>
    new Promise((resolve) => {
      const check = (): void => {
        const runs = journal.of(key())?.runs.all ?? [];
        if (runs.filter(({ closedAt }) => closedAt !== undefined).length < count) return;
        stop();
        resolve();
      };
      const stop = journal.onNote(check);
      check();
    });
  slack.say({ user: grace, channel, text: 'The mill called & wants <2 skeins>: https://example.com/a?b=1&c=2' });
  const root = slack.say({ user: ada, channel, text: `<@${slack.bot.userId}> what does it want?` }).ts;
  await settled(1);
  slack.say({ user: ada, channel, text: `<@${grace}> is that so?`, threadTs: root });
  const second = slack.say({ user: ada, channel, text: 'And the price?', threadTs: root }).ts;
  await settled(2);
  slack.edit({ user: ada, channel, ts: second, text: 'And the price, with tax?' });
  await settled(3);
  return root;
}

beforeAll(async () => {
  open = await playgroundForTests();
  const root = await talk();
  const [channel = ''] = open.workspace.channels;
  const response = await fetch(`${open.url}export?channel=${channel}&thread=${root}`);
  expect(response.headers.get('content-disposition')).toContain(`skein-${root}.json`);
  recorded = readRecording(await response.text());
});
afterAll(() => open.stop());

test('an export has what people did, what the model said, each prompt, and the replies', () => {
  expect(recorded.steps.map((step) => `${step.do} ${step.settled}`)).toEqual([
    'say 0',
    'say 0',
    'ask 0',
    'answer 0',
    'say 1',
    'say 1',
    'ask 1',
    'answer 1',
    'edit 2',
    'ask 2',
    'answer 2',
  ]);
  expect(recorded.steps[0]).toMatchObject({
    text: 'The mill called & wants <2 skeins>: https://example.com/a?b=1&c=2',
  });
  expect(recorded.runs).toHaveLength(3);
  expect(recorded.runs[2]?.prompt.at(-1)?.content).toContain('with tax');
  expect(recorded.replies).toHaveLength(2);
  expect(JSON.stringify(recorded)).not.toContain(open.slack.botToken);
});

describe('played again', () => {
  test('it is the same, and a change of the bot or of an answer shows', async () => {
    const replayed = await again(recorded);
    expect(reportOf(checksOf(replayed))).toContain('All 5 are the same.');

    const settings = { ...recorded.settings, SYSTEM_PROMPT: 'Be a pirate.' };
    const other = checksOf(await again({ ...recorded, settings }));
    expect(other.map(({ differences }) => differences.length > 0)).toEqual([true, true, true, false, false]);
    expect(other[0]?.differences).toContain('+ Be a pirate.');

    const [first, ...rest] = recorded.replies;
    const changed = checksOf({
      ...replayed,
      recorded: { ...replayed.recorded, replies: [{ ts: first?.ts ?? '', text: 'Two.' }, ...rest] },
    });
    expect(changed[3]?.differences[0]).toBe('- Two.');
    expect(reportOf(changed)).toContain('1 of 5 differ.');
  });

  test('a bot that does not do what is recorded is reported, not waited for', async () => {
    const settings = { ...recorded.settings, EDITS: 'remember' };
    const { stuck, ...replayed } = await again({ ...recorded, settings }, 5_000);
    expect(stuck).toBe('Step 10 of 11: the bot did not ask the model for an answer.');
    expect(checksOf({ ...replayed, ...(stuck !== undefined && { stuck }) })[0]).toEqual({
      name: 'Played to the end',
      differences: [stuck],
    });
  });
});

describe('npm run replay', () => {
  /** Runs the program; resolves with its exit code and output. */
  async function played(recording: Recording | undefined, ...flags: string[]): Promise<[number | null, string]> {
    const folder = mkdtempSync(join(tmpdir(), 'skein-'));
    const file = join(folder, 'conversation.json');
    if (recording) writeFileSync(file, JSON.stringify(recording));
    const program = runProgram('cli/replay', {}, [file, ...flags]);
    try {
      return [await program.exit, program.output()];
    } finally {
      program.child.kill('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  }

  test('exits with 0 when all is the same, with 1 when something differs, with 2 when it cannot be played', async () => {
    expect(await played(recorded)).toEqual([0, expect.stringContaining('All 5 are the same.')]);
    const settings = { ...recorded.settings, SYSTEM_PROMPT: 'Be a pirate.' };
    const [code, output] = await played({ ...recorded, settings }, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(output)).toContainEqual({ name: 'Message 1 in Slack', differences: [] });
    expect(await played({ ...recorded, settings: { DM_REPLIES: 'never' } })).toEqual([
      2,
      expect.stringContaining('DM_REPLIES'),
    ]);
    expect(await played(undefined)).toEqual([2, expect.stringContaining("Can't play")]);
    expect(await played(recorded, '--jsno')).toEqual([2, expect.stringContaining('there is no flag --jsno')]);
  }, 60_000);
});

test.each([
  ['{', 'it is not JSON'],
  ['{"a": 1}', 'it is not a conversation that the playground has exported'],
  ['{"format": "skein-conversation", "version": 9}', 'it has version 9'],
  ['{"format": "skein-conversation", "version": 1}', 'settings: '],
])('a file such as %j is refused with what is wrong', (text, problem) => {
  expect(() => readRecording(text)).toThrow(problem);
});
