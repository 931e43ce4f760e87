/** The way to Slack and to the model. */
import { proxy, text } from '../parsers.js';
import type { Setting } from './setting.js';

const SHAPE = 'http://host:port or http://user:password@host:port';

export const NETWORK = {
  HTTPS_PROXY: {
    description:
      "Proxy through which Slack and the model are reached over https, Slack's socket included; `https_proxy` is read as well",
    parser: proxy,
    secret: true,
    lowerCaseToo: true,
    where: `${SHAPE}; leave it out to use HTTP_PROXY, or none`,
  },
  HTTP_PROXY: {
    description: 'The same for addresses that begin with http://; `http_proxy` is read as well',
    parser: proxy,
    secret: true,
    lowerCaseToo: true,
    where: SHAPE,
  },
  NO_PROXY: {
    description:
      'Hosts that are reached without a proxy, with commas between them; a name stands for all names below it, * for every host; `no_proxy` is read as well',
    parser: text,
    lowerCaseToo: true,
    where: 'such as internal.example, 10.0.0.7, models.example:8080; Redis and a model on this machine need no entry',
  },
} as const satisfies Record<string, Setting>;
