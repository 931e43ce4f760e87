/** Records a page as an animated WebP: screenshots at a steady pace, put together by `img2webp`. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';

/** A picture, and for how long it is shown. */
interface Frame {
  readonly picture: Buffer;
  ms: number;
}

const FRAME_MS = 120;
/** Waits are shortened: nobody learns anything from them. */
const LONGEST_STILL_MS = 420;
const LAST_MS = 1_800;

export class Film {
  readonly #frames: Frame[] = [];
  readonly #page: Page;
  #recording: Promise<void> | undefined;
  #isOn = false;

  constructor(page: Page) {
    this.#page = page;
  }

  /** Records until `stop`. What happens between a `stop` and the next `start` is left out. */
  start(): void {
    this.#isOn = true;
    this.#recording = this.#record();
  }

  async stop(): Promise<void> {
    this.#isOn = false;
    await this.#recording;
  }

  /** Needs `img2webp`: `sh scripts/get-webp.sh` installs it. */
  async save(path: string): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'skein-film-'));
    try {
      const args: string[] = [];
      for (const [at, { picture, ms }] of this.#frames.entries()) {
        const file = join(folder, `${at}.png`);
        await writeFile(file, picture);
        const shown = at === this.#frames.length - 1 ? LAST_MS : Math.min(ms, LONGEST_STILL_MS);
        args.push('-d', String(Math.round(shown)), file);
      }
      const form = ['-loop', '0', '-min_size', '-lossless', '-m', '6'];
      await promisify(execFile)('img2webp', [...form, ...args, '-o', path]);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  get seconds(): number {
    const all = this.#frames.slice(0, -1).reduce((sum, { ms }) => sum + Math.min(ms, LONGEST_STILL_MS), LAST_MS);
    return all / 1_000;
  }

  async #record(): Promise<void> {
    while (this.#isOn) {
      const startedAt = performance.now();
      const picture = await this.#page.screenshot({ animations: 'disabled', caret: 'initial' });
      const last = this.#frames.at(-1);
      // The same picture again: the one before is shown longer.
      if (last?.picture.equals(picture)) last.ms += FRAME_MS;
      else this.#frames.push({ picture, ms: FRAME_MS });
      await wait(Math.max(0, FRAME_MS - (performance.now() - startedAt)));
    }
  }
}
