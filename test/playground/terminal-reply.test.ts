import { Writable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { LiveReply } from '../../src/playground/terminal-reply.js';

/** A terminal of endless height that knows what a reply writes: text, and the sequences that redraw it. */
class Screen extends Writable {
  readonly isTTY = true;
  columns = 30;
  rows = 24;
  #lines: string[] = [''];
  #row = 0;
  #column = 0;

  override _write(chunk: Buffer, _: unknown, done: () => void): void {
    // eslint-disable-next-line no-control-regex -- The escape sequences of Node's readline.
    for (const [part, count, command] of String(chunk).matchAll(/\u001B\[(\d*)([A-Z])|\n|[^\u001B\n]+/g)) {
      if (command === 'A') this.#row = Math.max(0, this.#row - Number(count));
      else if (command === 'G') this.#column = Number(count) - 1;
      else if (command === 'J') {
        this.#lines = this.#lines.slice(0, this.#row + 1);
        this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column);
      } else if (part === '\n') {
        this.#row += 1;
        this.#column = 0;
        this.#lines[this.#row] ??= '';
      } else {
        this.#lines[this.#row] = (this.#lines[this.#row] ?? '').slice(0, this.#column) + part;
        this.#column += part.length;
      }
    }
    done();
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

const ANSWER =
  'Wool takes dye well, and linen slowly.\n\n1. one\n2. two and a half\n\n| a | b |\n| - | - |\n| 1 | 2 |\n\n```\nx\n```\n\nThe end.';
const SHOWN = `Wool takes dye well, and
linen slowly.

1. one
2. two and a half

a │ b
──┼──
1 │ 2

  x

The end.
`;

test('a reply that grows is on the screen once, whatever the pieces', () => {
  for (const length of [1, 3, 7, 50, 1_000]) {
    const screen = new Screen();
    const reply = new LiveReply(screen, false);
    expect(screen.text).toBe('thinking…\n');
    for (let end = length; end < ANSWER.length + length; end += length) reply.update(ANSWER.slice(0, end));
    reply.end();
    expect(screen.text).toBe(SHOWN);
  }
});

test('what is written so far can be read, and follows the width of the window', () => {
  const screen = new Screen();
  const reply = new LiveReply(screen, false);
  reply.update('Wool takes dye well, and');
  expect(screen.text).toBe('Wool takes dye well, and\n');
  screen.columns = 40;
  screen.emit('resize');
  reply.update('Wool takes dye well, and linen slowly.');
  expect(screen.text).toBe('Wool takes dye well, and linen slowly.\n');
  screen.columns = 30;
  reply.end();
  screen.emit('resize');
  expect(screen.text).toMatch(/Wool takes dye well, and\nlinen slowly\.\n$/);
});

test('a reply that begins anew is printed again', () => {
  const screen = new Screen();
  const reply = new LiveReply(screen, false);
  reply.update('One paragraph.\n\nAnother');
  reply.update('Something else.');
  reply.end();
  expect(screen.text).toBe('One paragraph.\n\nSomething else.\n');
});

test('an answer that never came leaves nothing', () => {
  const screen = new Screen();
  new LiveReply(screen, false).end();
  expect(screen.text).toBe('');
});

test('a terminal that says its size is 0 is taken for one of 80 columns', () => {
  const screen = new Screen();
  Object.assign(screen, { columns: 0, rows: 0 });
  const reply = new LiveReply(screen, false);
  for (let at = 1; at <= ANSWER.length; at += 5) reply.update(ANSWER.slice(0, at));
  reply.update(ANSWER);
  reply.end();
  expect(screen.text).toBe(SHOWN.replace('and\nlinen', 'and linen'));
});
