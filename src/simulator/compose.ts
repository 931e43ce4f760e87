import { randomInt, randomUUID } from 'node:crypto';
import { type ApiResponse, WebApi } from './api.js';
import { avatarOf } from './avatars.js';
import { ChangeListeners } from './change-listeners.js';
import { ChannelActs } from './channel-acts.js';
import { realClock, type SimulatorClock } from './clock.js';
import { Outbox } from './delivery.js';
import { eventCallback } from './events.js';
import { Faults } from './faults.js';
import { HttpDelivery } from './http-delivery.js';
import { Ids } from './ids.js';
import { Interactions } from './interactions.js';
import { Lookup } from './lookup.js';
import { type MentionOrder, Messaging } from './messaging.js';
import { People } from './people.js';
import { RateLimiter } from './rate-limiter.js';
import { ReadCursors } from './read-cursors.js';
import { SlackServer } from './server.js';
import { Sessions } from './sessions.js';
import { Sockets } from './sockets.js';
import { Statuses } from './statuses.js';
import { Timers } from './timers.js';
import type { Change, Json } from './types.js';
import { Uploads } from './uploads.js';
import { Views } from './views.js';
import type { BaseUrls } from './wire.js';
import { Workspace } from './workspace.js';

export interface SimulatorOptions {
  readonly clock?: SimulatorClock;
  /** Default: any free port. */
  readonly port?: number;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  readonly botName?: string;
  /** The app's Request URL: events go there as signed HTTP requests. Not set: events go over Socket Mode. */
  readonly eventsUrl?: string;
  /** `slack` enforces Slack's documented rate limits (status 429). Default `off`. */
  readonly limits?: 'off' | 'slack';
  /** Whether the app has the scope `files:read`. Without it Slack shows its sign-in page in place of files. Default true. */
  readonly canReadFiles?: boolean;
  /** Origin of the files' addresses, where the app reaches the simulator by way of a proxy. Default: the simulator's own. */
  readonly filesOrigin?: () => string;
  /** Which event of a mention is sent first: `message` or `app_mention`. Default `random`. */
  readonly mentionOrder?: MentionOrder;
  /** Maximum number of calls, and of finished deliveries, to keep; the oldest are dropped. Default: no limit. */
  readonly maxKept?: number;
  /** Integer. The same seed and the same calls give the same ids and random choices. Default: random. */
  readonly seed?: number;
}

/** The app's tokens, and the secret that signs HTTP events. */
interface Secrets {
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
}

/** The components of one simulator. */
export interface Parts {
  readonly seed: number;
  readonly secrets: Secrets;
  readonly timers: Timers;
  readonly listeners: ChangeListeners;
  readonly workspace: Workspace;
  readonly find: Lookup;
  readonly statuses: Statuses;
  readonly sessions: Sessions;
  readonly readCursors: ReadCursors;
  readonly views: Views;
  readonly people: People;
  readonly channelActs: ChannelActs;
  readonly faults: Faults;
  readonly sockets: Sockets;
  /** Undefined when events go over Socket Mode. */
  readonly http: HttpDelivery | undefined;
  readonly outbox: Outbox;
  readonly interactions: Interactions;
  readonly api: WebApi;
  readonly server: SlackServer;
  /** Wraps an inner event in an envelope and sends it to the app. */
  readonly publish: (event: Json) => void;
}

export function composeParts(options: SimulatorOptions): Parts {
  const secrets: Secrets = {
    botToken: options.botToken ?? `xoxb-simulated-${randomUUID()}`,
    appToken: options.appToken ?? `xapp-simulated-${randomUUID()}`,
    signingSecret: options.signingSecret ?? randomUUID().replaceAll('-', ''),
  };
  const seed = options.seed ?? randomInt(2 ** 31);
  const faults = new Faults();
  const listeners = new ChangeListeners();
  const notify = (change: Change): void => listeners.notify(change);
  const timers = new Timers(options.clock ?? realClock);
  const ids = new Ids(seed);
  const workspace = new Workspace(ids, () => timers.now(), options.botName ?? 'skein');
  const statuses = new Statuses(timers, notify);
  const sessions = new Sessions(notify);
  const readCursors = new ReadCursors(notify);
  const views = new Views(ids, timers, notify);
  const sockets = new Sockets(timers, workspace.bot.appId ?? '', faults, () => {
    notify({ kind: 'socket', id: String(sockets.count) });
    if (http === undefined) outbox.flush();
  });
  const http =
    options.eventsUrl === undefined ? undefined : new HttpDelivery(options.eventsUrl, secrets.signingSecret, timers);
  const { maxKept = Number.POSITIVE_INFINITY } = options;
  const outbox = new Outbox(http ?? sockets, timers, maxKept, (id) => notify({ kind: 'delivery', id }));
  const publish = (event: Json): void => outbox.add(eventCallback(event, workspace, ids, timers.now()));
  const baseUrls = (): BaseUrls => server.baseUrls(options.filesOrigin?.());
  const messaging = new Messaging({
    workspace,
    ids,
    timers,
    statuses,
    readCursors,
    mentionOrder: options.mentionOrder ?? 'random',
    baseUrls,
    publish,
    notify,
  });
  const { canReadFiles = true } = options;
  const uploads = new Uploads(ids);
  const limits = options.limits === 'slack' ? { rateLimiter: new RateLimiter(() => timers.now()) } : {};
  const socketUrl = (): string => `ws://${server.host}${sockets.issueTicket()}`;
  const context = {
    workspace,
    ids,
    timers,
    messaging,
    statuses,
    sessions,
    views,
    readCursors,
    baseUrls,
    socketUrl,
    notify,
    uploads,
    uploadsUrl: () => server.uploadsUrl(options.filesOrigin?.()),
    canReadFiles,
    ...limits,
  };
  const api = new WebApi({ context, faults, ...secrets, maxKept, notify });
  const server = new SlackServer({
    call: (method, args, token) => api.call(method, args, token),
    respond: async (id, args) =>
      asHttpError(await api.call('response_url', args, undefined, interactions.responseMethod(id))),
    file: (id, token) => (token === secrets.botToken && canReadFiles ? workspace.file(id) : undefined),
    isGone: (id) => workspace.deletedFiles.has(id),
    upload: (id, content) => uploads.receive(id, content),
    avatar: (userId, size) => avatarOf(userId, workspace, size),
    upgrade: (request, stream, head) => sockets.upgrade(request, stream, head),
  });
  const find = new Lookup(workspace);
  const interactions = new Interactions({
    context,
    find,
    transport: http ?? sockets,
    responsesUrl: () => server.responsesUrl,
  });
  const channelActs = new ChannelActs({ workspace, find, messaging, publish, notify });
  const people = new People({ workspace, find, ids, timers, messaging, readCursors, views, publish });
  return {
    seed,
    secrets,
    timers,
    listeners,
    workspace,
    find,
    statuses,
    sessions,
    readCursors,
    views,
    people,
    channelActs,
    faults,
    sockets,
    http,
    outbox,
    interactions,
    api,
    server,
    publish,
  };
}

/** Response URLs report errors by status, unlike the Web API. */
function asHttpError(response: ApiResponse): ApiResponse {
  if (response === 'drop' || response.status !== 200 || response.body['ok'] === true) return response;
  return { ...response, status: 404 };
}
