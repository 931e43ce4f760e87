/**
 * Slack's stop button under a thread. Its event ends a reply of this process at once; one of another process ends with its
 * next words, when Slack refuses them. https://docs.slack.dev/reference/events/agent_session_stopped
 */
import * as z from 'zod';

/** `streaming_message_ts`: the streams that Slack has stopped, none if the bot had written nothing yet. */
const stopped = z.object({
  event: z.object({
    type: z.literal('agent_session_stopped'),
    channel: z.string(),
    thread_ts: z.string(),
    streaming_message_ts: z.array(z.string()).catch([]),
  }),
});

interface Stoppable {
  readonly channel: string;
  /** Undefined at the top level of a DM. */
  readonly threadTs: string | undefined;
  /** `streams`: see above. */
  stop(streams: readonly string[]): void;
}

export class Stops {
  private readonly running = new Set<Stoppable>();

  /** The event stops it until `done` settles. */
  watch(reply: Stoppable, done: Promise<unknown>): void {
    this.running.add(reply);
    void done.finally(() => this.running.delete(reply));
  }

  /** `body`: any payload. Nothing is stored: if the process dies, Slack still refuses to go on with the stream. */
  async handle(body: unknown): Promise<void> {
    const { data } = stopped.safeParse(body);
    if (!data) return;
    const { channel, thread_ts: threadTs, streaming_message_ts: streams } = data.event;
    for (const reply of this.running) if (reply.channel === channel && reply.threadTs === threadTs) reply.stop(streams);
  }
}
