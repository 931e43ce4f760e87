import type { Json } from '../../../src/simulator/index.js';
import { type Closers, type Office, openOffice } from '../support.js';

/**
 * An office in which enough has happened for any method to find something to work on. Names are channels' ids and
 * messages' `ts`.
 */
export interface Fixture extends Office {
  /** Ann's message in #general, and Bob's reply to it. */
  readonly root: string;
  readonly reply: string;
  /** The app's own: a message in #general, to which it reacted with "tada", and a reply to Ann's. */
  readonly mine: string;
  readonly myReply: string;
  /** Somebody's question in the DM, and the live stream that answers it. */
  readonly question: string;
  readonly stream: string;
  /** A public channel without the app, a private one, and one that was archived with the app in it. */
  readonly elsewhere: string;
  readonly secret: string;
  readonly archived: string;
  /** What the app wrote in the archived channel. */
  readonly archivedTs: string;
}

/**
 * The arguments of a call that goes wrong, where they differ from those of the good one. Undefined takes an argument
 * out.
 */
type Bad = Json | ((fixture: Fixture) => Json | Promise<Json>);

/** One method: a good call with its whole answer but `ok`, and what is answered to bad calls, by the error's code. */
export interface MethodCase {
  readonly args: (fixture: Fixture) => Json;
  readonly answer: (fixture: Fixture) => Json;
  readonly bad: Readonly<Record<string, Bad | readonly Bad[]>>;
}

/** Well formed, and of no message. */
export const NO_TS = '1700000000.000100';

export async function createFixture(closers: Closers): Promise<Fixture> {
  const office = await openOffice(closers);
  const { slack, client, ann, bob, bot, general, dm } = office;
  const post = async (message: { channel: string; text: string; thread_ts?: string }): Promise<string> =>
    (await client.chat.postMessage(message)).ts ?? '';
  const root = slack.say({ user: ann, channel: general, text: 'root' }).ts;
  const reply = slack.say({ user: bob, channel: general, threadTs: root, text: 'reply' }).ts;
  const mine = await post({ channel: general, text: 'mine' });
  await client.reactions.add({ channel: general, timestamp: mine, name: 'tada' });
  const myReply = await post({ channel: general, thread_ts: root, text: 'my reply' });
  const question = slack.say({ user: ann, channel: dm, text: 'Why?' }).ts;
  const { ts: stream = '' } = await client.chat.startStream({ channel: dm, thread_ts: question, markdown_text: 'Be' });
  const archived = slack.addChannel({ name: 'archived', members: [ann, bot] }).id;
  const archivedTs = await post({ channel: archived, text: 'old' });
  slack.archive(archived);
  return {
    ...office,
    root,
    reply,
    mine,
    myReply,
    question,
    stream,
    archived,
    archivedTs,
    elsewhere: slack.addChannel({ name: 'elsewhere', members: [ann] }).id,
    secret: slack.addChannel({ name: 'secret', kind: 'private', members: [ann] }).id,
  };
}

/** Every way in which a channel is not for the app: unknown, private, or public and without it. */
export const NO_CHANNEL: readonly Bad[] = [{ channel: 'C0UNKNOWN' }, ({ secret }) => ({ channel: secret })];
export const NOT_IN_CHANNEL = ({ elsewhere }: Fixture): Json => ({ channel: elsewhere });
export const ARCHIVED = ({ archived, archivedTs }: Fixture): Json => ({ channel: archived, ts: archivedTs });

const DIVIDERS = Array.from({ length: 51 }, () => ({ type: 'divider' }));
const LONG = Array.from({ length: 5 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2500) } }));

/** What is wrong with blocks, by code; `wrap` puts them where the method takes them. */
export function badBlocks(
  wrap: (blocks: unknown) => Json,
): Record<'invalid_blocks_format' | 'invalid_blocks' | 'msg_blocks_too_many' | 'msg_blocks_too_long', Json[]> {
  return {
    invalid_blocks_format: [wrap(['text'])],
    invalid_blocks: [wrap([{ type: 'poem' }]), wrap([{ type: 'section' }])],
    msg_blocks_too_many: [wrap(DIVIDERS)],
    msg_blocks_too_long: [wrap(LONG)],
  };
}
