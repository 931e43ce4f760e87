import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../conversation/ports.js';
import type { ChannelView, State } from './snapshot.js';

/** Changes that come within this time are told at once: one look at a channel shows them all. */
const GATHERING_MS = 60;

export interface FeedOptions {
  readonly state: () => State;
  readonly channel: (id: string) => ChannelView;
  readonly clock: Clock;
}

/**
 * What changes, as server-sent events to every page that is open: first `state` with all there is, then `change`
 * with a channel as it stands. https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class Feed {
  readonly #viewers = new Set<Viewer>();

  constructor(private readonly options: FeedOptions) {}

  /** Takes the response over until the page is closed. */
  open(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(eventOf('state', this.options.state()));
    const viewer = new Viewer(response, this.options);
    this.#viewers.add(viewer);
    response.once('close', () => {
      this.#viewers.delete(viewer);
      viewer.close();
    });
  }

  /** Something in the channel is not as it was. */
  changed(channel: string): void {
    for (const viewer of this.#viewers) viewer.changed(channel);
  }

  /** Every page learns that nothing more comes. */
  close(): void {
    for (const viewer of this.#viewers) viewer.close();
  }
}

class Viewer {
  readonly #changed = new Set<string>();
  readonly #gone = new AbortController();
  #telling = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly options: FeedOptions,
  ) {}

  close(): void {
    this.#gone.abort();
    this.response.end();
  }

  changed(channel: string): void {
    this.#changed.add(channel);
    if (!this.#telling) void this.#tell();
  }

  async #tell(): Promise<void> {
    const { signal } = this.#gone;
    this.#telling = true;
    try {
      while (this.#changed.size > 0) {
        await this.options.clock.sleep(GATHERING_MS, signal);
        const channels = [...this.#changed];
        this.#changed.clear();
        const kept = channels.map((id) => this.response.write(eventOf('change', this.options.channel(id))));
        // A page that does not keep up gets the newest when it has read what is under way, not all that was between.
        if (kept.includes(false)) await once(this.response, 'drain', { signal });
      }
    } catch (error) {
      if (!signal.aborted) throw error;
    } finally {
      this.#telling = false;
    }
  }
}

function eventOf(name: 'state' | 'change', data: object): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
