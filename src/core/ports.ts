/** What the core needs from its adapters. Each port states its semantics; contract suites check them on every adapter. */
export type * from './ports/store.js';
export type * from './ports/queue.js';
export type * from './ports/requests.js';
export type * from './ports/limits.js';
export type * from './ports/usage.js';
export type * from './ports/model.js';
export type * from './ports/replies.js';
export type * from './ports/ephemeral.js';
export type * from './ports/bot-messages.js';
export type * from './ports/backlog.js';
export type * from './ports/channels.js';
export type * from './ports/people.js';
export type * from './ports/directory.js';
export type * from './ports/places.js';
export type * from './ports/settings.js';
export type * from './ports/files.js';
export type * from './ports/runtime.js';
