const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';

/**
 * Ids in Slack's formats and all other random choices, generated from one seed: the same seed and the same calls give
 * the same workspace.
 */
export class Ids {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.trunc(seed);
  }

  /** Random number in [0, 1). Mulberry32: small, and good enough for ids. */
  random(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** For example `U0A1B2C3D4E`: the kind, a zero, nine random characters. */
  id(kind: 'T' | 'U' | 'B' | 'A' | 'C' | 'D' | 'F' | 'S' | 'V' | 'Ev'): string {
    return `${kind}0${this.#randomCharacters(9)}`;
  }

  /** A generated `block_id`: five characters. */
  blockId(): string {
    return this.#randomCharacters(5);
  }

  uuid(): string {
    const hex = Array.from({ length: 32 }, () => Math.floor(this.random() * 16).toString(16)).join('');
    return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `a${hex.slice(17, 20)}`, hex.slice(20)].join(
      '-',
    );
  }

  #randomCharacters(length: number): string {
    return Array.from({ length }, () => ALPHABET[Math.floor(this.random() * ALPHABET.length)]).join('');
  }
}
