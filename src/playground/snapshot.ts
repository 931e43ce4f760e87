import type { Message, Simulator } from '../simulator/index.js';
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
  readonly edited?: true;
  /** The root of a thread that goes on without it. */
  readonly deleted?: true;
  /** A native stream that still goes on. */
  readonly live?: true;
}

export interface ChannelView {
  readonly id: string;
  readonly name: string;
  /** The person whose DM with the bot it is; not there on channels. */
  readonly with?: string;
  /** Those of the threads included, oldest first. */
  readonly messages: readonly MessageView[];
  /** What the bot shows below a thread, by the `ts` of its root. */
  readonly statuses: Readonly<Record<string, string>>;
}

export interface State {
  readonly bot: { readonly id: string; readonly name: string };
  readonly model: { readonly name: string; readonly standIn: boolean };
  readonly people: readonly { readonly id: string; readonly name: string; readonly displayName: string }[];
  readonly channels: readonly ChannelView[];
}

/** Everything there is, at this moment. */
export function stateOf(slack: Simulator, workplace: Workplace, model: State['model']): State {
  const users = slack.users();
  return {
    bot: { id: slack.bot.userId, name: slack.bot.name },
    model,
    people: users.flatMap(({ id, name, displayName }) => (workplace.people.includes(id) ? [{ id, name, displayName }] : [])),
    channels: workplace.channels.map((id) => channelOf(slack, id)),
  };
}

/** One channel at this moment. Throws a TypeError when there is none of this id. */
export function channelOf(slack: Simulator, id: string): ChannelView {
  const channel = slack.channels().find((known) => known.id === id);
  if (!channel) throw new TypeError(`no such channel: ${id}`);
  const messages = slack.messages(id).filter(({ ephemeralTo }) => ephemeralTo === undefined);
  const person = channel.kind === 'im' ? [...channel.members].find((member) => member !== slack.bot.userId) : undefined;
  return {
    id,
    name: channel.name,
    ...(person !== undefined && { with: person }),
    messages: messages.map(viewOf),
    statuses: statusesOf(slack, id, messages),
  };
}

function viewOf(message: Message): MessageView {
  const { ts, user, text, markdown, threadTs, edited, subtype, streaming } = message;
  return {
    ts,
    user,
    text,
    ...(markdown !== undefined && { markdown }),
    ...(threadTs !== undefined && { threadTs }),
    ...(edited && { edited: true }),
    ...(subtype === 'tombstone' && { deleted: true }),
    ...(streaming === 'live' && { live: true }),
  };
}

function statusesOf(slack: Simulator, channel: string, messages: readonly Message[]): Record<string, string> {
  const roots = messages.filter(({ threadTs }) => threadTs === undefined);
  return Object.fromEntries(
    roots.flatMap(({ ts }) => {
      const status = slack.status(channel, ts);
      return status ? [[ts, status.text] as const] : [];
    }),
  );
}
