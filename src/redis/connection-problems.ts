/** Failed connections that no further attempt mends, in words that say what to change. */

interface Known {
  readonly pattern: RegExp;
  /** `setting`: the name of the setting that says where Redis is. */
  readonly words: (setting: string) => string;
}

/** ioredis gives the error of a Sentinel or of a cluster's node as text within another one, so codes do not help. */
const KNOWN: readonly Known[] = [
  {
    pattern: /All sentinels are unreachable.*\b(NOAUTH|WRONGPASS|NOPERM)\b/s,
    words: () => 'the Sentinels refuse their password: check REDIS_SENTINEL_PASSWORD',
  },
  {
    pattern: /\bWRONGPASS\b|\bERR invalid password\b/,
    words: () => 'Redis refuses the user or the password: check both in REDIS_URL, with special characters in % form',
  },
  {
    pattern: /\bNOAUTH\b/,
    words: () => 'Redis wants a password: give it in REDIS_URL, as in redis://user:password@host:port',
  },
  {
    pattern: /certificate has expired|CERT_HAS_EXPIRED/,
    words: (setting) => `the certificate of Redis has expired (${setting}): renew it`,
  },
  {
    pattern: /certificate's altnames|ERR_TLS_CERT_ALTNAME_INVALID/,
    words: (setting) =>
      `the certificate of Redis is for another name than the one in ${setting}: use a name that it has, or set REDIS_TLS_REJECT_UNAUTHORIZED=false in a network that you trust`,
  },
  {
    pattern: /self[- ]signed certificate|unable to (verify the first|get (local )?issuer) certificate/,
    words: (setting) =>
      `the certificate of Redis (${setting}) is signed by none of the authorities known here: set REDIS_TLS_CA_FILE to the file with the certificate of its authority, or with its own if it is self-signed`,
  },
];

/** Undefined: it may be over soon. */
export function lastingProblem({ message }: Error, setting: string): string | undefined {
  return KNOWN.find(({ pattern }) => pattern.test(message))?.words(setting);
}
