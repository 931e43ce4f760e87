import type { ServerResponse } from 'node:http';

/** How a stalled proxy treats what arrives: lets it wait for the end of the stall, or answers with a page. */
export type StallKind = 'hang' | 'page';

/** A stall of something that answers requests. */
export class Stall {
  #kind: StallKind = 'hang';
  #until = Promise.resolve();
  #isOver = true;

  /** Resolves at the end. A further stall meanwhile replaces the one before. */
  async begin(kind: StallKind, forMs: number): Promise<void> {
    const until = new Promise<void>((resolve) => setTimeout(resolve, forMs).unref());
    this.#kind = kind;
    this.#until = until;
    this.#isOver = false;
    await until;
    if (this.#until === until) this.#isOver = true;
  }

  /** The stall that a request falls into, if any. Resolves at once, or after the stall if the request has to wait for it. */
  async meets(): Promise<StallKind | undefined> {
    if (this.#isOver) return undefined;
    const kind = this.#kind;
    if (kind === 'hang') await this.#until;
    return kind;
  }
}

/** What a proxy answers in place of what is behind it. */
export function sendPage(response: ServerResponse): void {
  response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>');
}
