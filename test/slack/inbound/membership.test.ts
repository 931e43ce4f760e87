/** Who is one of us, in a workspace of its own and in an organization (Enterprise Grid). */
import { describe, expect, test } from '@jest/globals';
import { type Membership, membershipOf } from '../../../src/slack/inbound/membership.js';
import { eventContext, slackMessage } from '../../../src/slack/inbound/payload.js';
import { envelope, type Fields, OPTIONS, OTHER_TEAM, TEAM, TS } from './payloads.js';

const OURS = 'E0OURS00001';
const THEIRS = 'E0THEIRS001';
const SISTER = 'T0SISTER001';
const inside = { is_ext_shared_channel: false };
const shared = { is_ext_shared_channel: true };
const alone = OPTIONS.bot;
const inOrg = { ...alone, enterpriseId: OURS };
const ofOrg = { ...inOrg, teamId: OURS };

/** In each the author's workspace is in `user_team`, then in `source_team`, then in `team`. */
const forms = (home: string): Fields[] => [
  { user_team: home, source_team: TEAM, team: TEAM },
  { source_team: home, team: TEAM },
  { team: home },
];

function membership(author: Fields, bot: typeof inOrg | typeof alone, outer?: Fields): Membership {
  return membershipOf(slackMessage.parse({ ts: TS, ...author }), bot, outer && eventContext.parse(envelope({}, outer)));
}

describe('a workspace of its own', () => {
  test.each<[string, string, Fields | undefined, Membership]>([
    ['a colleague', TEAM, inside, 'ours'],
    ['a colleague in a shared channel', TEAM, shared, 'ours'],
    ['a colleague, read back', TEAM, undefined, 'ours'],
    ['a guest', OTHER_TEAM, shared, 'external'],
    ['a guest, whatever the event says of the channel', OTHER_TEAM, inside, 'external'],
    ['a guest, read back', OTHER_TEAM, undefined, 'external'],
    ['a guest of an organization', THEIRS, shared, 'external'],
    [
      'a guest of an organization, as the event says',
      OTHER_TEAM,
      { ...shared, enterprise_id: THEIRS, team_id: OTHER_TEAM },
      'external',
    ],
  ])('%s', (_who, home, outer, expected) => {
    for (const author of forms(home)) expect(membership(author, alone, outer)).toBe(expected);
  });

  test('who has no workspace, in a direct message for example', () => {
    expect(membership({}, alone, inside)).toBe('ours');
    expect(membership({}, alone)).toBe('ours');
  });
});

describe.each([
  ['a workspace in an organization', inOrg],
  ['an organization', ofOrg],
])('%s', (_, bot) => {
  test.each<[string, string, Fields | undefined, Membership]>([
    ['a colleague of a sister workspace', SISTER, inside, 'ours'],
    ['the organization itself', OURS, inside, 'ours'],
    ['the organization itself in a shared channel', OURS, shared, 'ours'],
    ['the organization itself, read back', OURS, undefined, 'ours'],
    [
      'a sister workspace in a shared channel, as the event says',
      SISTER,
      { ...shared, team_id: SISTER, enterprise_id: OURS },
      'ours',
    ],
    [
      'a guest in a shared channel, as the event says',
      OTHER_TEAM,
      { ...shared, team_id: OTHER_TEAM, enterprise_id: THEIRS },
      'external',
    ],
    ['somebody in a shared channel', SISTER, shared, 'unsure'],
    [
      'somebody in a shared channel, in an event of somebody else',
      SISTER,
      { ...shared, enterprise_id: OURS },
      'unsure',
    ],
    ['somebody, read back', SISTER, undefined, 'unsure'],
    ['another organization', THEIRS, shared, 'external'],
    ['another organization, read back', THEIRS, undefined, 'external'],
    ['another organization, whatever the event says of the channel', THEIRS, inside, 'external'],
    [
      'somebody, where the event does not say whether the channel is shared',
      SISTER,
      { is_ext_shared_channel: 'no' },
      'unsure',
    ],
  ])('%s', (_who, home, outer, expected) => {
    for (const author of forms(home)) expect(membership(author, bot, outer)).toBe(expected);
  });
});

test.each<[string, Fields]>([
  ['the installation', { authorizations: [{ team_id: null, enterprise_id: OURS, is_enterprise_install: true }] }],
  ['the context', { context_enterprise_id: OURS }],
  ['the event', { enterprise_id: OURS }],
])('in a channel that is not shared, the organization is known from %s', (_, outer) => {
  expect(membership({ user_team: SISTER }, alone, { ...inside, ...outer })).toBe('ours');
  expect(membership({ user_team: OURS }, alone, { ...inside, ...outer })).toBe('ours');
  expect(membership({ user_team: THEIRS }, alone, { ...inside, ...outer })).toBe('external');
});

test('in a shared channel, the organization of the event is that of its author', () => {
  const outer = { ...shared, team_id: OTHER_TEAM, context_enterprise_id: THEIRS, enterprise_id: THEIRS };
  expect(membership({ user_team: OTHER_TEAM }, alone, outer)).toBe('external');
});
