/** The way to Slack and to the model. */
import { proxy, text } from '../parsers.js';
import type { Setting } from './setting.js';

const SHAPE = 'http://host:port or http://user:password@host:port';

export const NETWORK = {
  HTTPS_PROXY: {
    description: "Proxy for https:// requests to Slack and the model, and for Slack's socket. `https_proxy` works too",
    parser: proxy,
    secret: true,
    lowerCaseToo: true,
    where: `${SHAPE}; leave it out for HTTP_PROXY, or none`,
  },
  HTTP_PROXY: {
    description: 'Proxy for http:// requests. `http_proxy` works too',
    parser: proxy,
    secret: true,
    lowerCaseToo: true,
    where: SHAPE,
  },
  NO_PROXY: {
    description:
      'Hosts to reach without a proxy, separated by commas. A name includes all its subdomains, * means every host. `no_proxy` works too',
    parser: text,
    lowerCaseToo: true,
    where: 'such as internal.example, 10.0.0.7, models.example:8080; Redis and a model on this machine need no entry',
  },
} as const satisfies Record<string, Setting>;
