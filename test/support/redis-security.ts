/** TLS and passwords for test servers, with the certificates made by `test/topologies/with-certificates.sh`. */
import { dirname, join } from 'node:path';
import { leastRights } from '../../src/redis/rights.js';
import { HOST, type RedisServer, startServer } from './redis-server.js';

const ADMIN_PASSWORD = 'of-the-servers';
/** Has characters that must be escaped in a URL. */
const BOT_PASSWORD = 'p@ss:w/rd';
export const SENTINEL_PASSWORD = 'of-the-sentinels';
/** ioredis waits two seconds by default for the answer of a server that was killed. */
const DISCONNECT_TIMEOUT_MS = 100;
/** ACL rules with the bot's least rights, and with the one that the tests need to begin anew. */
const BOT_ACL = ['on', `>${BOT_PASSWORD}`, ...leastRights('skein', true), '+flushall'];

/**
 * Options to listen at `port`; when `secure`, with TLS only, with a certificate for the address or for the name
 * `localhost`.
 */
export function listening(
  port: number,
  secure: boolean,
  certificate: 'by-address' | 'by-name' = 'by-address',
): string[] {
  if (!secure) return ['--port', String(port), '--bind', HOST];
  const tls = [
    '--port',
    '0',
    '--tls-port',
    String(port),
    '--bind',
    HOST,
    '--tls-auth-clients',
    'no',
    '--tls-replication',
    'yes',
    '--tls-cluster',
    'yes',
  ];
  return [
    ...tls,
    '--tls-cert-file',
    certificatePath(`${certificate}.crt`),
    '--tls-key-file',
    certificatePath(`${certificate}.key`),
    '--tls-ca-cert-file',
    certificatePath('ca.crt'),
  ];
}

/** Options for passwords and users of a data server; none when not `secure`. */
export function guarded(secure: boolean): string[] {
  return secure ? ['--requirepass', ADMIN_PASSWORD, '--masterauth', ADMIN_PASSWORD, '--user', 'skein', ...BOT_ACL] : [];
}

/** Configuration lines with the passwords of a Sentinel. */
export function sentinelAccess(master: string): string[] {
  return [
    `sentinel auth-pass ${master} ${ADMIN_PASSWORD}`,
    `requirepass ${SENTINEL_PASSWORD}`,
    `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
  ];
}

/** REDIS_URL of the bot for a server at `port`. */
export function redisUrl(port: number, secure: boolean): string {
  return secure ? `rediss://skein:${encodeURIComponent(BOT_PASSWORD)}@${HOST}:${port}` : `redis://${HOST}:${port}`;
}

/** ioredis options to connect as administrator. */
export function administering(
  secure: boolean,
  password = ADMIN_PASSWORD,
): { host: string; disconnectTimeout: number; password?: string; tls?: object } {
  return { host: HOST, disconnectTimeout: DISCONNECT_TIMEOUT_MS, ...(secure && { password, tls: {} }) };
}

function certificatePath(name: string): string {
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  if (ca === undefined)
    throw new Error('no certificates: run this test with npm run test:redis-topologies, which makes them');
  return join(dirname(ca), name);
}

/** One server with TLS and passwords. */
export async function startSecureRedis(): Promise<RedisServer> {
  const server = await startServer((port, directory) => [
    '--dir',
    directory,
    '--save',
    '',
    ...listening(port, true),
    ...guarded(true),
  ]);
  return { ...server, env: { REDIS_URL: redisUrl(server.port, true) } };
}
