import type { Channel, ChannelKind, Message, Simulator } from '../simulator/index.js';
import type { BotStatus } from './bot-runner.js';
import type { Workplace } from './workplace.js';

/** A message as the page gets it. */
export interface MessageView {
  readonly ts: string;
  readonly user: string;
  /** As Slack stores it: escaped, mentions as `<@U…>`. */
  readonly text: string;
  /** Set on the bot's messages; shown in place of `text`. */
  readonly markdown?: string;
  readonly threadTs?: string;
  /** A reply that was sent to the channel as well. */
  readonly broadcast?: true;
  readonly edited?: true;
  /** The root of a thread that goes on without it. */
  readonly deleted?: true;
  /** A native stream that still goes on. */
  readonly live?: true;
  /** Block Kit: set where an app's blocks say more than `markdown` or `text`, and shown in place of both. */
  readonly blocks?: readonly unknown[];
  /** What an app attached in Slack's older form, or Slack itself of a link; shown below the rest. */
  readonly attachments?: readonly unknown[];
  readonly reactions?: readonly { readonly name: string; readonly users: readonly string[] }[];
  /** The one person who sees it. */
  readonly ephemeralTo?: string;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** The person whose DM with the bot it is; not there on channels and group DMs. */
  readonly with?: string;
  /** User ids, the bot's among them. */
  readonly members: readonly string[];
  /** Those of the threads included, oldest first. */
  readonly messages: readonly MessageView[];
  /** What the bot shows below a thread, by the `ts` of its root. */
  readonly statuses: Readonly<Record<string, string>>;
  /** By person: `ts` of the newest message read, by the `ts` of the thread's root; '' is the top level. */
  readonly read: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

export interface State {
  readonly bot: { readonly id: string; readonly name: string };
  readonly model: { readonly name: string; readonly standIn: boolean };
  readonly storage: 'memory' | 'redis';
  readonly process: BotStatus;
  readonly people: readonly { readonly id: string; readonly name: string; readonly displayName: string }[];
  readonly channels: readonly ChannelView[];
}

/** Everything there is, at this moment. */
export function stateOf(
  slack: Simulator,
  workplace: Workplace,
  bot: Pick<State, 'model' | 'storage' | 'process'>,
): State {
  const users = slack.users();
  return {
    bot: { id: slack.bot.userId, name: slack.bot.name },
    ...bot,
    people: users.flatMap(({ id, name, displayName }) =>
      workplace.people.includes(id) ? [{ id, name, displayName }] : [],
    ),
    channels: workplace.channels.map((id) => channelOf(slack, id)),
  };
}

/** One channel at this moment. Throws a TypeError when there is none of this id. */
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
    statuses: statusesOf(slack, id, messages),
    read: readIn(slack, channel, messages),
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
    ...(blocks && saysMore(blocks) && { blocks }),
    ...(attachments.length > 0 && { attachments }),
    ...(reactions.length > 0 && { reactions }),
    ...(ephemeralTo !== undefined && { ephemeralTo }),
  };
}

/** Slack makes a block of its own of every text, `rich_text` or `markdown`: such blocks repeat it. */
function saysMore(blocks: readonly unknown[]): boolean {
  return blocks.some((block) => !['rich_text', 'markdown'].includes((block as { type: string }).type));
}

function readIn(slack: Simulator, { id, members }: Channel, messages: readonly Message[]): ChannelView['read'] {
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

function statusesOf(slack: Simulator, channel: string, messages: readonly Message[]): Record<string, string> {
  const roots = messages.filter(({ threadTs }) => threadTs === undefined);
  return Object.fromEntries(
    roots.flatMap(({ ts }) => {
      const status = slack.status(channel, ts);
      return status ? [[ts, [status.text, ...status.loadingMessages].join(' ')] as const] : [];
    }),
  );
}
