/** What both receivers do with a payload. */
import type { App } from '@slack/bolt';
import type { Fields } from '../inbound/nodes.js';
import { readIncoming } from './incoming.js';
import type { SeldomLog } from './seldom.js';

/**
 * `failed`: it could not be stored, and Slack is to send it again. `refused`: a person waits for what nobody handles. In
 * both cases there was no ack.
 */
export type Outcome = 'acked' | 'failed' | 'refused';

export interface Retry {
  retryNum?: number;
  retryReason?: string;
}

/** Sends the ack, with what a listener answers. Must not throw. */
export type SendAck = (response?: unknown) => void;

export class Deliveries {
  private app: App | undefined;
  /** What is being stored. */
  private readonly running = new Set<Promise<void>>();

  constructor(private readonly seldom: SeldomLog) {}

  init(app: App): void {
    this.app = app;
  }

  /** `payload`: any JSON. Acks as soon as it is stored; resolves when Bolt's listeners have run. Never rejects. */
  async take(payload: unknown, sendAck: SendAck, retry: Retry = {}): Promise<Outcome> {
    const incoming = readIncoming(payload);
    if (incoming.kind === 'payload') return this.process(incoming.body, sendAck, retry);
    if (incoming.kind === 'rate_limited') this.warnOfLimit(incoming.minute);
    else this.seldom.warn({}, `ignored a payload from Slack: it ${incoming.problem}`);
    if (incoming.kind === 'unusable' && !incoming.ack) return 'refused';
    sendAck();
    return 'acked';
  }

  /** Resolves when nothing is being stored. */
  async idle(): Promise<void> {
    await Promise.all(this.running);
  }

  private async process(body: Fields, sendAck: SendAck, retry: Retry): Promise<Outcome> {
    const end = this.begin();
    let isAcked = false;
    const ack = async (response?: unknown): Promise<void> => {
      if (isAcked) return;
      isAcked = true;
      sendAck(response);
      end();
    };
    try {
      await this.app?.processEvent({ body, ack, ...retry });
      if (body['event'] !== undefined) await ack();
      return isAcked ? 'acked' : 'refused';
    } catch (error) {
      const message =
        'cannot store a payload: Slack resends events, and shows people an error for commands and buttons';
      this.seldom.error(error, message);
      return isAcked ? 'acked' : 'failed';
    } finally {
      end();
    }
  }

  /** Call the result when it is stored, or cannot be. */
  private begin(): () => void {
    let end!: () => void;
    const stored = new Promise<void>((resolve) => {
      end = resolve;
    });
    this.running.add(stored);
    return () => {
      this.running.delete(stored);
      end();
    };
  }

  /** https://docs.slack.dev/apis/events-api/#rate-limiting */
  private warnOfLimit(minute: number | undefined): void {
    const facts = minute === undefined ? {} : { minute };
    this.seldom.warn(
      facts,
      'Slack is dropping events: a workspace sent this app more than 30,000 in an hour. Some messages may stay unanswered',
    );
  }
}
