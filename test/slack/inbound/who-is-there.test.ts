/** Holds the table in `docs/who-is-there.md`: each of its rows has posts here, and the bot treats them as it says. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { createIntake } from '../../../src/conversation/intake.js';
import { keyOf } from '../../../src/core/conversation-id.js';
import { memoryStore } from '../../../src/in-memory/store.js';
import { messages } from '../../../src/slack/app/messages.js';
import { threadReader } from '../../../src/slack/inbound/thread.js';
import type { Workspaces } from '../../../src/slack/workspaces/workspaces.js';
import { FakeClock } from '../../support/clock.js';
import { FakeQueue, RecordingLogger } from '../../support/doubles.js';
import {
  ANN,
  BEN,
  BOT,
  BOT_ID,
  botMessage,
  CHANNEL,
  channelMessage,
  envelope,
  type Fields,
  OPTIONS,
  OTHER_TEAM,
  richText,
  ROOT_TS,
  TEAM,
  TS,
} from './payloads.js';

const ORGANIZATION = 'E0HOME00001';
const NEXT_TS = '1766458032.000100';
const TABLE = /<!-- who is there -->\n([\s\S]*?)<!-- \/who is there -->/;

interface Row {
  /** The same post in several forms. */
  posts: Fields[];
  /** Around the event. */
  outer?: Fields;
  settings?: { allowExternalUsers?: boolean; answerWorkflows?: boolean };
}

const app = { bot_id: 'B0CI0000001', app_id: 'A0CI0000001' };
const profile = { id: app.bot_id, app_id: app.app_id, name: 'CI', team_id: TEAM };
const workflow = {
  user: undefined,
  subtype: 'bot_message',
  username: 'Onboarding',
  bot_id: 'B0FLOW00001',
  workflow_id: 'Wf0FLOW00001',
  bot_profile: { id: 'B0FLOW00001', name: 'Onboarding', is_workflow_bot: true },
};
const guestOf = (team: string): Fields => ({ user: BEN, team, user_team: team, source_team: team });
const grid = { enterprise_id: ORGANIZATION, context_enterprise_id: ORGANIZATION, is_ext_shared_channel: false };
const shared = { ...grid, is_ext_shared_channel: true };

/** By the first column of the table. */
const ROWS: Record<string, Row> = {
  'A person': { posts: [{}, { bot_id: null, subtype: null }] },
  'A person, as `/me`, with a file, or also sent to the channel': {
    posts: [
      { subtype: 'me_message' },
      { subtype: 'file_share', files: [{ id: 'F1', name: 'a.png' }] },
      { subtype: 'thread_broadcast', root: { ts: ROOT_TS } },
    ],
  },
  'A guest (a restricted account)': {
    posts: [{ user_profile: { name: 'guest', is_restricted: true, is_ultra_restricted: true } }],
  },
  'A person whose account was deactivated later': { posts: [{ user_profile: { name: 'gone', deleted: true } }] },
  'A person, in a message of a kind that this version does not know': { posts: [{ subtype: 'canvas_comment' }] },
  'A colleague in another workspace of the same organization (Enterprise Grid)': {
    posts: [guestOf(OTHER_TEAM), { user_team: ORGANIZATION }],
    outer: grid,
  },
  'A person of another organization (Slack Connect)': {
    posts: [guestOf(OTHER_TEAM), { user_team: 'E0GUEST00001' }],
    outer: shared,
  },
  'A person of another organization, `ALLOW_EXTERNAL_USERS=true`': {
    posts: [guestOf(OTHER_TEAM)],
    outer: shared,
    settings: { allowExternalUsers: true },
  },
  'Another app': {
    posts: [
      { ...app, user: 'U0CIBOT0001', bot_profile: profile },
      { ...app, user: undefined, bot_profile: profile },
      { ...app, user: 'U0CIBOT0001', bot_profile: profile, subtype: 'thread_broadcast' },
      { bot_id: 5 },
    ],
  },
  'An incoming webhook, or a bot of the old kind': {
    posts: [
      { ...app, user: undefined, subtype: 'bot_message', username: 'ci' },
      { user: undefined, subtype: 'bot_message', username: 'ci' },
    ],
  },
  "An app, with a person's token": { posts: [app, { ...app, bot_profile: profile }] },
  'An app, in a message of a kind that this version does not know': {
    posts: [{ ...app, bot_profile: profile, subtype: 'canvas_comment' }],
  },
  'A workflow of Workflow Builder': { posts: [workflow] },
  'A workflow of Workflow Builder, `ANSWER_WORKFLOWS=true`': {
    posts: [workflow, { ...workflow, workflow_id: undefined }, { ...workflow, bot_profile: undefined }],
    settings: { answerWorkflows: true },
  },
  'Slack, with the part of a canvas that a thread of comments is about': {
    posts: [
      { user: 'USLACKBOT', subtype: 'document_comment_root', document_comment: { thread_id: 'temp:C:OYP1' } },
      { user: undefined, subtype: 'document_comment_root', text: '' },
      { subtype: 'document_comment_root', document_comment: { authors: [BEN] } },
    ],
  },
  'The bot itself': {
    posts: [botMessage(''), { user: BOT }, { user: undefined, bot_id: BOT_ID, subtype: 'bot_message' }],
  },
  'Slackbot, or Slack itself': { posts: [{ user: 'USLACKBOT' }, { user: 'USLACK' }, { user: 'USLACKBOT', ...app }] },
  "Slack's notes: somebody joined or left, a new topic, a pinned message, an app was added": {
    posts: ['channel_join', 'group_leave', 'channel_topic', 'pinned_item', 'reminder_add', 'bot_add']
      .map((subtype): Fields => ({ subtype }))
      .concat({ ...app, subtype: 'channel_join' }),
  },
  'Anybody, hidden': { posts: [{ hidden: true }, { ...app, hidden: true }, { hidden: 'yes' }] },
};

const rows = (TABLE.exec(readFileSync('docs/who-is-there.md', 'utf8'))?.[1] ?? '')
  .trim()
  .split('\n')
  .slice(2)
  .map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  ) as [string, string, string][];

const thread = { team: TEAM, channel: CHANNEL, thread: ROOT_TS };

/** Reads the thread back: what becomes of the post between Ann's two. */
async function readBack(post: Fields, { settings = {}, outer }: Row): Promise<'read' | 'ignored'> {
  const root = channelMessage('root', { ts: ROOT_TS });
  const next = channelMessage(`<@${BOT}> so?`, { ts: NEXT_TS, thread_ts: ROOT_TS });
  const replies = async (): Promise<object> => ({ ok: true, messages: [root, post, next] });
  const bot = { ...OPTIONS.bot, ...(outer === grid && { enterpriseId: ORGANIZATION }) };
  const workspaces: Workspaces = {
    of: async () => ({ client: { conversations: { replies } } as unknown as WebClient, bot }),
  };
  const organization = { homes: async () => new Set(outer === grid ? [OTHER_TEAM] : []) };
  const reader = threadReader(workspaces, settings.allowExternalUsers ?? false, new FakeClock(), organization);
  const turns = await reader.read({
    id: thread,
    turns: [{ role: 'person', ts: NEXT_TS, author: ANN, text: 'so?' }],
    pending: [NEXT_TS],
    backlogRead: false,
  });
  const found = turns.find(({ ts }) => ts === TS);
  // Its own posts are its replies.
  return found?.role === 'person' ? 'read' : 'ignored';
}

/** Delivers Ann's question, the bot's answer and then the post: whether that asks, is context, or is ignored. */
async function deliver(post: Fields, { settings = {}, outer = {} }: Row, types = ['message']): Promise<string> {
  const store = memoryStore();
  const queue = new FakeQueue();
  const handler = messages({
    workspaces: { of: async () => ({ client: {} as WebClient, bot: OPTIONS.bot }) },
    intake: createIntake({ store, queue, threadReplies: 'auto', edits: 'regenerate' }),
    allowExternalUsers: false,
    dmReplies: 'thread',
    logger: new RecordingLogger(),
    ...settings,
  });
  await handler.handle(envelope(channelMessage(`<@${BOT}> hello`, { ts: ROOT_TS }), outer));
  const answer = { role: 'assistant', ts: '1766458027.000001', text: 'Hello!', after: ROOT_TS } as const;
  await store.settle(keyOf(thread), [ROOT_TS], [answer]);
  for (const type of types) await handler.handle(envelope({ ...post, type }, outer));
  const conversation = await store.load(keyOf(thread));
  if (conversation?.pending.includes(TS)) return 'asks';
  return conversation?.turns.some(({ ts }) => ts === TS) ? 'context' : 'ignored';
}

/** The post in the thread, with these words. */
function postOf(fields: Fields, namesBot: boolean): Fields {
  const text = namesBot ? `<@${BOT}> look` : 'look';
  const element = namesBot ? [{ type: 'user', user_id: BOT }] : [];
  const blocks = [richText(...element, { type: 'text', text: ' look' })];
  return channelMessage(text, { ...fields, text, blocks, ts: TS, thread_ts: ROOT_TS });
}

test('the table has the rows that are tried here', () => {
  expect(rows.map(([who]) => who)).toEqual(Object.keys(ROWS));
});

describe.each(rows)('%s', (who, namesNobody, namesBot) => {
  const row = ROWS[who] ?? { posts: [] };

  test.each(row.posts.map((post, at) => [at, post] as const))('form %i', async (_, post) => {
    expect(await deliver(postOf(post, false), row)).toBe(namesNobody);
    expect(await deliver(postOf(post, true), row)).toBe(namesBot);
  });

  test.each(row.posts.map((post, at) => [at, post] as const))('form %i is read back likewise', async (_, post) => {
    for (const [isNamed, outcome] of [
      [false, namesNobody],
      [true, namesBot],
    ] as const)
      expect(await readBack(postOf(post, isNamed), row)).toBe(outcome === 'ignored' ? 'ignored' : 'read');
  });

  test.each(row.posts.map((post, at) => [at, post] as const))(
    'form %i is the same with its `app_mention`, in either order',
    async (_, post) => {
      // That of a workflow may not say that it is one.
      const named = postOf(post, true);
      expect(await deliver(named, row, ['app_mention', 'message'])).toBe(namesBot);
      expect(await deliver(named, row, ['message', 'app_mention'])).toBe(namesBot);
    },
  );
});

test("a workflow asks though its `app_mention`, which comes first, is like any app's", async () => {
  const row: Row = { posts: [], settings: { answerWorkflows: true } };
  const { workflow_id: _, ...plain } = postOf({ ...workflow, bot_profile: undefined }, true);
  expect(await deliver(plain, row, ['app_mention'])).toBe('ignored');
});
