import type { Change } from './types.js';

export const SESSION_STATUSES = ['active', 'processing', 'suspended', 'closed'] as const;

type SessionStatus = (typeof SESSION_STATUSES)[number];

/** A message to send, offered as a button with a title. */
export interface SuggestedPrompt {
  readonly title: string;
  readonly message: string;
}

/** An agent session in a thread. https://docs.slack.dev/reference/methods/agents.sessions.setStatus */
export interface Session {
  readonly status: SessionStatus;
  readonly title: string;
  readonly prompts: readonly SuggestedPrompt[];
}

/** Agent sessions by channel and thread. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #notify: (change: Change) => void;

  constructor(notify: (change: Change) => void) {
    this.#notify = notify;
  }

  get(channel: string, threadTs: string): Session | undefined {
    return this.#sessions.get(`${channel}:${threadTs}`);
  }

  /** Changes the given fields. The first call for a thread creates its session. */
  set(channel: string, threadTs: string, change: Partial<Session>): Session {
    const session = { status: 'active', title: '', prompts: [], ...this.get(channel, threadTs), ...change } as const;
    this.#sessions.set(`${channel}:${threadTs}`, session);
    this.#notify({ kind: 'session', id: threadTs, channel });
    return session;
  }
}
