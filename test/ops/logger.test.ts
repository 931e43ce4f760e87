import { describe, expect, test } from '@jest/globals';
import { createLogger } from '../../src/ops/logger.js';

function logged(facts: object, message = 'hello'): { line: string; read: Record<string, unknown> } {
  const lines: string[] = [];
  createLogger('debug', (line) => lines.push(line)).warn(facts, message);
  const [line = ''] = lines;
  return { line, read: JSON.parse(line) as Record<string, unknown> };
}

describe('a log line', () => {
  test('is one line of JSON with the facts, the name of the level and the time', () => {
    const { line, read } = logged({ conversation: 'T1:C1:1.1' }, 'answered');
    expect(line.endsWith('}\n')).toBe(true);
    expect(read).toEqual({
      level: 'warn',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      conversation: 'T1:C1:1.1',
      msg: 'answered',
    });
  });

  test('below the level is not written', () => {
    const lines: string[] = [];
    const logger = createLogger('warn', (line) => lines.push(line));
    logger.info({}, 'not this');
    logger.error({}, 'but this');
    expect(lines).toHaveLength(1);
  });
});

describe('an error with a cause', () => {
  const err = (message: string, cause?: unknown): unknown => logged({ err: new Error(message, { cause }) }).read['err'];

  test('says both', () => {
    expect(err('no answer', new Error('broken'))).toMatchObject({ message: 'no answer: broken' });
  });

  test('says once what both say', () => {
    expect(err('429 Slow down', new Error('429 Slow down'))).toMatchObject({ message: '429 Slow down' });
    expect(err('asking failed: 429', new Error('429', { cause: new Error('socket') }))).toMatchObject({
      message: 'asking failed: 429: socket',
    });
  });

  test('that is its own cause is written', () => {
    const circular = new Error('round');
    circular.cause = circular;
    expect(logged({ err: circular }).read['err']).toMatchObject({ message: 'round' });
  });

  test('keeps all else that pino writes of it, and a value that is no error', () => {
    expect(logged({ err: Object.assign(new TypeError('x'), { code: 'E1' }) }).read['err']).toMatchObject({
      type: 'TypeError',
      code: 'E1',
      stack: expect.stringContaining('TypeError: x'),
    });
    expect(logged({ err: 'a word' }).read['err']).toBe('a word');
  });
});

/** Assembled here, so that scanners for leaked keys do not report this file. */
const secret = (...parts: string[]): string => parts.join('-');

describe('secrets are removed', () => {
  const secrets = [
    secret('xoxb', '1234567890', '0987654321', 'AbCdEfGhIjKl'),
    secret('xoxp', '1234567890', 'AbCdEf'),
    secret('xoxe.xoxb', '1', 'Mi0yLTEyMzQ1'),
    secret('xoxe', '1', 'Mi0yLTEyMzQ1'),
    secret('xapp', '1', 'A0SKEIN0001', '123', 'abcdef'),
    secret('sk', 'abcdefghijklmnop'),
    secret('sk', 'proj', 'abc_DEF.ghi'),
  ];
  const places: [string, (token: string) => [object, string?]][] = [
    ['in the message', (token) => [{}, `cannot use ${token} here`]],
    ['as a fact', (token) => [{ token }]],
    ['deep in the facts', (token) => [{ request: { headers: [`Authorization: Bearer ${token}`] } }]],
    ['in an error', (token) => [{ err: new Error(`invalid token: ${token}`) }]],
    [
      "in an error's cause",
      (token) => [{ err: new Error('no answer', { cause: new Error(`GET /?token=${token}&x=1 failed`) }) }],
    ],
    ['in a property of an error', (token) => [{ err: Object.assign(new Error('refused'), { config: { token } }) }]],
    [
      'at the beginning of a line of a stack trace',
      (token) => [{ err: new Error(`refused:\n${token}\r\n${token}\tx`) }],
    ],
    ['in quotes', (token) => [{ body: `{"token":"${token}"}` }]],
  ];
  const cases = secrets.flatMap((token) => places.map(([place, facts]) => [place, token, facts] as const));

  test.each(cases)('%s: %s', (_place, token, facts) => {
    const { line } = logged(...facts(token));
    expect(line).toContain('***');
    // The last part is the secret.
    expect(line).not.toContain(token.split('-').at(-1));
    expect(() => JSON.parse(line) as unknown).not.toThrow();
  });

  test.each([
    ['redis://:hunter2@10.0.0.1:6379', 'redis://:***@10.0.0.1:6379'],
    ['rediss://skein:hunter2@cache.example.com/0', 'rediss://skein:***@cache.example.com/0'],
    ['redis://:hunter2@hunter2/x@10.0.0.1:6379', 'redis://:***@10.0.0.1:6379'],
    ['http://me:hunter2@10.0.0.1:3128', 'http://me:***@10.0.0.1:3128'],
    ['https://me:hunter2@hunter2@proxy.example/', 'https://me:***@proxy.example/'],
  ])('the password of %s', (url, shown) => {
    const { read } = logged({ err: new Error(`connect ECONNREFUSED ${url}`) });
    expect(read['err']).toMatchObject({ message: `connect ECONNREFUSED ${shown}` });
    expect(JSON.stringify(read)).not.toContain('hunter2');
  });

  test('in a long line too, in time that grows with its length', () => {
    const line = 'redis://a:'.repeat(60_000);
    expect(logged({}, line).read['msg']).toBe(line);
    expect(logged({}, `${line}@host`).read['msg']).toBe('redis://a:***@host');
    expect(logged({}, `redis://a:${'hunter2'.repeat(500)}@host`).read['msg']).toBe('redis://a:***@host');
    expect(logged({}, `redis://host:1/${secret('sk', 'abcdefghijklmnop')}`).read['msg']).toBe('redis://host:1/***');
  });

  test('the arguments of a Redis command', () => {
    const refused = Object.assign(new Error('WRONGPASS'), {
      command: { name: 'hello', args: ['3', 'AUTH', 'skein', 'hunter2'] },
    });
    const { line } = logged({ err: refused });
    expect(line).toContain('"command":{"name":"hello"}');
    expect(line + logged({ err: Object.assign(new Error('no node'), { lastNodeError: refused }) }).line).not.toContain(
      'hunter2',
    );
  });

  test.each([
    'redis://127.0.0.1:6379',
    'redis://10.0.0.1:6379/0 for ann@example.com',
    'https://10.0.0.1:8443/people/ann@example.com',
    'the disk-usage of task-runners',
    'risk-assessment',
    'sk-1',
    '<@U1> in C1',
  ])('other text stays: %s', (text) => {
    expect(logged({}, text).read['msg']).toBe(text);
  });
});
