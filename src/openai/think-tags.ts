/** Reasoning that a model writes in front of its answer, between tags, where its server does not cut it out. */

/** DeepSeek, Qwen and many others; Gemini; Magistral; Seed; Kimi. The closing tag has a slash behind its first character. */
const TAGS = ['<think>', '<thinking>', '<thought>', '[think]', '<seed:think>', '◁think▷'];

export interface Cut {
  /** For people to read. */
  text: string;
  /** Some of what was taken was reasoning. */
  thought: boolean;
}

/** Takes an answer piece by piece. Only tags at its beginning count: later ones are what the answer is about. */
export class ThinkTags {
  /** What cannot be told yet: blanks and half an opening tag, or the end of the reasoning with half a closing tag. */
  #held = '';
  #closing: string | undefined;
  #inAnswer = false;
  /** Blanks between the reasoning and the answer belong to neither. */
  #afterThought = false;

  take(piece: string): Cut {
    if (this.#inAnswer || !piece) return { text: piece, thought: false };
    this.#held += piece;
    let thought = false;
    for (;;) {
      if (this.#closing === undefined && !this.#open())
        return { text: couldOpen(this.#held) ? '' : this.#answer(), thought };
      thought = true;
      if (!this.#close()) return { text: '', thought };
    }
  }

  /** Text that was held back when the answer ended. Reasoning that was not closed is none. */
  end(): string {
    return this.#closing === undefined ? this.#answer() : '';
  }

  #open(): boolean {
    const start = this.#held.trimStart();
    const tag = TAGS.find((name) => start.slice(0, name.length).toLowerCase() === name);
    if (tag === undefined) return false;
    this.#closing = `${start.slice(0, 1)}/${start.slice(1, tag.length)}`;
    this.#held = start.slice(tag.length);
    return true;
  }

  #close(): boolean {
    const closing = this.#closing ?? '';
    const end = this.#held.indexOf(closing);
    if (end < 0) {
      this.#held = this.#held.slice(1 - closing.length);
      return false;
    }
    this.#held = this.#held.slice(end + closing.length);
    this.#closing = undefined;
    this.#afterThought = true;
    return true;
  }

  #answer(): string {
    this.#inAnswer = true;
    const text = this.#afterThought ? this.#held.trimStart() : this.#held;
    this.#held = '';
    return text;
  }
}

/** More text may make an opening tag of it. */
function couldOpen(text: string): boolean {
  const start = text.trimStart().toLowerCase();
  return TAGS.some((tag) => tag.startsWith(start));
}
