import { isDeepStrictEqual } from 'node:util';
import { english } from '../../src/messages/english.js';
import type { Message, Simulator } from '../../src/simulator/index.js';
import { metadataFor } from '../../src/slack/web-api/metadata.js';
import type { BotMessage, Command, Complaint, Evidence, Stop } from '../checker/evidence.js';
import type { Commands, TypedCommand } from '../environment/commands.js';
import { invitationEvidence, type Invitations, isHello } from '../environment/invitations.js';
import type { FaultyModel } from '../environment/model.js';
import type { Complaint as Made, Presses, Stop as WantedStop } from '../environment/presses.js';
import { placeOf, type Workload } from '../environment/workload.js';
import { acksOf } from './acks.js';
import { picturesIn } from './pictures.js';
import { refusalsIn } from './refusals.js';

/** From a status line on until it is taken away, if Slack fails and no process dies. */
const CLEARED_WITHIN_MS = 30_000;

const NOTE = metadataFor('note');

interface Acting {
  readonly commands: Commands;
  readonly presses: Presses;
  readonly invitations: Invitations;
}

/** The evidence so far: the state of the workspace, and the prompts. */
export function collectEvidence(
  slack: Simulator,
  workload: Workload,
  model: FaultyModel,
  { commands, presses, invitations }: Acting,
  {
    fleet: { hangs, exits },
    redisFaults,
    keyLosses,
  }: { readonly fleet: Pick<Evidence, 'hangs' | 'exits'> } & Pick<Evidence, 'redisFaults' | 'keyLosses'>,
): Evidence {
  const acks = acksOf(slack.deliveries);
  const said = new Said(slack);
  const botMessages = botMessagesIn(slack, said);
  return {
    personMessages: workload.messages.map((message) => ({
      token: message.token,
      asks: message.asks,
      place: placeOf(message),
      ts: message.ts,
      sentAt: acks.said.get(message.ts)?.sentAt,
      ackedAt: acks.said.get(message.ts)?.ackedAt,
      deleted: message.deleted,
      deletionAckedAt: acks.deleted.get(message.ts)?.ackedAt,
      edits: message.edits.map((_, at) => acks.edited.get(`${message.ts}#${at + 1}`)?.ackedAt),
    })),
    botMessages,
    pictures: picturesIn(slack),
    prompts: model.prompts,
    summaries: model.summaries,
    statuses: statusesIn(slack, said, workload, { botMessages, exits }),
    refusals: refusalsIn(slack, botMessages),
    unacknowledged: slack.deliveries
      .filter(({ state }) => state !== 'acked')
      .map(({ eventId, state }) => `${eventId} (${state})`),
    hangs,
    exits,
    commands: commands.typed.map((command) => commandEvidence(command, said)),
    settings: commands.looks,
    complaints: presses.complaints.map((complaint) => complaintEvidence(complaint, slack, said)),
    invitations: invitations.channels.map((channel) => invitationEvidence(channel, slack, said.in(channel))),
    stops: presses.stops.map((stop) => stopEvidence(stop, slack, acks)),
    redisFaults,
    keyLosses,
  };
}

/** The messages of each channel at one moment. Copying them takes so long that the simulator would miss pings. */
class Said {
  readonly #byChannel = new Map<string, readonly Message[]>();
  readonly #threads = new Set<string>();

  constructor(slack: Simulator) {
    for (const { id: channel } of slack.channels()) {
      const messages = slack.messages(channel);
      this.#byChannel.set(channel, messages);
      for (const { ts, threadTs } of messages) this.#threads.add(`${channel} ${ts}`).add(`${channel} ${threadTs}`);
    }
  }

  in(channel: string): readonly Message[] {
    return this.#byChannel.get(channel) ?? [];
  }

  hasThread(channel: string, thread: string): boolean {
    return this.#threads.has(`${channel} ${thread}`);
  }
}

function botMessagesIn(slack: Simulator, said: Said): BotMessage[] {
  // An injected answer can tell the bot that a stream is over; the simulator still has it as live.
  const over = new Set(
    slack.calls
      .filter(({ result }) => result?.['error'] === 'message_not_in_streaming_state')
      .map(({ args }) => args['ts']),
  );
  return slack.channels().flatMap(({ id: channel }) =>
    said
      .in(channel)
      .filter(
        ({ user, subtype, text, files }) =>
          files === undefined &&
          user === slack.bot.userId &&
          subtype !== 'tombstone' &&
          subtype !== 'channel_join' &&
          !isHello(text) &&
          !isCommandAnswer(text) &&
          !isComplaint(text) &&
          !isTooLate(text),
      )
      .map(({ ts, threadTs, markdown, text, streaming, metadata }) => ({
        place: placeOf({ channel, thread: threadTs }),
        ts,
        text: markdown ?? text,
        live: streaming === 'live' && !over.has(ts),
        stopped: streaming === 'stopped_by_user',
        isNote: isDeepStrictEqual(metadata, NOTE),
      })),
  );
}

/** What `/skein help` shows for an unknown word, and `/skein prompt`. */
function isCommandAnswer(text: string): boolean {
  return text.includes('`/skein cmd-') || /^(?:From now on, I follow|These instructions apply)/.test(text);
}

/** For one person, who pressed a button too late. */
function isTooLate(text: string): boolean {
  return text === english.onlyNewest;
}

/** What the feedback channel is told. */
function isComplaint(text: string): boolean {
  return text.startsWith(':thumbsdown:');
}

function complaintEvidence({ channel, reply, acked }: Made, slack: Simulator, said: Said): Complaint {
  const link = `/${channel}/p${reply.replace('.', '')}`;
  const told = slack
    .channels()
    .flatMap(({ id }) => said.in(id).filter(({ text }) => isComplaint(text) && text.includes(link)));
  // Of a reply that is gone there is no address: nobody could say which message tells of it.
  const stands = said.in(channel).some(({ ts }) => ts === reply);
  return { reply, acked: acked && stands, toldAt: told.map(({ ts }) => Number(ts) * 1_000) };
}

/** The reply is whole once a call has shown its end mark. */
function stopEvidence(stop: WantedStop, slack: Simulator, acks: ReturnType<typeof acksOf>): Stop {
  const { channel, reply, said, pressedAt } = stop;
  const whole = slack.calls.find(
    ({ method, args, result }) =>
      method === 'chat.update' &&
      args['channel'] === channel &&
      args['ts'] === reply &&
      result?.['ok'] === true &&
      /[∎✂⊘]/.test(JSON.stringify(args)),
  );
  const ackedAt = said === undefined ? pressedAt : acks.said.get(said)?.ackedAt;
  return { place: placeOf(stop), said, ackedAt, wholeAt: whole?.at };
}

function commandEvidence({ token, user, channel, act }: TypedCommand, said: Said): Command {
  const answers = said
    .in(channel)
    .filter(
      ({ text }) =>
        text.includes(`\`/skein ${token}\``) || (text.startsWith('From now on') && text.endsWith(`> ${token}`)),
    );
  return {
    token,
    acked: act?.state === 'acked',
    shownAt: answers.map(({ ts }) => Number(ts) * 1_000).toSorted((a, b) => a - b),
    shownToOthers: answers.some(({ ephemeralTo }) => ephemeralTo !== user),
  };
}

/**
 * Sessions that are still at work, status lines that are still shown, and those that only Slack's two-minute timeout removed.
 * Ignores threads with a deleted question, where the line may remain until that timeout, and threads whose first message is
 * gone, which have none. A process that is killed once its reply is settled leaves its line as well, in threads that nobody
 * asks again.
 */
function statusesIn(
  slack: Simulator,
  said: Said,
  workload: Workload,
  { botMessages, exits }: Pick<Evidence, 'botMessages' | 'exits'>,
): string[] {
  const threads = new Map(
    workload.messages.map(({ channel, thread }) => [placeOf({ channel, thread }), { channel, thread }]),
  );
  const ignored = new Set(workload.messages.filter(({ deleted }) => deleted).map(placeOf));
  const standing = [...threads]
    .filter(([, { channel, thread }]) => slack.status(channel, thread) !== undefined && said.hasThread(channel, thread))
    .map(([place]) => place);
  const lastMessageAt = new Map(
    botMessages.toSorted((a, b) => (a.ts < b.ts ? -1 : 1)).map(({ place, ts }) => [place, Number(ts) * 1_000]),
  );
  const lastSet = new Map(
    slack.calls
      .filter(({ method, result }) => method === 'assistant.threads.setStatus' && result?.['ok'] === true)
      .map(({ args, at }) => [
        placeOf({ channel: String(args['channel_id']), thread: String(args['thread_ts']) }),
        { at, text: args['status'] },
      ]),
  );
  const neverCleared = [...lastSet]
    .filter(([place, { at, text }]) => text !== '' && (lastMessageAt.get(place) ?? 0) < at)
    .map(([place]) => place);
  // A process that was killed may leave its session at work; the next question there puts that right.
  const atWork = [...threads]
    .filter(([place, { channel, thread }]) => {
      return workload.askedAtEnd.has(place) && slack.session(channel, thread)?.status === 'processing';
    })
    .map(([place]) => place);
  const isExcused = (place: string): boolean => {
    const { at = 0 } = lastSet.get(place) ?? {};
    return !workload.askedAtEnd.has(place) && exits.some((exit) => exit > at && exit < at + CLEARED_WITHIN_MS);
  };
  return [...new Set([...standing, ...neverCleared, ...atWork])].filter(
    (place) => !ignored.has(place) && !isExcused(place),
  );
}
