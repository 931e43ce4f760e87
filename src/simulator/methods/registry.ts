import { assistantMethods } from './assistant.js';
import { chatMethods } from './chat.js';
import { conversationMethods } from './conversations.js';
import { ephemeralMethods } from './ephemeral.js';
import { fileMethods } from './files.js';
import type { Method } from './method.js';
import { platformMethods } from './platform.js';
import { reactionMethods } from './reactions.js';
import { streamMethods } from './streams.js';
import { updateMethods } from './update.js';
import { userGroupMethods } from './usergroups.js';
import { userMethods } from './users.js';
import { viewMethods } from './views.js';

/** All simulated methods, by name. COVERAGE.md lists what each one supports. */
export const methods: ReadonlyMap<string, Method> = new Map(
  [
    ...platformMethods,
    ...chatMethods,
    ...ephemeralMethods,
    ...updateMethods,
    ...streamMethods,
    ...conversationMethods,
    ...userMethods,
    ...userGroupMethods,
    ...assistantMethods,
    ...reactionMethods,
    ...viewMethods,
    ...fileMethods,
  ].map((method) => [method.name, method]),
);
