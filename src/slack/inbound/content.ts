/** The content of a Slack message as plain text. Pure. */
import { mention } from '../../core/mentions.js';
import type { SlackMessage } from './payload.js';
import { plainText } from './text.js';

/** The text, then pasted tables, shared messages and the names of files. */
export function contentOf(message: SlackMessage, botUserId: string): string {
  const parts = [plainText(message.text ?? '', botUserId)];
  for (const attachment of message.attachments) {
    const tables = attachment.blocks.filter((block) => block.type === 'table').map(({ rows }) => tableText(rows));
    parts.push(...tables);
    const shared = attachment.text ?? '';
    // A link preview is not what somebody wrote; a shared message, or the post of an app, is.
    if (shared && (attachment.is_share || message.bot_id)) {
      const quoted = plainText(shared, botUserId).replaceAll('\n', '\n> ');
      parts.push(`> ${attachment.author_name ? `${attachment.author_name}: ` : ''}${quoted}`);
    }
  }
  for (const file of message.files)
    parts.push(`[file: ${file.name ?? 'unnamed'}${file.mimetype ? `, ${file.mimetype}` : ''}]`);
  return parts.filter((part) => part !== '').join('\n');
}

type Cell = SlackMessage['attachments'][number]['blocks'][number]['rows'][number][number];

function tableText(rows: Cell[][]): string {
  return rows.map((row) => `| ${row.map((cell) => innerText(cell)).join(' | ')} |`).join('\n');
}

/** The text of a cell: `raw_text`, `raw_number` or nested `rich_text`. */
function innerText(node: unknown): string {
  if (Array.isArray(node)) return node.map(innerText).join('');
  if (typeof node !== 'object' || node === null) return '';
  const { text, value, url, user_id: person, elements } = node as Record<string, unknown>;
  if (typeof text === 'string') return text;
  if (typeof value === 'number' || typeof value === 'string') return String(value);
  if (typeof url === 'string') return url;
  return typeof person === 'string' ? mention(person) : innerText(elements);
}

/** Whether the blocks mention the user. The text of an `app_mention` may lack the mention. */
export function blocksName(blocks: unknown, userId: string): boolean {
  if (Array.isArray(blocks)) return blocks.some((block) => blocksName(block, userId));
  if (typeof blocks !== 'object' || blocks === null) return false;
  const { type, user_id: named, elements } = blocks as Record<string, unknown>;
  return (type === 'user' && named === userId) || blocksName(elements, userId);
}
