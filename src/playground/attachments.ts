/** Files that people have chosen on the page, until the message that they belong to is sent. */
import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Simulator } from '../simulator/index.js';
import { RequestError } from './request.js';

/** Of one file. */
const MAX_BYTES = 20_000_000;
/** The oldest are forgotten. */
const MAX_WAITING = 50;
/** What a browser shows by itself, and cannot run. */
const SHOWN: ReadonlySet<string> = new Set(['image/png', 'image/jpeg', 'image/gif', 'image/webp', 'image/avif']);

/** `content`: in base64. */
export const attachBody = z.strictObject({
  name: z.string().trim().min(1).max(255),
  mimetype: z.string().max(255),
  content: z
    .base64()
    .refine((text) => text.length <= (MAX_BYTES / 3) * 4, 'This file is too large for the playground.'),
});

interface Attached {
  readonly name: string;
  readonly mimetype?: string;
  readonly content: Buffer;
}

export class Attachments {
  readonly #waiting = new Map<string, Attached>();

  add({ name, mimetype, content }: z.output<typeof attachBody>): { id: string } {
    const id = randomUUID();
    this.#waiting.set(id, { name, ...(mimetype && { mimetype }), content: Buffer.from(content, 'base64') });
    const [oldest] = this.#waiting.keys();
    if (this.#waiting.size > MAX_WAITING && oldest !== undefined) this.#waiting.delete(oldest);
    return { id };
  }

  /** They can be taken again, if sending fails. Throws `RequestError` for an unknown one. */
  get(ids: readonly string[]): Attached[] {
    return ids.map((id) => {
      const file = this.#waiting.get(id);
      if (!file) throw new RequestError(400, 'A file is gone: the playground was restarted. Attach it again.');
      return file;
    });
  }

  sent(ids: readonly string[]): void {
    for (const id of ids) this.#waiting.delete(id);
  }
}

/** A shared file for the page. Only pictures are shown in it; the rest is saved. */
export function sharedFile(slack: Simulator, id: string): { type: string; content: Buffer } | undefined {
  const file = slack.file(id);
  return file && { type: SHOWN.has(file.mimetype) ? file.mimetype : 'application/octet-stream', content: file.content };
}
