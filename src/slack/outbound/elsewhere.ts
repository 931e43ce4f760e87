/** For a reply that its place refuses: tells the people who asked where only they see it, with the answer if there is one. */
import type { WebClient } from '@slack/web-api';
import type { Clock, PlaceProblem } from '../../core/ports.js';
import { backoffMs } from '../../core/retry-policy.js';
import { refusalCode, refusalOf, slackFailure } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import { contentArguments, type MessageContent } from './blocks.js';
import { WITHOUT_PREVIEWS } from './post.js';
import { ReplyText } from './reply-text.js';

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
    const inDm = (content: MessageContent): Promise<unknown> =>
      client.chat.postMessage({
        channel: person,
        ...contentArguments(content),
        ...WITHOUT_PREVIEWS,
        metadata: metadataFor('note'),
      });
    const ephemerally = (content: MessageContent): Promise<unknown> =>
      client.chat.postEphemeral({
        channel,
        user: person,
        ...contentArguments(content),
        ...(threadTs !== undefined && { thread_ts: threadTs }),
      });
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

/** In as many messages, and in as simple a form, as Slack wants. */
async function send(
  post: (content: MessageContent) => Promise<unknown>,
  { text, notice, clock }: Telling,
): Promise<void> {
  const told = new ReplyText(notice);
  told.write(text);
  const sent: string[] = [];
  for (let attempt = 1; ;) {
    if (!told.goesOnFrom(sent, true)) sent.length = 0;
    const next = told.contents(true)[sent.length];
    if (!next) return;
    try {
      await post(next);
      sent.push(next.source ?? '');
    } catch (error) {
      if (told.simplify(error)) continue;
      const failure = slackFailure(error);
      const pauseMs = failure.kind === 'rate_limited' ? failure.afterMs : backoffMs(BACKOFF, attempt);
      if (failure.kind === 'refused' || attempt === MAX_ATTEMPTS || pauseMs > LONGEST_TELLING_PAUSE_MS) throw error;
      attempt += 1;
      await clock.sleep(pauseMs);
    }
  }
}
