/** Counts a question against the limit of its author while the conversation is loaded: a round trip less before the answer. */
import { LRUCache } from 'lru-cache';
import { atMost } from '../core/cache-size.js';
import { type ConversationKey, keyOf } from '../core/conversation-id.js';
import type { IncomingMessage } from '../core/incoming-message.js';
import type { Clock, Limits } from '../core/ports.js';
import type { LimitSettings } from '../core/settings.js';
import { questionName } from './rate-limit.js';

const MAX_QUESTIONS = 1_000;
/** What was found out so long ago is asked again. */
const TTL_MS = 5_000;

interface Asked {
  team: string;
  author: string;
  question: string;
}

export interface LimitsAhead {
  /** `take` of the same question, soon after `answering`, asks no more if it is allowed from there on. */
  limits: Limits;
  /** A conversation begins with this question of a person. */
  begins: (message: IncomingMessage) => void;
  /** This process is about to answer in the conversation. */
  answering: (key: ConversationKey) => void;
}

/** Where the workspace has a limit, nothing is counted ahead: a question that gets no answer would use up what others need. */
export function limitsAhead(limits: Limits, { perWorkspace }: LimitSettings, clock: Clock): LimitsAhead {
  const cache = { ...atMost(MAX_QUESTIONS), ttl: TTL_MS, perf: clock, ttlResolution: 0 };
  const beginning = new LRUCache<ConversationKey, Asked>(cache);
  /** Whether it is allowed. */
  const taking = new LRUCache<string, Promise<boolean>>(cache);

  return {
    limits: {
      async take(team, people, question = '') {
        const [person, ...others] = people;
        const name = nameOf(team, person, question);
        const taken = others.length === 0 ? taking.get(name) : undefined;
        taking.delete(name);
        // One that is refused is asked again: only now it is certain that somebody waits, and is to be told.
        return (await taken) ? undefined : limits.take(team, people, question);
      },
    },
    begins({ conversation, author, ts, text, parts }) {
      // Who only names the bot is greeted, which costs nothing.
      if (perWorkspace > 0 || (text === '' && !parts)) return;
      const key = keyOf(conversation);
      beginning.set(key, { team: conversation.team, author, question: questionName(key, ts) });
    },
    answering(key) {
      const asked = beginning.get(key);
      if (!asked) return;
      beginning.delete(key);
      const { team, author, question } = asked;
      const taken = limits.take(team, [author], question, true).then((reached) => !reached);
      taken.catch(() => {});
      taking.set(nameOf(team, author, question), taken);
    },
  };
}

function nameOf(team: string, person: string | undefined, question: string): string {
  return [team, person, question].join(' ');
}
