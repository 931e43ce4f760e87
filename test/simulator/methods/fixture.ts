import type { WebClient } from '@slack/web-api';
import type { Json } from '../../../src/simulator/index.js';
import { type Closers, type Office, openOffice } from '../support.js';

/** A workspace with data for a call of every method. Fields hold channel ids and messages' `ts`. */
export interface Fixture extends Office {
  /** Ann's message in #general, and Bob's reply to it. */
  readonly root: string;
  readonly reply: string;
  /** The app's message in #general, with its own reaction "tada", and its reply to Ann's message. */
  readonly mine: string;
  readonly myReply: string;
  /** Ann's question in the DM, and the live stream that answers it. */
  readonly question: string;
  readonly stream: string;
  /** Bob's file in a channel of its own, and the app's upload, which is not completed. */
  readonly file: string;
  readonly upload: string;
  /** A public and a private channel without the app, and an archived channel with the app. */
  readonly elsewhere: string;
  readonly secret: string;
  readonly archived: string;
  /** The app's message in the archived channel. */
  readonly archivedTs: string;
  /** A modal that Bob has open. */
  readonly modal: string;
}

/** A modal with one field. */
export const MODAL = {
  type: 'modal',
  callback_id: 'form',
  title: { type: 'plain_text', text: 'A form' },
  submit: { type: 'plain_text', text: 'Send' },
  blocks: [
    {
      type: 'input',
      label: { type: 'plain_text', text: 'Name' },
      element: { type: 'plain_text_input', action_id: 'name', initial_value: 'Ann' },
    },
  ],
};

/** A trigger with which the app may open a modal for this person. */
export function triggerOf({ slack, general }: Pick<Fixture, 'slack' | 'general'>, user: string): string {
  void slack.command({ user, channel: general, command: '/app', text: '' });
  return slack.acts.at(-1)?.id ?? '';
}

/** Arguments that make a valid call fail; they override those of the valid call. Undefined removes an argument. */
type Bad = Json | ((fixture: Fixture) => Json | Promise<Json>);

/** Cases of one method: a valid call with its whole response except `ok`, and invalid calls by error code. */
export interface MethodCase {
  readonly args: (fixture: Fixture) => Json;
  readonly response: (fixture: Fixture) => Json;
  readonly bad: Readonly<Record<string, Bad | readonly Bad[]>>;
}

/** A well-formed `ts` that no message has. */
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
  const archive = slack.addChannel({ name: 'archive', members: [bob, bot] }).id;
  slack.say({ user: bob, channel: archive, text: 'file', files: [{ name: 'a.txt', content: 'knit' }] });
  const file = slack.messages(archive).at(-1)?.files?.[0]?.id ?? '';
  const upload = await uploaded(client, 'report.md', 'all is well');
  const archived = slack.addChannel({ name: 'archived', members: [ann, bot] }).id;
  const archivedTs = await post({ channel: archived, text: 'old' });
  slack.archive(archived);
  const opened = await client.views.open({ trigger_id: triggerOf(office, bob), view: MODAL as never });
  return {
    ...office,
    root,
    reply,
    mine,
    myReply,
    question,
    stream,
    file,
    upload,
    archived,
    archivedTs,
    modal: opened.view?.id ?? '',
    elsewhere: slack.addChannel({ name: 'elsewhere', members: [ann] }).id,
    secret: slack.addChannel({ name: 'secret', kind: 'private', members: [ann] }).id,
  };
}

/** Announces a file and sends its content. @returns its id */
async function uploaded(client: WebClient, filename: string, content: string): Promise<string> {
  const { file_id: id = '', upload_url: url = '' } = await client.files.getUploadURLExternal({
    filename,
    length: content.length,
  });
  await fetch(url, { method: 'POST', body: content });
  return id;
}

/** Channels the app cannot see: unknown, or private without the app. */
export const NO_CHANNEL: readonly Bad[] = [{ channel: 'C0UNKNOWN' }, ({ secret }) => ({ channel: secret })];
export const NOT_IN_CHANNEL = ({ elsewhere }: Fixture): Json => ({ channel: elsewhere });
export const ARCHIVED = ({ archived, archivedTs }: Fixture): Json => ({ channel: archived, ts: archivedTs });

const DIVIDERS = Array.from({ length: 51 }, () => ({ type: 'divider' }));
const LONG = Array.from({ length: 5 }, () => ({ type: 'section', text: { type: 'mrkdwn', text: 'x'.repeat(2500) } }));

/** Invalid blocks, by error code. @param wrap makes the method's arguments from the blocks */
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
