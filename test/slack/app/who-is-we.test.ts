/**
 * Who is one of us, live and read back, for each way of installing the bot and whatever an event says about where it
 * happened: that depends on the author alone.
 */
import { describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import { createIntake } from '../../../src/conversation/intake.js';
import type { Conversation } from '../../../src/core/conversation.js';
import { memoryStore } from '../../../src/in-memory/store.js';
import { messages } from '../../../src/slack/app/messages.js';
import { threadReader } from '../../../src/slack/inbound/thread.js';
import { slackOrganization } from '../../../src/slack/workspaces/organization.js';
import { singleWorkspace } from '../../../src/slack/workspaces/single.js';
import { FakeClock } from '../../support/clock.js';
import { FakeQueue, RecordingLogger } from '../../support/doubles.js';
import {
  ANN,
  BOT,
  BOT_ID,
  CHANNEL,
  channelMessage,
  envelope,
  type Fields,
  ROOT_TS,
  TEAM,
} from '../inbound/payloads.js';

const [OURS, THEIRS] = ['E0OURS00001', 'E0THEIRS001'];
const [SISTER, GUEST] = ['T0SISTER001', 'T0GUEST0001'];

/** Answers of `auth.test`. */
const INSTALLS: Record<string, Fields> = {
  'in a workspace of its own': { team_id: TEAM },
  'in a workspace of an organization': { team_id: TEAM, enterprise_id: OURS },
  'in a whole organization': { team_id: OURS, enterprise_id: OURS, is_enterprise_install: true },
  'in a whole organization, which only its id tells': { team_id: OURS },
};
/** Homes of authors; undefined in direct messages for example. */
const HOMES: [string, string | undefined][] = [
  ['nobody names', undefined],
  ['the workspace', TEAM],
  ['a sister workspace', SISTER],
  ['our organization', OURS],
  ['a workspace of another organization', GUEST],
  ['another organization', THEIRS],
];

/** The bot as it is started with that token. Slack knows every person's organization. */
async function startedWith(identity: Fields) {
  const clock = new FakeClock();
  const logger = new RecordingLogger();
  const posts: Fields[] = [];
  const client = {
    auth: { test: async () => ({ ok: true, user_id: BOT, bot_id: BOT_ID, ...identity }) },
    users: {
      async info({ user }: { user: string }) {
        if (user === `U${GUEST}`) throw new WebAPIPlatformError({ ok: false, error: 'user_not_found' });
        const organization = user === `U${THEIRS}` ? THEIRS : OURS;
        return { user: { enterprise_user: { enterprise_id: organization } } };
      },
    },
    conversations: { replies: async () => ({ ok: true, messages: posts }) },
  } as unknown as WebClient;
  const workspaces = await singleWorkspace(client, clock.now() + 1_000, clock, logger);
  const organization = slackOrganization(workspaces, clock, logger);
  const queue = new FakeQueue();
  const store = memoryStore();
  const intake = createIntake({ store, queue, threadReplies: 'auto', edits: 'regenerate' });
  const said = messages({ workspaces, organization, intake, allowExternalUsers: false, dmReplies: 'thread', logger });
  return { said, queue, store, posts, reader: threadReader(workspaces, false, clock, organization), logger };
}

const from = (home: string | undefined, more: Fields = {}): Fields => ({
  ...channelMessage(`<@${BOT}> hi`, more),
  user: `U${home ?? 'ANN'}`,
  team: undefined,
  ...(home !== undefined && { user_team: home, source_team: home }),
});
const isOurs = (home: string | undefined, { team_id: team, enterprise_id: organization }: Fields): boolean =>
  home === undefined ||
  home === TEAM ||
  ((team === OURS || organization === OURS) && (home === SISTER || home === OURS));

/**
 * What events say about where they happened. In a channel that is not shared, all of it is ours; in others, `team_id` may be
 * anybody's, while `context_team_id` is where the bot is.
 */
function contextsFor(install: Fields, home: string | undefined): Fields[] {
  const organization = install['enterprise_id'] ?? (install['team_id'] === OURS ? OURS : null);
  const isOrgWide = install['team_id'] === OURS;
  const authorizations = [
    { enterprise_id: organization, team_id: isOrgWide ? null : TEAM, is_enterprise_install: isOrgWide },
  ];
  const inside = [TEAM, undefined, ...(organization === null ? [] : [SISTER, OURS])].flatMap((context_team_id) =>
    [organization, null, undefined].map((context_enterprise_id) => ({
      context_team_id,
      context_enterprise_id,
      is_ext_shared_channel: false,
    })),
  );
  const shared = [TEAM, null, undefined].flatMap((context_team_id) =>
    [organization, THEIRS, null, undefined].flatMap((context_enterprise_id) =>
      [TEAM, GUEST].flatMap((team_id) =>
        [true, undefined].map((is_ext_shared_channel) => ({
          team_id,
          context_team_id,
          context_enterprise_id,
          is_ext_shared_channel,
        })),
      ),
    ),
  );
  return [...(isOurs(home, install) ? inside : []), ...shared].map((context) => ({
    ...context,
    authorizations,
    enterprise_id: 'team_id' in context && context.team_id === GUEST ? THEIRS : organization,
  }));
}

describe.each(Object.entries(INSTALLS))('a bot %s', (_install, identity) => {
  test.each(HOMES)('and somebody whose home is what %s', async (_home, home) => {
    const expected = isOurs(home, identity) ? 1 : 0;
    for (const context of contextsFor(identity, home)) {
      const { said, queue, logger } = await startedWith(identity);
      await said.handle(envelope(from(home), context));
      expect({ context, answers: queue.wakes.length }).toEqual({ context, answers: expected });
      const ignored = logger.lines.filter(({ message }) => message === 'ignored a message of an external person');
      expect(ignored).toHaveLength(1 - expected);
    }
  });

  test('reads the past of a thread in which it is mentioned: all of ours, nobody else', async () => {
    const { said, queue, store, posts, reader } = await startedWith(identity);
    posts.push({ ...channelMessage('root', { ts: ROOT_TS }) });
    posts.push(
      ...HOMES.map(([, home], at) =>
        from(home, { ts: `17664580${27 + at}.000000`, thread_ts: ROOT_TS, text: String(at) }),
      ),
    );
    const isOrgWide = identity['team_id'] === OURS;
    const authorizations = [{ enterprise_id: isOrgWide ? OURS : null, team_id: isOrgWide ? null : TEAM }];
    await said.handle(
      envelope(from(TEAM, { ts: '1766458039.000000', thread_ts: ROOT_TS, user: ANN }), { authorizations }),
    );
    expect(queue.wakes).toEqual([`${TEAM}:${CHANNEL}:${ROOT_TS}`]);
    const conversation = (await store.load(`${TEAM}:${CHANNEL}:${ROOT_TS}`)) as Conversation;
    const turns = await reader.read(conversation);
    const ours = HOMES.flatMap(([, home], at) => (isOurs(home, identity) ? [String(at)] : []));
    expect(turns.map(({ text }) => text)).toEqual(['root', ...ours]);
  });
});
