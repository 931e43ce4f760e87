/** Every code that Slack documents for a method that the bot calls has a meaning, and `docs/refusals.md` tells all of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { WebAPIPlatformError } from '@slack/web-api';
import { problemOf } from '../../../src/slack/outbound/elsewhere.js';
import { isCurable, slackFailure } from '../../../src/slack/web-api/failure.js';
import { meaningOf } from '../../../src/slack/web-api/refusals.js';

const ROOT = new URL('../../..', import.meta.url).pathname;
/** The codes of each method's reference, and under `*` those that any method may give. */
const CODES = JSON.parse(readFileSync(join(ROOT, 'test/slack/web-api/error-codes.json'), 'utf8')) as Record<
  string,
  string[]
>;
const TABLE = /<!-- refusals -->\n([\s\S]*?)<!-- \/refusals -->/;

const nameOf = (code: string): string => {
  const { meaning, group } = meaningOf(code);
  return group === '' ? meaning : `${meaning}: ${group}`;
};
const refused = (error: unknown, ok: unknown = false): unknown =>
  new WebAPIPlatformError({ ok, error } as ConstructorParameters<typeof WebAPIPlatformError>[0]);

test('the list has every method that the bot calls', () => {
  const calls = readdirSync(join(ROOT, 'src/slack'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .flatMap((file) =>
      Array.from(
        readFileSync(join(ROOT, 'src/slack', file), 'utf8').matchAll(/client\.((?:[a-z]+\.)+[a-zA-Z]+)\(/g),
        ([, method = '']) => method,
      ),
    );
  expect(
    Object.keys(CODES)
      .filter((method) => method !== '*')
      .toSorted(),
  ).toEqual([...new Set(calls)].toSorted());
});

test.each(Object.entries(CODES))('every documented code of %s has a meaning', (_method, codes) => {
  expect(codes.filter((code) => meaningOf(code).meaning === 'unknown')).toEqual([]);
});

test('no code has two meanings', () => {
  const source = readFileSync(join(ROOT, 'src/slack/web-api/refusals.ts'), 'utf8');
  const named = Array.from(source.matchAll(/^ {4,}.*$/gm), ([line]) => line.match(/'(\w+)'/g) ?? []).flat();
  expect(named.length).toBeGreaterThan(100);
  expect(named.filter((code, at) => named.indexOf(code) !== at)).toEqual([]);
});

describe('docs/refusals.md', () => {
  const [, table = ''] = TABLE.exec(readFileSync(join(ROOT, 'docs/refusals.md'), 'utf8')) ?? [];
  const rows = table
    .split('\n')
    .slice(2)
    .filter(Boolean)
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .map(([, name = '', codes = '']) => ({
      name,
      codes: Array.from(codes.matchAll(/`(\w+)`/g), ([, code = '']) => code),
    }));

  test('has a row for each meaning, and no other', () => {
    const meanings = new Set([...Object.values(CODES).flat(), 'stopped_by_user', 'a_new_code'].map(nameOf));
    expect(rows.map(({ name }) => name).toSorted()).toEqual([...meanings].toSorted());
  });

  test.each(rows)('names codes that mean it: $name', ({ name, codes }) => {
    expect(codes.map(nameOf)).toEqual(codes.map(() => name));
  });
});

describe('who is told', () => {
  test.each([
    ['not_in_channel', 'not_member'],
    ['is_inactive', 'archived'],
    ['ekm_access_denied', 'not_allowed'],
    ['restricted_action_of_a_new_kind', 'not_allowed'],
    ['a_new_code', 'refused'],
    ['invalid_arguments', 'refused'],
  ])('who asked, of %s as %s', (code, problem) => {
    expect(problemOf(refused(code))).toEqual({ problem, code });
  });

  test.each([
    'user_not_found',
    'cannot_dm_bot',
    'invalid_auth',
    'org_login_required',
    'missing_scope',
    'internal_error',
  ])('nobody in Slack, of %s', (code) => {
    expect(problemOf(refused(code))).toBeUndefined();
  });

  test.each(['invalid_auth', 'account_inactive', 'org_login_required', 'team_access_not_granted', 'missing_scope'])(
    'the operator can help with %s',
    (code) => {
      expect(isCurable(refused(code))).toBe(true);
    },
  );
});

describe('what is not an answer of Slack', () => {
  test.each<[string, unknown]>([
    ["a proxy's page", refused('<html><body>Bad gateway</body></html>')],
    ['an empty body', refused('')],
    ['JSON without a code', refused(undefined)],
    ["a proxy's JSON", refused('forbidden', null)],
    ['a code that is none', refused({ message: 'no' })],
  ])('%s means that the call may have happened', (_what, error) => {
    expect(slackFailure(error)).toEqual({ kind: 'uncertain' });
  });
});
