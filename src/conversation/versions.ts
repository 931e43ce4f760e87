/** What a reply has said, where a person had it written again. Pure. */
import type { Conversation } from '../core/conversation.js';
import { type AssistantTurn, type Versions, wholeOf } from '../core/turn.js';

/** Older ones are forgotten. */
const MOST_VERSIONS = 10;

type Message = Pick<AssistantTurn, 'ts' | 'text'>;

/** The text that a person wants back; undefined if another answer is wanted. */
export function wantedVersion({ again, redo }: Conversation): string | undefined {
  return again?.version === undefined ? undefined : redo?.[0]?.versions?.texts[again.version];
}

/** Of the reply when it is written, with `text` as what it says; undefined if it is written for the first time. */
export function versionsWith({ again, redo }: Conversation, text: string): Versions | undefined {
  if (!again || !redo) return undefined;
  const before = redo[0]?.versions ?? { texts: [wholeOf(redo)], shown: 0 };
  if (again.version !== undefined) return { texts: before.texts, shown: again.version };
  const texts = [...before.texts, text].slice(-MOST_VERSIONS);
  return { texts, shown: texts.length - 1 };
}

/** The reply's turns. `mayStand`: those that stood there before, if nothing has changed. */
export function turnsOf(
  messages: readonly Message[],
  { usage, postedFiles, ...more }: Omit<AssistantTurn, 'role' | 'ts' | 'text' | 'versions'>,
  conversation: Conversation,
  mayStand: boolean,
): AssistantTurn[] {
  const { redo = [] } = conversation;
  const last = redo.at(-1);
  // Perhaps in other messages: Slack may have taken only shorter ones.
  if (mayStand && last && wholeOf(messages) === wholeOf(redo))
    return messages.map((message, at) => ({ ...(redo[at] ?? furtherOf(last)), ...message, after: more.after }));
  const versions = versionsWith(conversation, wholeOf(messages));
  return messages.map((message, at) => {
    const turn = { role: 'assistant' as const, ...message, ...more };
    if (at > 0) return turn;
    const files = postedFiles && postedFiles.length > 0 && { postedFiles };
    return { ...turn, ...(usage && { usage }), ...(versions && { versions }), ...files };
  });
}

/** What a further message of the same reply has in common with its last. */
function furtherOf({ usage: _usage, versions: _versions, postedFiles: _files, ...turn }: AssistantTurn): AssistantTurn {
  return turn;
}
