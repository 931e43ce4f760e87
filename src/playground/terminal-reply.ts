import { clearScreenDown, cursorTo, moveCursor } from 'node:readline';
import type { Writable } from 'node:stream';
import { stripVTControlCharacters, styleText } from 'node:util';
import { blocksOf, linesOf, type Page, widthOf } from './terminal-markdown.js';

/** `isTTY`: interactive. Otherwise a pipe: no prompt, no "thinking…", no colors. The rest as in `tty.WriteStream`. */
export type Output = Writable & { isTTY?: boolean; columns?: number; rows?: number; hasColors?: () => boolean };

/** For terminals that do not know their size, or say 0. */
const DEFAULT_COLUMNS = 80;
const DEFAULT_ROWS = 24;
/** Left free below what is redrawn, for the cursor. */
const FREE_ROWS = 2;

/**
 * A reply on an interactive terminal while it is written. Complete blocks stay as they are printed; the last one is
 * redrawn with every update and whenever the window's size changes.
 */
export class LiveReply {
  readonly #output: Output;
  readonly #color: boolean;
  /** Markdown of the blocks that are printed for good. */
  #printed = '';
  #rest = '';
  /** Lines below that, which are redrawn. */
  #live: string[] = [];
  readonly #onResize = (): void => this.#redraw(this.#linesOfRest());

  constructor(output: Output, color: boolean) {
    this.#output = output;
    this.#color = color;
    output.on('resize', this.#onResize);
    this.#redraw([color ? styleText('dim', 'thinking…', { validateStream: false }) : 'thinking…']);
  }

  /** `markdown`: the whole reply so far. One that does not go on from what is printed is printed again. */
  update(markdown: string): void {
    this.#redraw([]);
    if (!markdown.startsWith(this.#printed)) {
      this.#output.write('\n');
      this.#printed = '';
    }
    this.#rest = markdown.slice(this.#printed.length);
    const blocks = blocksOf(this.#rest);
    const last = blocks.findLastIndex(({ type }) => type !== 'space');
    for (const block of blocks.slice(0, Math.max(0, last))) if (!this.#print(block)) break;
    this.#redraw(this.#linesOfRest());
  }

  /** Prints what is left. */
  end(): void {
    this.#output.off('resize', this.#onResize);
    const lines = this.#linesOfRest();
    this.#redraw([]);
    for (const line of lines) this.#output.write(`${line}\n`);
  }

  /** False, and nothing printed, when the block's text is not the next in the reply. */
  #print(block: ReturnType<typeof blocksOf>[number]): boolean {
    // marked leaves out some line breaks between blocks.
    const at = this.#rest.indexOf(block.raw);
    if (at < 0 || this.#rest.slice(0, at).trim() !== '') return false;
    const lines = linesOf(block, this.#page);
    const between = this.#printed.trim() === '' || lines.length === 0 ? [] : [''];
    for (const line of [...between, ...lines]) this.#output.write(`${line}\n`);
    const end = at + block.raw.length;
    this.#printed += this.#rest.slice(0, end);
    this.#rest = this.#rest.slice(end);
    return true;
  }

  #linesOfRest(): string[] {
    const blocks = blocksOf(this.#rest).map((block) => linesOf(block, this.#page));
    return blocks
      .filter((lines) => lines.length > 0)
      .flatMap((lines, at) => (at === 0 && this.#printed.trim() === '' ? lines : ['', ...lines]));
  }

  #redraw(lines: readonly string[]): void {
    if (this.#live.length > 0) {
      const { columns } = this.#page;
      // After a change of the window's width, a line may take more rows than when it was written.
      const rows = this.#live.reduce((sum, line) => sum + Math.max(1, Math.ceil(widthOf(line) / columns)), 0);
      cursorTo(this.#output, 0);
      moveCursor(this.#output, 0, -rows);
      clearScreenDown(this.#output);
    }
    // What has scrolled out of the window cannot be redrawn.
    this.#live = lines.slice(-Math.max(1, (this.#output.rows || DEFAULT_ROWS) - FREE_ROWS));
    for (const line of this.#live) this.#output.write(`${line}\n`);
  }

  get #page(): Page {
    return { columns: this.#output.columns || DEFAULT_COLUMNS, color: this.#color };
  }
}

/** Text without escape sequences where there is no color. */
export function dim(text: string, color: boolean): string {
  return color ? styleText('dim', text, { validateStream: false }) : stripVTControlCharacters(text);
}
