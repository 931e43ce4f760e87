import type { DmReplies } from '../core/settings.js';
import {
  type Channel,
  type ChannelKind,
  type Message,
  type SharedFile,
  type Simulator,
  type SuggestedPrompt,
  readableMarkdown,
} from '../simulator/index.js';
import type { BotStatus } from './bot-runner.js';
import type { LocalServer } from './local-models.js';
import type { ModelChoice } from './model-switch.js';
import type { SampleWorkspace } from './sample-workspace.js';
import { type PersonViews, type ShortcutView, viewsOf } from './views.js';

/** Slack's clients show a spinner. */
const AT_WORK = 'is working on it…';

/** A message as sent to the page. */
export interface MessageView {
  readonly ts: string;
  readonly user: string;
  /** As Slack stores it: escaped, mentions as `<@U…>`. */
  readonly text: string;
  /** Set on the bot's messages; shown in place of `text`. */
  readonly markdown?: string;
  readonly threadTs?: string;
  /** A thread reply that was also sent to the channel. */
  readonly broadcast?: true;
  readonly edited?: true;
  /** A tombstone: the deleted root of a thread with replies. */
  readonly deleted?: true;
  /** A native stream that has not ended. */
  readonly live?: true;
  /** Block Kit blocks; shown instead of `markdown` and `text`. Undefined when they only repeat those. */
  readonly blocks?: readonly unknown[];
  /** Legacy attachments, by an app or by Slack for a link; shown below the rest. */
  readonly attachments?: readonly unknown[];
  /** Bytes in `size`. A deleted one has nothing but its id. */
  readonly files?: readonly {
    readonly id: string;
    readonly name?: string;
    readonly mimetype?: string;
    readonly size?: number;
  }[];
  readonly reactions?: readonly { readonly name: string; readonly users: readonly string[] }[];
  /** An ephemeral message: id of the only user who sees it. */
  readonly ephemeralTo?: string;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** The person in a DM with the bot; undefined for channels and group DMs. */
  readonly with?: string;
  /** User ids, including the bot's. */
  readonly members: readonly string[];
  /** Including thread replies, oldest first. */
  readonly messages: readonly MessageView[];
  /** What the bot's status line says, or that its session is at work, by the `ts` of the thread's root. */
  readonly statuses: Readonly<Record<string, string>>;
  /** Titles of the agent's sessions, by the `ts` of the thread's root. */
  readonly titles: Readonly<Record<string, string>>;
  /** Suggested prompts of a DM. */
  readonly prompts: readonly SuggestedPrompt[];
  /** `ts` of the newest message read, by person, then by `ts` of the thread's root ('' for the top level). */
  readonly read: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface State {
  readonly bot: { readonly id: string; readonly name: string };
  readonly model: {
    readonly name: string;
    readonly standIn: boolean;
    /** Undefined: the model's own. */
    readonly temperature?: number;
    readonly systemPrompt: string;
    /** What was chosen on the page, see `ModelSwitch`; undefined until then. */
    readonly choice?: ModelChoice;
  };
  readonly storage: 'memory' | 'redis';
  readonly dmReplies: DmReplies;
  readonly process: BotStatus;
  /** Model servers found on this machine. */
  readonly localServers: readonly LocalServer[];
  readonly people: readonly { readonly id: string; readonly name: string; readonly displayName: string }[];
  readonly channels: readonly ChannelView[];
  readonly views: readonly PersonViews[];
  /** Of messages. */
  readonly shortcuts: readonly ShortcutView[];
}

/** Current state of everything the page shows. */
export function stateOf(
  slack: Simulator,
  workspace: SampleWorkspace,
  bot: Pick<State, 'model' | 'storage' | 'dmReplies' | 'process' | 'localServers' | 'shortcuts'>,
): State {
  const users = slack.users();
  return {
    bot: { id: slack.bot.userId, name: slack.bot.name },
    ...bot,
    people: users.flatMap(({ id, name, displayName }) =>
      workspace.people.includes(id) ? [{ id, name, displayName }] : [],
    ),
    channels: workspace.channels.map((id) => channelOf(slack, id)),
    views: workspace.people.map((id) => viewsOf(slack, id)),
  };
}

/** What the page's address calls the channels, see page/address.js. */
export function placeNames(slack: Simulator, { channels }: SampleWorkspace): string[] {
  const named = slack.channels().filter(({ id, kind }) => channels.includes(id) && kind !== 'im' && kind !== 'mpim');
  return [...named.map(({ name }) => name), 'dm', 'group'];
}

/** Current state of one channel. Throws a TypeError for an unknown id. */
export function channelOf(slack: Simulator, id: string): ChannelView {
  const channel = slack.channels().find((known) => known.id === id);
  if (!channel) throw new TypeError(`no such channel: ${id}`);
  const messages = slack.messages(id);
  const person = channel.kind === 'im' ? [...channel.members].find((member) => member !== slack.bot.userId) : undefined;
  return {
    id,
    name: channel.name,
    kind: channel.kind,
    members: [...channel.members],
    ...(person !== undefined && { with: person }),
    messages: messages.map(viewOf),
    statuses: byThread(messages, (ts) => statusOf(slack, id, ts)),
    titles: byThread(messages, (ts) => slack.session(id, ts)?.title || undefined),
    prompts: slack.session(id, '')?.prompts ?? [],
    read: readPositions(slack, channel, messages),
  };
}

function viewOf(message: Message): MessageView {
  const {
    ts,
    user,
    text,
    markdown,
    threadTs,
    edited,
    subtype,
    streaming,
    blocks,
    attachments = [],
    files = [],
    reactions,
    ephemeralTo,
  } = message;
  return {
    ts,
    user,
    text,
    ...(markdown !== undefined && { markdown }),
    ...(threadTs !== undefined && { threadTs }),
    ...(subtype === 'thread_broadcast' && { broadcast: true }),
    ...(edited && { edited: true }),
    ...(subtype === 'tombstone' && { deleted: true }),
    ...(streaming === 'live' && { live: true }),
    ...(blocks && hasOwnContent(blocks) && { blocks: blocks.map(shownBlock) }),
    ...(attachments.length > 0 && { attachments }),
    ...(files.length > 0 && { files: files.map(fileView) }),
    ...(reactions.length > 0 && { reactions }),
    ...(ephemeralTo !== undefined && { ephemeralTo }),
  };
}

function fileView({ id, name, mimetype, content, deleted }: SharedFile): NonNullable<MessageView['files']>[number] {
  return deleted ? { id } : { id, name, mimetype, size: content.byteLength };
}

/** What these show is the message's Markdown or text too: Slack adds one to every text message. */
const READABLE = new Set(['rich_text', 'markdown', 'table']);

function hasOwnContent(blocks: readonly unknown[]): boolean {
  return blocks.some((block) => !isReadable(block));
}

/** The page knows no rich text and no tables, but Markdown. */
function shownBlock(block: unknown): unknown {
  return isReadable(block) ? { type: 'markdown', text: readableMarkdown([block]) } : block;
}

function isReadable(block: unknown): boolean {
  return READABLE.has((block as { type: string }).type);
}

function readPositions(slack: Simulator, { id, members }: Channel, messages: readonly Message[]): ChannelView['read'] {
  const roots = new Set(messages.flatMap(({ threadTs }) => threadTs ?? []));
  const of = (person: string): Record<string, string> =>
    Object.fromEntries(
      [undefined, ...roots].flatMap((root) => {
        const ts = slack.lastRead(person, id, root);
        return ts === undefined ? [] : [[root ?? '', ts]];
      }),
    );
  return Object.fromEntries(
    [...members].filter((member) => member !== slack.bot.userId).map((person) => [person, of(person)]),
  );
}

/** Of all threads that have a value. */
function byThread(messages: readonly Message[], valueOf: (root: string) => string | undefined): Record<string, string> {
  const roots = messages.filter(({ threadTs }) => threadTs === undefined);
  return Object.fromEntries(
    roots.flatMap(({ ts }) => {
      const value = valueOf(ts);
      return value === undefined ? [] : [[ts, value] as const];
    }),
  );
}

function statusOf(slack: Simulator, channel: string, root: string): string | undefined {
  const status = slack.status(channel, root);
  if (status) return [status.text, ...status.loadingMessages].join(' ');
  return slack.session(channel, root)?.status === 'processing' ? AT_WORK : undefined;
}
