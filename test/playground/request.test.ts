import { describe, expect, test } from '@jest/globals';
import { rejectForeignRequests, RequestError } from '../../src/playground/request.js';

const asked =
  (port: number, headers: Record<string, string>): (() => void) =>
  () =>
    rejectForeignRequests({ headers, socket: { localPort: port } });

describe('on port 80, which browsers omit', () => {
  test.each([
    ['by number', { host: '127.0.0.1' }],
    ['by name, from the page', { host: 'localhost', origin: 'http://localhost' }],
  ])('accepts the page, addressed %s', (_, headers) => {
    expect(asked(80, headers)).not.toThrow();
  });

  test('rejects another port', () => {
    expect(asked(80, { host: '127.0.0.1:81' })).toThrow(RequestError);
    expect(asked(4_000, { host: '127.0.0.1' })).toThrow('this is 127.0.0.1:4000 or localhost:4000, not 127.0.0.1');
  });
});
