import type { Ids } from './ids.js';
import type { SharedFile } from './types.js';

/** An upload that `files.getUploadURLExternal` has announced. */
interface Upload {
  readonly name: string;
  readonly length: number;
  readonly snippet: boolean;
  content?: Buffer;
}

/** Uploads by the app: announced, then sent to an address of their own, then completed. */
export class Uploads {
  readonly #ids: Ids;
  readonly #open = new Map<string, Upload>();

  constructor(ids: Ids) {
    this.#ids = ids;
  }

  /** @returns the new file's id, which the address of the upload ends with */
  announce(upload: Omit<Upload, 'content'>): string {
    const id = this.#ids.id('F');
    this.#open.set(id, { ...upload });
    return id;
  }

  /** @returns false for an unknown upload, and for content of another length than was announced */
  receive(id: string, content: Buffer): boolean {
    const upload = this.#open.get(id);
    if (upload?.length !== content.byteLength) return false;
    upload.content = content;
    return true;
  }

  /** @returns false if there is none, or if it is completed */
  discard(id: string): boolean {
    return this.#open.delete(id);
  }

  /** The uploaded file, if all of it came. It can be completed once. */
  complete(id: string, title: string | undefined, by: { user: string; at: number }): SharedFile | undefined {
    const { name, snippet, content } = this.#open.get(id) ?? {};
    if (name === undefined || content === undefined) return undefined;
    this.#open.delete(id);
    return {
      id,
      name,
      mimetype: snippet ? 'text/plain' : typeOf(content),
      content,
      user: by.user,
      created: by.at,
      ...(snippet && { mode: 'snippet' }),
      ...(title !== undefined && { title }),
    };
  }
}

/** Slack looks at the content; here, pictures are known by their first bytes. */
function typeOf(content: Buffer): string {
  const head = content.toString('latin1', 0, 12);
  if (head.startsWith('\u0089PNG\r\n')) return 'image/png';
  if (head.startsWith('\u00FF\u00D8\u00FF')) return 'image/jpeg';
  return head.startsWith('RIFF') && head.endsWith('WEBP') ? 'image/webp' : 'application/octet-stream';
}
