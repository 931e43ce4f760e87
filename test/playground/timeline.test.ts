/** The list of runs and their timelines, with the real bot. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Inspection } from '../../src/playground/inspection.js';
import { type OpenPlayground, playgroundForTests } from './support.js';

let open: OpenPlayground;
beforeAll(async () => {
  open = await playgroundForTests();
});
afterAll(() => open.stop());

/** Says something in #general and returns its `ts`. */
function say(text: string, threadTs?: string): string {
  const { slack, workspace } = open;
  const [user = ''] = workspace.people;
  const [channel = ''] = workspace.channels;
  return slack.say({ user, channel, text, ...(threadTs !== undefined && { threadTs }) }).ts;
}

async function inspected(thread: string, run?: string): Promise<Inspection> {
  return open.inspect(open.workspace.channels[0] ?? '', thread, run);
}

/** Resolves with the first inspection that `condition` accepts. */
async function untilInspected(
  thread: string,
  condition: (seen: Inspection) => boolean,
  run?: string,
): Promise<Inspection> {
  let changed = (): void => {};
  const stops = [open.journal.onNote(() => changed()), open.slack.onChange(() => changed())];
  try {
    for (;;) {
      const change = new Promise<void>((resolve) => {
        changed = resolve;
      });
      const seen = await inspected(thread, run);
      if (condition(seen)) return seen;
      await change;
    }
  } finally {
    for (const stop of stops) stop();
  }
}

const textsOf = ({ run }: Inspection): string[] => run?.events.map(({ text }) => text) ?? [];
const isDone = ({ runs, run }: Inspection): boolean => runs.find(({ id }) => id === run?.id)?.state === 'done';

describe('a question', () => {
  test('has its events from all sides in time order, and phases up to the stored reply', async () => {
    const root = say(`<@${open.slack.bot.userId}> hello`);
    const seen = await untilInspected(root, (now) => isDone(now) && textsOf(now).includes('message: acked'));
    const texts = textsOf(seen);
    const order = [
      'message delivered (attempt 1, socket 1)',
      'Received',
      'Stored as a question',
      'Taken by a worker',
      'Asked demo model, 2 messages',
      'First token',
      'Finished (stop)',
      'Reply stored, question settled',
    ].map((text) => texts.indexOf(text));
    expect(order).not.toContain(-1);
    expect(order).toEqual(order.toSorted((a, b) => a - b));
    expect(texts).toContain('Duplicate: already stored');
    expect(texts.some((text) => text.startsWith('chat.postMessage'))).toBe(true);
    expect(seen.runs).toMatchObject([{ id: 'r1', state: 'done', questions: [root], replies: [expect.any(String)] }]);
    expect(seen.run?.phases.at(-1)?.to).toBeDefined();
    expect(seen.run?.said).toContain('demo model');
  });

  test('can be looked at again when others came after it, by the id of its run or by a message', async () => {
    const root = say(`<@${open.slack.bot.userId}> one`);
    await untilInspected(root, isDone);
    say('two', root);
    const newest = await untilInspected(root, (seen) => seen.runs.length === 2 && isDone(seen));
    expect(newest.run?.id).toBe('r2');
    expect(newest.prompt?.messages).toHaveLength(5);
    expect(newest.prompt?.changes).toMatchObject([{ kind: 'same', count: 3 }, { kind: 'added' }, { kind: 'added' }]);
    const earlier = await inspected(root, 'r1');
    expect(earlier.prompt?.messages).toHaveLength(3);
    expect(earlier.prompt).not.toHaveProperty('changes');
    expect((await inspected(root, earlier.runs[0]?.replies[0])).run?.id).toBe('r1');
    expect((await inspected(root, 'r99')).run?.id).toBe('r2');
  });
});

describe('a message without an answer says why', () => {
  test('when it names others', async () => {
    const root = say(`<@${open.slack.bot.userId}> hello`);
    await untilInspected(root, isDone);
    const other = open.workspace.people[1] ?? '';
    const aside = say(`<@${other}> look`, root);
    const seen = await untilInspected(root, ({ runs }) => runs.at(-1)?.why?.includes('mentions') === true, aside);
    expect(seen.runs.at(-1)).toMatchObject({
      id: `m${aside}`,
      state: 'unanswered',
      why: `Context only: mentions <@${other}>.`,
    });
    expect(seen.run?.phases).toEqual([]);
    expect(textsOf(seen)).toContain('Stored as context: not a question for the bot');
  });

  test('when nobody named the bot', async () => {
    const root = say('good morning');
    const seen = await untilInspected(root, (now) => textsOf(now).includes('message: acked'));
    expect(seen.runs).toMatchObject([{ state: 'unanswered', why: "It doesn't mention the bot." }]);
  });
});
