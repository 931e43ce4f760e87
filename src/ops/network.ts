/** The way out: directly, or through the proxies that the settings name. */
import { type Dispatcher, EnvHttpProxyAgent, fetch as fetchThrough, type RequestInit } from 'undici';
import type { NetworkConfig } from '../config/config.js';

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

export function networkFor(config: NetworkConfig | undefined): Network {
  const { httpsProxy = config?.httpProxy ?? '', httpProxy = '', noProxy = '' } = config ?? {};
  const everyHostDirect = noProxy.split(/[,\s]/).includes('*');
  if (!config || everyHostDirect) return { slackFetch: fetch, modelFetch: fetch };
  // All given, even if empty: what is missing would be read from the environment.
  const proxies = { httpsProxy, httpProxy };
  const modelNoProxy = `${noProxy},${THIS_MACHINE}`;
  return {
    // Plain http goes without a tunnel, as proxies let those only to the ports of https.
    slackFetch: fetchOver(new EnvHttpProxyAgent({ ...proxies, noProxy, proxyTunnel: false })),
    modelFetch: fetchOver(new EnvHttpProxyAgent({ ...proxies, noProxy: modelNoProxy, proxyTunnel: false })),
    slackSocket: new EnvHttpProxyAgent({ ...proxies, noProxy }),
  };
}

/** Node's own fetch is of another version of undici, which may not fit the dispatcher. */
function fetchOver(dispatcher: Dispatcher): typeof fetch {
  return (async (input: string | URL, init?: RequestInit) =>
    fetchThrough(input, { ...init, dispatcher })) as unknown as typeof fetch;
}
