import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import type { Clock } from '../conversation/ports.js';

/** Changes that come within this time are told at once: one look at a channel shows them all. */
const GATHERING_MS = 60;

export interface FeedEvent {
  readonly name: 'state' | 'change' | 'process' | 'observed';
  readonly data: object;
}

/**
 * What changes, as server-sent events to every page that is open: first `state` with all there is, then what is told.
 * https://html.spec.whatwg.org/multipage/server-sent-events.html
 */
export class Feed {
  readonly #viewers = new Set<Viewer>();

  constructor(
    private readonly state: () => object,
    private readonly clock: Clock,
  ) {}

  /** Takes the response over until the page is closed. */
  open(response: ServerResponse): void {
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    response.write(written({ name: 'state', data: this.state() }));
    const viewer = new Viewer(response, this.clock);
    this.#viewers.add(viewer);
    response.once('close', () => {
      this.#viewers.delete(viewer);
      viewer.close();
    });
  }

  /** `look` is called when the event is sent; of several about one `subject` only the newest is. */
  tell(subject: string, look: () => FeedEvent): void {
    for (const viewer of this.#viewers) viewer.tell(subject, look);
  }

  /** Every page learns that nothing more comes. */
  close(): void {
    for (const viewer of this.#viewers) viewer.close();
  }
}

class Viewer {
  readonly #untold = new Map<string, () => FeedEvent>();
  readonly #gone = new AbortController();
  #telling = false;

  constructor(
    private readonly response: ServerResponse,
    private readonly clock: Clock,
  ) {}

  close(): void {
    this.#gone.abort();
    this.response.end();
  }

  tell(subject: string, look: () => FeedEvent): void {
    this.#untold.set(subject, look);
    if (!this.#telling) void this.#tellAll();
  }

  async #tellAll(): Promise<void> {
    const { signal } = this.#gone;
    this.#telling = true;
    try {
      while (this.#untold.size > 0) {
        await this.clock.sleep(GATHERING_MS, signal);
        const looks = [...this.#untold.values()];
        this.#untold.clear();
        const kept = looks.map((look) => this.response.write(written(look())));
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

function written({ name, data }: FeedEvent): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
