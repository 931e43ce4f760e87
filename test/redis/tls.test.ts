/** Redis over TLS with a certificate that no known authority signed. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { systemClock } from '../../src/ops/clock.js';
import { connectRedis, waitUntilReachable } from '../../src/redis/connection.js';
import { AUTHORITY, serverCertificate } from '../support/certificates.js';
import { RecordingLogger } from '../support/doubles.js';
import { redisConfig } from '../support/redis-place.js';
import { HOST, type RedisServer, startServer } from '../support/redis-server.js';

let server: RedisServer;
afterEach(() => server.stop());

/** Resolves with the server's REDIS_URL. */
async function startWith(name: Parameters<typeof serverCertificate>[0]): Promise<string> {
  const { cert, key } = serverCertificate(name);
  const tls = [
    '--tls-auth-clients',
    'no',
    '--tls-cert-file',
    cert,
    '--tls-key-file',
    key,
    '--tls-ca-cert-file',
    AUTHORITY,
  ];
  const common = ['--port', '0', '--bind', HOST, '--save', ''];
  server = await startServer((port, directory) => [...common, '--tls-port', String(port), '--dir', directory, ...tls]);
  return `rediss://${HOST}:${server.port}`;
}

/** 'reached', or the error's message. */
async function outcome(env: Record<string, string> & { REDIS_URL: string }): Promise<string> {
  const connections = connectRedis(redisConfig({ env }), new RecordingLogger());
  try {
    await waitUntilReachable(connections, systemClock.now() + 60_000, systemClock, new RecordingLogger());
    return 'reached';
  } catch (error) {
    return (error as Error).message;
  } finally {
    connections.close();
  }
}

describe.each([
  ['of an authority of its own', 'server', AUTHORITY],
  ['that is self-signed', 'self-signed', serverCertificate('self-signed').cert],
] as const)('a certificate %s', (_, name, ca) => {
  test('is refused at once, and the setting for it is named', async () => {
    expect(await outcome({ REDIS_URL: await startWith(name) })).toMatch(
      /^the certificate of Redis \(REDIS_URL\) is signed by none of the authorities known here: set REDIS_TLS_CA_FILE/,
    );
  });

  test('is taken with REDIS_TLS_CA_FILE', async () => {
    expect(await outcome({ REDIS_URL: await startWith(name), REDIS_TLS_CA_FILE: ca })).toBe('reached');
  });

  test('is taken with REDIS_TLS_REJECT_UNAUTHORIZED=false', async () => {
    const env = { REDIS_URL: await startWith(name), REDIS_TLS_REJECT_UNAUTHORIZED: 'false' };
    expect(await outcome(env)).toBe('reached');
  });

  test('is refused with the certificate of another authority', async () => {
    const other = ca === AUTHORITY ? serverCertificate('self-signed').cert : AUTHORITY;
    const env = { REDIS_URL: await startWith(name), REDIS_TLS_CA_FILE: other };
    expect(await outcome(env)).toMatch(/set REDIS_TLS_CA_FILE/);
  });
});

test('a certificate for another name is refused, and said to be', async () => {
  const url = await startWith('other-name');
  expect(await outcome({ REDIS_URL: url, REDIS_TLS_CA_FILE: AUTHORITY })).toMatch(
    /^the certificate of Redis is for another name than the one in REDIS_URL/,
  );
});
