import { afterEach, describe, expect, test } from '@jest/globals';
import type { WebClient } from '@slack/web-api';
import { methods } from '../../src/simulator/methods/registry.js';
import { coverageRows } from './coverage.js';
import { AGENTS } from './methods/agents.js';
import { CHAT } from './methods/chat.js';
import { CONVERSATIONS } from './methods/conversations.js';
import { FILES } from './methods/files.js';
import { type MethodCase, type Fixture, createFixture } from './methods/fixture.js';
import { PLATFORM } from './methods/platform.js';
import { REACTIONS } from './methods/reactions.js';
import { STREAMS } from './methods/streams.js';
import { USERS } from './methods/users.js';
import { VIEWS } from './methods/views.js';
import { clientOf, Closers, errorOf } from './support.js';

const CASES: Record<string, MethodCase> = {
  ...PLATFORM,
  ...CHAT,
  ...STREAMS,
  ...CONVERSATIONS,
  ...USERS,
  ...AGENTS,
  ...REACTIONS,
  ...VIEWS,
  ...FILES,
};
const cases = Object.entries(CASES).map(([method, methodCase]) => ({ method, ...methodCase }));
const badCalls = cases.flatMap(({ method, args, bad }) =>
  Object.entries(bad).flatMap(([code, calls]) => [calls].flat().map((call) => ({ method, code, args, call }))),
);

const closers = new Closers();

afterEach(() => closers.closeAll());

/** A client with the kind of token the method requires. */
function clientFor(method: string, fixture: Fixture): WebClient {
  return methods.get(method)?.token === 'app' ? clientOf(fixture.slack, fixture.slack.appToken) : fixture.client;
}

describe('the table of test cases', () => {
  test('has exactly the methods of the simulator', () => {
    expect(Object.keys(CASES).toSorted()).toEqual([...methods.keys()].toSorted());
  });

  test.each(coverageRows())('has exactly the errors in COVERAGE.md for $method', ({ method, errors }) => {
    expect(errors.toSorted()).toEqual(Object.keys(CASES[method]?.bad ?? {}).toSorted());
  });
});

describe('a valid call of', () => {
  test.each(cases)('$method', async ({ method, args, response }) => {
    const fixture = await createFixture(closers);
    const expected = { ok: true, response_metadata: {}, ...response(fixture) };
    expect(await clientFor(method, fixture).apiCall(method, args(fixture))).toEqual(expected);
  });
});

describe('an invalid call of', () => {
  test.each(badCalls)('$method: $code', async ({ method, code, args, call }) => {
    const fixture = await createFixture(closers);
    const wrong = typeof call === 'function' ? await call(fixture) : call;
    expect(await errorOf(clientFor(method, fixture).apiCall(method, { ...args(fixture), ...wrong }))).toBe(code);
  });
});

describe('any call of', () => {
  test.each(cases)('$method with an unknown argument: invalid_arguments', async ({ method, args }) => {
    const fixture = await createFixture(closers);
    expect(await errorOf(clientFor(method, fixture).apiCall(method, { ...args(fixture), colour: 'red' }))).toBe(
      'invalid_arguments',
    );
  });

  const guarded = cases.filter(({ method }) => methods.get(method)?.token !== 'none');

  test.each(guarded)(
    '$method with no token, an unknown token, and a token of the wrong kind',
    async ({ method, args }) => {
      const fixture = await createFixture(closers);
      const { slack } = fixture;
      const wrongKind = methods.get(method)?.token === 'app' ? slack.botToken : slack.appToken;
      const call = (token: string): Promise<unknown> => errorOf(clientOf(slack, token).apiCall(method, args(fixture)));
      expect([await call(''), await call('xoxb-unknown'), await call(wrongKind)]).toEqual([
        'not_authed',
        'invalid_auth',
        'not_allowed_token_type',
      ]);
    },
  );

  const withRequired = cases.filter(({ method }) => required(method).length > 0);

  test.each(withRequired)('$method without a required argument: invalid_arguments', async ({ method, args }) => {
    const fixture = await createFixture(closers);
    for (const name of required(method)) {
      expect(await errorOf(clientFor(method, fixture).apiCall(method, { ...args(fixture), [name]: undefined }))).toBe(
        'invalid_arguments',
      );
    }
  });
});

function required(method: string): string[] {
  return Object.entries(methods.get(method)?.rules ?? {}).flatMap(([name, rule]) => (rule.required ? [name] : []));
}
