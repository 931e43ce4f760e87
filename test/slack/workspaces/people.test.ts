/** Names of people: few look-ups, never late, and never lost again. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import * as fc from 'fast-check';
import { type SlackPeople, slackPeople } from '../../../src/slack/workspaces/people.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';
import { until } from '../../support/until.js';

const HOUR_MS = 60 * 60_000;

/** Slack's `users.info`: answers at once, unless `held`; fails while `failing`. `users.list` is refused, unless it is set. */
class Directory {
  readonly calls: string[] = [];
  readonly lists: unknown[] = [];
  list = async (): Promise<object> => Promise.reject(new Error('missing_scope'));
  held = false;
  failing = false;
  mostAtOnce = 0;
  nameOf = (id: string): string => `Name of ${id}`;
  private running = 0;
  private waiting: (() => void)[] = [];

  readonly client = {
    users: {
      info: ({ user }: { user: string }) => this.info(user),
      list: async (args: unknown) => (this.lists.push(args), this.list()),
    },
  } as unknown as WebClient;

  release(): void {
    this.held = false;
    for (const go of this.waiting.splice(0)) go();
  }

  private async info(user: string): Promise<object> {
    this.calls.push(user);
    this.running += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.running);
    try {
      await (this.held ? new Promise<void>((go) => this.waiting.push(go)) : Promise.resolve());
      if (this.failing) throw new Error('a network error');
      return { ok: true, user: { profile: { display_name: this.nameOf(user) } } };
    } finally {
      this.running -= 1;
    }
  }
}

const ids = (count: number): string[] => Array.from({ length: count }, (_, at) => `U${at}`);

let slack: Directory;
let clock: FakeClock;
let people: SlackPeople;
beforeEach(() => {
  slack = new Directory();
  clock = new FakeClock();
  const workspaces = { of: async () => ({ client: slack.client, bot: { userId: 'U', botId: 'B', teamId: 'T1' } }) };
  people = slackPeople(workspaces, clock, new RecordingLogger());
});

const name = async (id: string): Promise<string | undefined> => (await people.names('T1', [id])).get(id);

describe('look-ups', () => {
  test('are few for a message that names 901 people: the first ones, a few at once', async () => {
    const names = await people.names('T1', ids(901));
    expect(slack.calls).toEqual(ids(50));
    expect([...names.keys()]).toEqual(ids(50));
    expect(slack.mostAtOnce).toBeLessThanOrEqual(4);
    await people.names('T1', ids(901));
    expect(slack.calls).toHaveLength(50);
  });

  test('names that are known need none, however many', async () => {
    await people.names('T1', ids(40));
    await people.names('T1', ids(80).slice(40));
    const names = await people.names('T1', ids(901).toReversed().slice(-100));
    expect([...names.keys()]).toEqual(expect.arrayContaining(ids(80)));
  });

  test('are made once for all who ask at the same time, in each workspace', async () => {
    await Promise.all([name('U1'), name('U1'), people.names('T2', ['U1'])]);
    expect(slack.calls).toEqual(['U1', 'U1']);
  });

  test('may be made ahead', async () => {
    slack.held = true;
    people.lookUpAhead('T1', ['U1']);
    await until(() => slack.calls.length === 1, 'the look-up');
    const asked = name('U1');
    slack.release();
    expect(await asked).toBe('Name of U1');
    expect(slack.calls).toEqual(['U1']);
  });
});

describe('a prompt waits half a second at most', () => {
  test('then it has the names that are known, and the next one has the others', async () => {
    await name('U1');
    slack.held = true;
    const asked = people.names('T1', ['U2', 'U1']);
    await clock.untilSleeping();
    await clock.advance(499);
    expect(clock.sleeping).toEqual([1]);
    await clock.advance(1);
    expect([...(await asked)]).toEqual([['U1', 'Name of U1']]);
    slack.release();
    expect(await name('U2')).toBe('Name of U2');
    expect(slack.calls).toEqual(['U1', 'U2']);
  });
});

describe('a name that is an hour old', () => {
  beforeEach(async () => {
    await name('U1');
    await clock.advance(HOUR_MS + 1);
  });

  test('is used at once while it is refreshed', async () => {
    slack.nameOf = () => 'Anew';
    slack.held = true;
    expect(await name('U1')).toBe('Name of U1');
    slack.release();
    await until(async () => (await name('U1')) === 'Anew', 'the new name');
    expect(slack.calls).toEqual(['U1', 'U1']);
  });

  test('is used when it cannot be refreshed, which is tried again a minute later', async () => {
    slack.failing = true;
    for (let prompt = 0; prompt < 5; prompt += 1) expect(await name('U1')).toBe('Name of U1');
    await until(() => slack.calls.length === 2, 'the look-up');
    await clock.advance(0);
    slack.failing = false;
    slack.nameOf = () => 'Anew';
    await clock.advance(59_000);
    expect(await name('U1')).toBe('Name of U1');
    expect(slack.calls).toHaveLength(2);
    await clock.advance(2_000);
    await until(async () => (await name('U1')) === 'Anew', 'the new name');
  });

  test('is used even where it is not one of the first', async () => {
    const names = await people.names('T1', [...ids(60).slice(2), 'U1']);
    expect(names.get('U1')).toBe('Name of U1');
    expect(slack.calls.filter((id) => id === 'U1')).toHaveLength(1);
  });
});

test('a person who cannot be looked up has no name for a minute, then is looked up again', async () => {
  slack.failing = true;
  expect(await name('U1')).toBeUndefined();
  expect(await name('U1')).toBeUndefined();
  expect(slack.calls).toHaveLength(1);
  slack.failing = false;
  await clock.advance(61_000);
  expect(await name('U1')).toBe('Name of U1');
});

test('a name is one short line without a colon, cut between characters', async () => {
  slack.nameOf = () => `${'x'.repeat(59)}😀`;
  expect(await name('U1')).toBe('x'.repeat(59));
  const piece = fc.constantFrom('a', ' ', ':', '\n', '😀', '\ud83d', '\ude00', '\u2028');
  const names = fc.array(piece, { maxLength: 80 }).map((pieces) => pieces.join(''));
  let count = 0;
  await fc.assert(
    fc.asyncProperty(names, async (given) => {
      slack.nameOf = () => given;
      const shown = (await name(`U-${(count += 1)}`)) ?? '';
      expect(shown).not.toMatch(/[\n:\u2028]|\p{Surrogate}/u);
      expect(shown.length).toBeLessThanOrEqual(60);
    }),
  );
});

describe('the first people of a workspace', () => {
  const listed = (count: number, next = ''): object => ({
    ok: true,
    members: ids(count).map((id) => ({ id, profile: { display_name: `Listed ${id}` } })),
    response_metadata: { next_cursor: next },
  });

  test('are known from one call, which names the workspace; the others are looked up', async () => {
    slack.list = async () => listed(3);
    expect(await people.names('T1', ids(4))).toEqual(
      new Map([...ids(3).map((id) => [id, `Listed ${id}`] as const), ['U3', 'Name of U3']]),
    );
    expect(slack.lists).toEqual([{ limit: 200, include_locale: true, team_id: 'T1' }]);
    expect(slack.calls).toEqual(['U3']);
  });

  test('are listed again after ten minutes, not where there are more', async () => {
    slack.list = async () => listed(2);
    await name('U0');
    await clock.advance(HOUR_MS + 1);
    slack.list = async () => listed(2, 'more');
    await name('U1');
    expect(slack.lists).toHaveLength(2);
    await clock.advance(HOUR_MS + 1);
    expect(await name('U0')).toBe('Listed U0');
    await until(() => slack.calls.length > 0, 'the look-up');
    expect(slack.calls).toEqual(['U0']);
    expect(slack.lists).toHaveLength(2);
  });

  test('are looked up one by one while Slack does not list them', async () => {
    let list = (_page: object): void => {};
    slack.list = () => new Promise((resolve) => (list = resolve));
    const naming = name('U0');
    await clock.advance(200);
    expect(await naming).toBe('Name of U0');
    list(listed(2));
    expect(await name('U1')).toBe('Listed U1');
    expect(slack.lists).toHaveLength(1);
  });
});
