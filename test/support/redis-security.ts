/** TLS and passwords for the servers of a test, with the certificates that `test/topologies/with-certificates.sh` makes. */
import { dirname, join } from 'node:path';
import { HOST, type RedisServer, startServer } from './redis-server.js';

/** Of the servers' administrator, of the bot, and of the Sentinels; the bot's has to be escaped in a URL. */
const ADMIN_PASSWORD = 'of-the-servers';
const BOT_PASSWORD = 'p@ss:w/rd';
export const SENTINEL_PASSWORD = 'of-the-sentinels';
/** A server that a test has ended says nothing more; ioredis would keep the run waiting for two seconds. */
const DISCONNECT_TIMEOUT_MS = 100;
/** What the bot needs and no more: its own keys, and no CONFIG, DEBUG and their like. */
const BOT_RIGHTS = ['on', `>${BOT_PASSWORD}`, '~skein:*', '~{skein}:*', '+@all', '-@admin'];

/** How any server listens at `port`; when `secure`, over TLS alone, with a certificate for its address or for its name (`localhost`). */
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
    made(`${certificate}.crt`),
    '--tls-key-file',
    made(`${certificate}.key`),
    '--tls-ca-cert-file',
    made('ca.crt'),
  ];
}

/** Who may do what on a server that holds keys; when not `secure`, everybody everything. */
export function guarded(secure: boolean): string[] {
  return secure
    ? ['--requirepass', ADMIN_PASSWORD, '--masterauth', ADMIN_PASSWORD, '--user', 'skein', ...BOT_RIGHTS]
    : [];
}

/** How a Sentinel gets at those servers. */
export function sentinelAccess(master: string): string[] {
  return [
    `sentinel auth-pass ${master} ${ADMIN_PASSWORD}`,
    `requirepass ${SENTINEL_PASSWORD}`,
    `sentinel sentinel-pass ${SENTINEL_PASSWORD}`,
  ];
}

/** A bot's setting for a server at `port`. */
export function redisUrl(port: number, secure: boolean): string {
  return secure ? `rediss://skein:${encodeURIComponent(BOT_PASSWORD)}@${HOST}:${port}` : `redis://${HOST}:${port}`;
}

/** How a test itself gets at a server, as its administrator. */
export function administering(
  secure: boolean,
  password = ADMIN_PASSWORD,
): { host: string; disconnectTimeout: number; password?: string; tls?: object } {
  return { host: HOST, disconnectTimeout: DISCONNECT_TIMEOUT_MS, ...(secure && { password, tls: {} }) };
}

function made(name: string): string {
  const ca = process.env['NODE_EXTRA_CA_CERTS'];
  if (ca === undefined) throw new Error('there are no certificates: npm run test:redis-topologies makes them');
  return join(dirname(ca), name);
}

/** One server that has both. */
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
