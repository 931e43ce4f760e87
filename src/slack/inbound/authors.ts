/**
 * Who wrote a message: the one rule for events, edits and threads that are read back. `docs/who-is-there.md` has it as a
 * table. Pure.
 */
import { cleanName } from '../workspaces/clean-name.js';
import type { BotIdentity } from '../workspaces/workspaces.js';
import { blocksName } from './content.js';
import type { SlackMessage } from './payload.js';
import { CANVAS_PART, isUnknownSubtype, WRITTEN } from './subtypes.js';
import { mentionsIn } from './text.js';

export interface Author {
  /** `workflow`: of Workflow Builder. */
  kind: 'person' | 'app' | 'workflow';
  /** A person's user id; of an app whichever id it has. */
  id: string;
  /** Display name that the post itself carries: only apps have one. */
  name?: string;
}

/** Slack's own accounts. */
const NOT_PEOPLE = new Set(['USLACKBOT', 'USLACK']);
const APP_SUBTYPE = 'bot_message';
const USER_ID = /^[UW][A-Z0-9]+$/;

/** Undefined: nobody whom the bot reads. Its own posts, Slack's notes, hidden messages. */
export function authorOf(message: SlackMessage, bot: BotIdentity): Author | undefined {
  const { user, bot_id: botId, subtype, hidden } = message;
  if (hidden || user === bot.userId || botId === bot.botId) return undefined;
  // The words of the canvas, whoever it names: they ask nothing.
  if (subtype === CANVAS_PART) return { kind: 'app', id: user ?? 'canvas', name: 'Canvas (app)' };
  if (user !== undefined && NOT_PEOPLE.has(user)) return undefined;
  if (botId !== undefined || subtype === APP_SUBTYPE) return appOf(message);
  if (user === undefined) return undefined;
  const isPersons = WRITTEN.has(subtype) || (isUnknownSubtype(subtype) && namesBot(message, bot));
  return isPersons ? { kind: 'person', id: user } : undefined;
}

export function namesBot({ text, blocks }: SlackMessage, bot: BotIdentity): boolean {
  return mentionsIn(text ?? '').people.has(bot.userId) || blocksName(blocks, bot.userId);
}

/** Also of a post that an app made with a person's token: Slack shows who, but the person did not write it. */
function appOf({
  user,
  bot_id: botId,
  subtype,
  username,
  bot_profile: profile,
  workflow_id: workflow,
}: SlackMessage): Author | undefined {
  if (!WRITTEN.has(subtype) && subtype !== APP_SUBTYPE) return undefined;
  const kind = workflow !== undefined || profile?.is_workflow_bot === true ? 'workflow' : 'app';
  const name = cleanName(username ?? '') || cleanName(profile?.name ?? '');
  // Only a person's name can be looked up.
  const isNameless = name === '' && !USER_ID.test(user ?? '');
  const author: Author = { kind, id: user ?? botId ?? 'app' };
  return name !== '' || isNameless ? { ...author, name: `${name || 'Somebody'} (app)` } : author;
}
