/** For a reply that its place refuses: tells the people who asked where only they see it, with the answer if there is one. */
import type { WebClient } from '@slack/web-api';
import type { Clock, PlaceProblem } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { refusalCode, refusalOf, slackFailure } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import { contentArguments, type MessageContent } from './blocks.js';
import { WITHOUT_PREVIEWS } from './post.js';
import { ReplyText } from './reply-text.js';
import { retract } from './retract.js';

/** Why a reply cannot be shown, for the people who asked. */
export interface Problem {
  problem: PlaceProblem;
  /** Slack's. */
  code: string;
}

/** What to tell the people, if an error says that a reply is refused for good. Undefined where nobody can be told. */
export function problemOf(error: unknown): Problem | undefined {
  const [refusal, code = ''] = [refusalOf(error), refusalCode(error)];
  if (refusal?.meaning === 'place') return { problem: refusal.group, code };
  const isOther = refusal?.meaning === 'unknown' || refusal?.meaning === 'form' || refusal?.meaning === 'message';
  return isOther ? { problem: 'refused', code } : undefined;
}

const MAX_ATTEMPTS = 3;
const BACKOFF = { firstMs: 500, longestMs: 4_000 };
const LONGEST_TELLING_PAUSE_MS = 5_000;
/** Longer than all attempts take. */
const COPIES_WITHIN_S = 120;
const MAX_COPIES = 20;

export interface Telling {
  client: WebClient;
  clock: Clock;
  /** Where they asked. */
  channel: string;
  threadTs: string | undefined;
  /** Markdown. `notice`: where Slack takes no form of it. */
  text: string;
  notice: string;
}

/** Tells each person once, in a direct message or else in a message that only they see. Throws Slack's last refusal. */
export async function tellElsewhere(people: readonly string[], telling: Telling): Promise<void> {
  const { client, channel, threadTs } = telling;
  let failure: unknown;
  for (const person of people) {
    const inDm: Post = (content) =>
      client.chat.postMessage({
        channel: person,
        ...contentArguments(content),
        ...WITHOUT_PREVIEWS,
        metadata: metadataFor('note'),
      });
    const ephemerally: Post = async (content) => {
      await client.chat.postEphemeral({
        channel,
        user: person,
        ...contentArguments(content),
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      });
      return {};
    };
    try {
      await send(inDm, telling).catch((error: unknown) => {
        if (refusalOf(error) === undefined) throw error;
        return send(ephemerally, telling);
      });
    } catch (error) {
      failure = error;
    }
  }
  if (failure !== undefined) throw failure;
}

/** Where the message is, if it is one that can be looked for. */
type Post = (content: MessageContent) => Promise<{ channel?: string; ts?: string }>;

/** In as many messages, and in as simple a form, as Slack wants. */
async function send(post: Post, { client, text, notice, clock }: Telling): Promise<void> {
  const told = new ReplyText(notice);
  told.write(text);
  const sent: string[] = [];
  let isLost = false;
  for (let attempt = 1; ;) {
    if (!told.goesOnFrom(sent, true)) sent.length = 0;
    const next = told.contents(true)[sent.length];
    if (!next) return;
    try {
      const { channel, ts } = await post(next);
      if (isLost && channel !== undefined && ts !== undefined) await deleteCopies(client, { channel, ts });
      isLost = false;
      sent.push(next.source ?? '');
    } catch (error) {
      if (told.simplify(error)) continue;
      const failure = slackFailure(error);
      isLost ||= failure.kind === 'uncertain';
      const pauseMs = failure.kind === 'rate_limited' ? failure.afterMs : backoffMs(BACKOFF, attempt);
      if (failure.kind === 'refused' || attempt === MAX_ATTEMPTS || pauseMs > LONGEST_TELLING_PAUSE_MS) throw error;
      attempt += 1;
      await clock.sleep(pauseMs);
    }
  }
}

/**
 * An earlier post may have happened without an answer. Where it would be is known only now: Slack names the direct message
 * with a person when something is posted there. A copy that cannot be deleted stays.
 */
async function deleteCopies(client: WebClient, kept: { channel: string; ts: string }): Promise<void> {
  const oldest = String(Number(kept.ts) - COPIES_WITHIN_S);
  try {
    const page = await client.conversations.history({ channel: kept.channel, oldest, limit: MAX_COPIES });
    const messages = page.messages ?? [];
    const own = messages.find(({ ts }) => ts === kept.ts);
    if (!own) return;
    const isCopy = ({ ts, user, text }: (typeof messages)[number]): boolean =>
      ts !== own.ts && user === own.user && text === own.text;
    for (const { ts } of messages.filter(isCopy)) if (ts !== undefined) await retract(client, { ...kept, ts });
  } catch {
    // The person has been told, if twice.
  }
}
