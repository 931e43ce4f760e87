/** Names of channels and user groups: few look-ups, never late, never of what somebody may not know. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { MentionedPlace } from '../../../src/core/mentions.js';
import { type SlackPlaces, slackPlaces } from '../../../src/slack/workspaces/places.js';
import { FakeClock } from '../../support/clock.js';
import { RecordingLogger } from '../../support/doubles.js';
import { until } from '../../support/until.js';

const HOUR_MS = 60 * 60_000;
const HERE = { team: 'T1', channel: 'C0HERE', thread: '1766458026.240809' };
const PUBLIC = { is_channel: true, is_private: false };
const PRIVATE = { is_channel: true, is_private: true };

/** Slack's directory of channels and user groups. */
class Directory {
  readonly calls: string[] = [];
  readonly channels: Record<string, object> = {
    C0GENERAL: { ...PUBLIC, name: 'general' },
    C0BOARD: { ...PRIVATE, name: 'board' },
    C0HERE: { ...PRIVATE, name: 'here' },
    C0PEOPLE: { is_mpim: true, is_private: true, name: 'mpdm-ada--bob-1' },
    D0ADA: { is_im: true },
    C0OLD: { is_group: true, name: 'old' },
  };
  /** Thrown by the next calls. */
  failure: Error | undefined;
  held = false;
  /** In place of its answers. */
  answers: (() => Promise<object>) | undefined;

  readonly client = {
    conversations: { info: ({ channel }: { channel: string }) => this.call(channel, () => this.channelOf(channel)) },
    usergroups: { list: () => this.call('groups', () => ({ usergroups: [{ id: 'S0ONCALL', handle: 'oncall' }] })) },
  } as unknown as WebClient;

  private async call(what: string, answer: () => object): Promise<object> {
    this.calls.push(what);
    if (this.held) return new Promise(() => {});
    if (this.answers) return this.answers();
    if (this.failure) throw this.failure;
    return answer();
  }

  private channelOf(id: string): object {
    if (!this.channels[id]) throw refusal('channel_not_found');
    return { channel: this.channels[id] };
  }
}

function refusal(error: string, more: object = {}): Error {
  return new WebAPIPlatformError({ ok: false, error, ...more });
}

const channel = (id: string): MentionedPlace => ({ kind: 'channel', id });
const ONCALL: MentionedPlace = { kind: 'group', id: 'S0ONCALL' };

let slack: Directory;
let clock: FakeClock;
let logger: RecordingLogger;
let places: SlackPlaces;
beforeEach(() => {
  slack = new Directory();
  clock = new FakeClock();
  logger = new RecordingLogger();
  const workspaces = { of: async () => ({ client: slack.client, bot: { userId: 'U', botId: 'B', teamId: 'T1' } }) };
  places = slackPlaces(workspaces, clock, logger);
});

const names = async (...all: MentionedPlace[]): Promise<unknown> => Object.fromEntries(await places.names(HERE, all));

describe('a channel', () => {
  test.each([
    ['that is public has its name', 'C0GENERAL', 'general'],
    ['that is private has none', 'C0BOARD', undefined],
    ['that is private has its name in its own conversations', 'C0HERE', 'here'],
    ['of direct messages between several people has none', 'C0PEOPLE', undefined],
    ['that is a direct message has none', 'D0ADA', undefined],
    ['of a kind that Slack does not call public has none', 'C0OLD', undefined],
    ['that Slack does not show has none', 'C0SECRET', undefined],
  ])('%s', async (_what, id, name) => {
    expect((await places.names(HERE, [channel(id)])).get(id)).toBe(name);
  });

  test('that is private is not named elsewhere because it was named in its own conversation', async () => {
    await names(channel('C0HERE'));
    expect([...(await places.names({ ...HERE, channel: 'C0ELSE' }, [channel('C0HERE')]))]).toEqual([]);
  });

  test('that was renamed has its new name at once', async () => {
    expect(await names(channel('C0GENERAL'))).toEqual({ C0GENERAL: 'general' });
    slack.channels['C0GENERAL'] = { ...PUBLIC, name: 'lobby' };
    places.renamed({ team: 'T2', channel: 'C0GENERAL' });
    expect(await names(channel('C0GENERAL'))).toEqual({ C0GENERAL: 'general' });
    places.renamed({ team: 'T1', channel: 'C0GENERAL' });
    expect(await names(channel('C0GENERAL'))).toEqual({ C0GENERAL: 'lobby' });
    expect(slack.calls).toEqual(['C0GENERAL', 'C0GENERAL']);
  });

  test('that was renamed during a look-up has the name that Slack tells afterwards', async () => {
    let tell = (_answer: object): void => {};
    slack.answers = () => new Promise((resolve) => (tell = resolve));
    places.lookUpAhead('T1', [channel('C0GENERAL')]);
    await until(() => slack.calls.length === 1, 'the look-up');
    slack.answers = undefined;
    slack.channels['C0GENERAL'] = { ...PUBLIC, name: 'lobby' };
    places.renamed({ team: 'T1', channel: 'C0GENERAL' });
    tell({ channel: { ...PUBLIC, name: 'general' } });
    expect(await names(channel('C0GENERAL'))).toEqual({ C0GENERAL: 'lobby' });
  });

  test('that has become private has no name any more, nor has one that Slack does not show any more', async () => {
    slack.channels['C0GONE'] = { ...PUBLIC, name: 'gone' };
    expect(await names(channel('C0GENERAL'), channel('C0GONE'))).toEqual({ C0GENERAL: 'general', C0GONE: 'gone' });
    slack.channels['C0GENERAL'] = { ...PRIVATE, name: 'general' };
    delete slack.channels['C0GONE'];
    await clock.advance(HOUR_MS + 1);
    await names(channel('C0GENERAL'), channel('C0GONE'));
    await until(
      async () => Object.keys((await names(channel('C0GENERAL'), channel('C0GONE'))) as object).length === 0,
      'names to be gone',
    );
  });
});

describe('look-ups', () => {
  test('are made once an hour, user groups in one call, and none for what is not asked', async () => {
    for (let prompt = 0; prompt < 3; prompt += 1) {
      expect(await names(channel('C0GENERAL'), ONCALL, { kind: 'group', id: 'S0GONE' })).toEqual({
        C0GENERAL: 'general',
        S0ONCALL: 'oncall',
      });
      await names(channel('C0GENERAL'));
      await names();
    }
    expect(slack.calls.toSorted()).toEqual(['C0GENERAL', 'groups']);
  });

  test('are few for a message that names hundreds', async () => {
    await names(...Array.from({ length: 300 }, (_, at) => channel(`C${at}`)));
    expect(slack.calls).toHaveLength(20);
  });

  test('may be made ahead', async () => {
    places.lookUpAhead('T1', [channel('C0GENERAL'), ONCALL]);
    await until(() => slack.calls.length === 2, 'the look-ups');
    await names(channel('C0GENERAL'), ONCALL);
    expect(slack.calls).toHaveLength(2);
  });

  test('that hang hold up a prompt for half a second, for both kinds together', async () => {
    slack.held = true;
    const asked = names(channel('C0GENERAL'), ONCALL);
    await clock.untilSleeping();
    await clock.advance(500);
    expect(await asked).toEqual({});
  });
});

describe('without the scopes', () => {
  test('nothing is asked again for an hour, and one line for each method says so', async () => {
    slack.failure = refusal('missing_scope', { needed: 'channels:read', provided: 'chat:write,users:read' });
    for (let at = 0; at < 5; at += 1) expect(await names(channel(`C${at}`), ONCALL)).toEqual({});
    expect(slack.calls).toEqual(expect.arrayContaining(['groups']));
    // Those that began together.
    expect(slack.calls.filter((call) => call !== 'groups')).toEqual(['C0']);
    expect(logger.lines.map(({ level }) => level)).toEqual(['info', 'info']);
    slack.failure = undefined;
    await clock.advance(HOUR_MS + 1);
    expect(await names(channel('C0GENERAL'), ONCALL)).toEqual({ C0GENERAL: 'general', S0ONCALL: 'oncall' });
  });

  test('a token that may read public channels only is asked for others', async () => {
    slack.failure = refusal('missing_scope', { needed: 'groups:read', provided: 'chat:write,channels:read' });
    await names(channel('C0BOARD'));
    slack.failure = undefined;
    expect(await names(channel('C0GENERAL'))).toEqual({ C0GENERAL: 'general' });
    await names(channel('C0BOARD'));
    expect(slack.calls).toEqual(['C0BOARD', 'C0GENERAL']);
  });
});

test('an older name is used while Slack fails, which is asked again a minute later', async () => {
  await names(channel('C0GENERAL'));
  await clock.advance(HOUR_MS + 1);
  slack.failure = new Error('a network error');
  for (let prompt = 0; prompt < 3; prompt += 1)
    expect(await names(channel('C0GENERAL'))).toEqual({ C0GENERAL: 'general' });
  await until(() => slack.calls.length === 2, 'the look-up');
  slack.failure = undefined;
  slack.channels['C0GENERAL'] = { ...PUBLIC, name: 'renamed' };
  await clock.advance(61_000);
  await until(
    async () => (await places.names(HERE, [channel('C0GENERAL')])).get('C0GENERAL') === 'renamed',
    'the name',
  );
});
