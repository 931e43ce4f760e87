/** Reads a Slack message: the one definition of what was said, for events, edits and threads that are read back. Pure. */
import type { FileReference } from '../../core/files.js';
import { attachedFiles, attachmentText, fileText, isPreview } from './attachments.js';
import { bounded, boundedText } from './bounds.js';
import { referenceOf } from './files.js';
import { coverOf, wordsOf } from './fuller.js';
import { type Fields, fieldsOf, listOf } from './nodes.js';
import type { SlackMessage } from './payload.js';
import { mentionsIn, readText, withoutOpeningMention } from './text.js';

/** Slack takes ten in a message; it may show others. */
const MAX_FILES = 20;

/** The words of text and blocks, then attachments, then the names of files. What is there in several forms is read once. */
export function contentOf(message: SlackMessage, botUserId: string): string {
  const isApps = message.bot_id !== undefined;
  const { blocks, attachments: hanging, files } = isApps ? message : withoutPreviews(message);
  const { node, isCut } = bounded({ blocks, hanging, files });
  const parts = fieldsOf(node);
  const attachments = listOf(parts['hanging']);
  const text = readText(message.text ?? '').trim();
  // A text that only names the bot says nothing: then the words may be in the blocks.
  const isBare = withoutOpeningMention(text, botUserId) === '';
  const own = wordsOf(isBare ? '' : text, listOf(parts['blocks']), !isApps);
  const said = withoutOpeningMention(own, botUserId);
  const attached = attachments.map(attachmentText);
  const words = isApps ? withoutRepetition(said, attached) : [said, ...attached];
  const named = [...listOf(parts['files']), ...attachments.flatMap(attachedFiles)].map(fileText);
  return boundedText([...words, ...named].filter((part) => part !== '').join('\n'), isCut);
}

/** Its files, and those of messages that it shows, in the order in which `contentOf` names them. Each once. */
export function filesOf(message: SlackMessage): FileReference[] {
  const { attachments: hanging, files } = message.bot_id === undefined ? withoutPreviews(message) : message;
  if (files.length + hanging.length === 0) return [];
  const parts = fieldsOf(bounded({ hanging, files }).node);
  const all = [...listOf(parts['files']), ...listOf(parts['hanging']).flatMap(attachedFiles)];
  const found = new Map(all.flatMap((file) => referenceOf(file) ?? []).map((file) => [file.id, file]));
  return [...found.values()].slice(0, MAX_FILES);
}

/** Without what Slack adds to a message for its links. */
export function withoutPreviews(message: SlackMessage): SlackMessage {
  return { ...message, attachments: message.attachments.filter((one) => !isPreview(one)) };
}

/** An app may say in attachments what its text says in short, or the other way round. */
function withoutRepetition(own: string, attached: readonly string[]): string[] {
  const isInOwn = coverOf(own);
  const further = attached.filter((text) => own === '' || !isInOwn(text));
  return further.length > 0 && coverOf(further.join('\n'))(own) ? further : [own, ...further];
}

/** Whom the message mentions, in its text or in its blocks: the text of an `app_mention` may lack the mention. */
export function mentionsOf({ text, blocks }: SlackMessage): ReturnType<typeof mentionsIn> {
  const mentions = mentionsIn(text ?? '');
  for (const element of elementsIn(blocks)) {
    const { type, user_id: person } = element;
    if (type === 'user' && typeof person === 'string') mentions.people.add(person);
    mentions.groups ||= type === 'usergroup' || type === 'broadcast';
  }
  return mentions;
}

/** Whether the blocks mention the user. */
export function blocksName(blocks: unknown, userId: string): boolean {
  return elementsIn(blocks).some(({ type, user_id: named }) => type === 'user' && named === userId);
}

/** All elements, however deep they are nested. */
function elementsIn(blocks: unknown): Fields[] {
  const found: Fields[] = [];
  const open = [...listOf(blocks)];
  while (open.length > 0) {
    const fields = fieldsOf(open.pop());
    found.push(fields);
    for (const element of listOf(fields['elements'])) open.push(element);
  }
  return found;
}
