/** `!export` in a thread: what is remembered of the conversation, as Markdown and as JSON, in a direct message. */
import type { KnownBlock } from '@slack/web-api';
import { type ConversationId, keyOf } from '../../core/conversation-id.js';
import type { Conversation } from '../../core/conversation.js';
import type { Feature } from '../app/feature.js';
import { isDirectMessage } from '../channels.js';
import { respond } from '../outbound/interaction-response.js';
import { WITHOUT_PREVIEWS } from '../outbound/post.js';
import { metadataFor } from '../web-api/metadata.js';

const NAME = 'export';
/** All texts in the blocks of a message together have about 11,000 characters. */
const MAX_PIECE = 10_000;
/** Of each form: more than half a book. */
const MAX_PIECES = 40;

export const exportConversation: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch, logger }) {
    app.command(NAME, 'command_export', async (interaction, signal) => {
      const { team, user, id: request } = interaction;
      const [say, { client, bot }] = await Promise.all([
        services.wordsFor({ team, person: user }),
        workspaces.of(team),
      ]);
      const tell = (text: string): Promise<void> => respond(interaction, text, workspaces, signal, fetch);
      const id = services.conversationOf(interaction);
      if (!id) return tell(say('thread_needed', { mention: `<@${bot.userId}>`, word: NAME }));
      const conversation = await services.conversations.load(keyOf(id));
      if (!conversation || (conversation.turns.length === 0 && !conversation.segments))
        return tell(say('export_nothing'));

      const names = await services.namesIn(conversation);
      const place = isDirectMessage(id.channel) ? say('home_place_dm') : `<#${id.channel}>`;
      const metadata = metadataFor('feature', request);
      const head = await client.chat.postMessage({
        channel: user,
        text: say('export_done', { place }),
        ...WITHOUT_PREVIEWS,
        metadata,
      });
      const { channel = user, ts = '' } = head;
      const forms = [asMarkdown(conversation, names), asJson(conversation, names)];
      for (const piece of forms.flatMap((text) => piecesOf(text).slice(0, MAX_PIECES))) {
        signal.throwIfAborted();
        const blocks = [preformatted(piece)];
        await client.chat.postMessage({ channel, thread_ts: ts, text: NAME, blocks, ...WITHOUT_PREVIEWS, metadata });
      }
      logger.info({ conversation: keyOf(id), by: user }, 'a conversation was exported');
      return isDirectMessage(id.channel) ? undefined : tell(say('export_sent'));
    });
  },
};

type Names = ReadonlyMap<string, string>;

function asMarkdown({ id, turns, segments = [] }: Conversation, names: Names): string {
  const said = turns.map((turn) => {
    const name = turn.role === 'assistant' ? 'Skein' : (turn.name ?? names.get(turn.author) ?? turn.author);
    return `**${name}**, ${timeOf(turn.ts)}\n\n${turn.text}`;
  });
  const before = segments.flatMap(({ text }) => (text === '' ? [] : [`_${text}_`]));
  return [`# ${titleOf(id)}`, ...before, ...said].join('\n\n');
}

function asJson({ id, turns, segments = [] }: Conversation, names: Names): string {
  const said = turns.map((turn) => ({
    ts: turn.ts,
    time: timeOf(turn.ts),
    role: turn.role,
    ...(turn.role === 'person' && { author: turn.author, name: turn.name ?? names.get(turn.author) }),
    text: turn.text,
  }));
  const summaries = segments.map(({ text, turns: number }) => ({ text, turns: number }));
  return JSON.stringify({ conversation: id, ...(summaries.length > 0 && { summaries }), turns: said }, null, 2);
}

function titleOf({ channel, thread }: ConversationId): string {
  return `${channel} ${thread}`;
}

function timeOf(ts: string): string {
  return new Date(Number(ts) * 1_000).toISOString();
}

/** Cut at the ends of lines, where there are any. */
function piecesOf(text: string): string[] {
  const pieces: string[] = [];
  for (let rest = text; rest !== '';) {
    const cut = rest.length <= MAX_PIECE ? rest.length : rest.lastIndexOf('\n', MAX_PIECE) + 1 || MAX_PIECE;
    pieces.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  return pieces;
}

/** Nothing in it pings, and it is copied as it stands. */
function preformatted(text: string): KnownBlock {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text }] }],
  };
}
