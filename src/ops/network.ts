/** The way out: directly, or through the proxies that the settings name. */
import { type Dispatcher, EnvHttpProxyAgent } from 'undici';
import type { NetworkConfig } from '../config/config.js';
import type { Clock } from '../core/ports.js';
import { plainFetch, redirectedFetch } from './fetch.js';
import { gathered } from './gathered.js';

export interface Network {
  /** For requests to Slack. */
  readonly slackFetch: typeof fetch;
  /** For Slack's socket. Undefined: no proxy. */
  readonly slackSocket?: Dispatcher;
  /** For requests to the model. */
  readonly modelFetch: typeof fetch;
}

/** A proxy cannot reach a model on this machine: it would look on its own. */
const THIS_MACHINE = 'localhost,127.0.0.1,[::1]';
/** undici's message when a proxy refuses a tunnel for another reason than the password (407). */
const NO_TUNNEL = /^Proxy response \((?!407)\d+\) !== 200/;

/** People see an answer grow a few times a second at most. */
const READ_MODEL_EVERY_MS = 80;

export function networkFor(config: NetworkConfig | undefined, clock: Pick<Clock, 'after'>): Network {
  const modelFetch = (dispatcher?: Dispatcher): typeof fetch =>
    redirectedFetch(dispatcher, (stream) => gathered(stream, READ_MODEL_EVERY_MS, clock));
  const { httpsProxy = config?.httpProxy ?? '', httpProxy = '', noProxy = '' } = config ?? {};
  const everyHostDirect = noProxy.split(/[,\s]/).includes('*');
  if (!config || everyHostDirect) return { slackFetch: plainFetch(), modelFetch: modelFetch() };
  // All given, even if empty: what is missing would be read from the environment.
  const proxies = { httpsProxy, httpProxy };
  return {
    slackFetch: fetchOver({ ...proxies, noProxy }, plainFetch),
    modelFetch: fetchOver({ ...proxies, noProxy: `${noProxy},${THIS_MACHINE}` }, modelFetch),
    slackSocket: new EnvHttpProxyAgent({ ...proxies, noProxy }),
  };
}

/**
 * For addresses that begin with http:// many proxies refuse a tunnel: then they are asked for the address itself.
 */
function fetchOver(proxies: EnvHttpProxyAgent.Options, over: (dispatcher: Dispatcher) => typeof fetch): typeof fetch {
  const tunnel = over(new EnvHttpProxyAgent(proxies));
  const plain = over(new EnvHttpProxyAgent({ ...proxies, proxyTunnel: false }));
  const send = async (input: string | URL, init?: RequestInit): Promise<Response> => {
    try {
      return await tunnel(input, init);
    } catch (error) {
      if (!String(input).startsWith('http:') || !isWithoutTunnel(error)) throw error;
      return plain(input, init);
    }
  };
  return send as typeof fetch;
}

function isWithoutTunnel(error: unknown): boolean {
  return error instanceof Error && (NO_TUNNEL.test(error.message) || isWithoutTunnel(error.cause));
}
