/** The form in which a reply goes out: when Slack refuses one, a simpler one is tried. A paid answer is never silence. */
import type { ReplyControl } from '../../core/ports.js';
import { splitReply, type ReplyPart } from './split.js';

/** From the richest to the simplest. `notice`: a sentence in place of the answer. */
const FORMS = ['blocks', 'markdown', 'plain', 'notice'] as const;

export class ReplyForm {
  private at = 0;
  private charts = true;

  /** `notice`: says that Slack does not take the answer. */
  constructor(private readonly notice: string) {}

  get name(): (typeof FORMS)[number] {
    return FORMS[this.at] ?? 'notice';
  }

  get isPlain(): boolean {
    return this.name === 'plain' || this.name === 'notice';
  }

  /** What is said instead of `text`, or `text` itself. */
  words(text: string): string {
    return this.name === 'notice' ? this.notice : text;
  }

  /** The parts of `text` in this form. `share`, `cuts`: see `splitReply`. */
  parts(text: string, share: number, cuts: readonly number[] = []): ReplyPart[] {
    return splitReply(this.words(text), share, cuts);
  }

  get hasBlocks(): boolean {
    return this.name === 'blocks';
  }

  get hasCharts(): boolean {
    return this.hasBlocks && this.charts;
  }

  controls(controls: readonly ReplyControl[] | undefined): readonly ReplyControl[] | undefined {
    return this.hasBlocks ? controls : undefined;
  }

  /** False if there is none that is simpler. `had`: what was refused had some. */
  simplify(had: { blocks: boolean; charts: boolean }): boolean {
    if (this.name === 'notice') return false;
    if (this.hasCharts && had.charts) {
      this.charts = false;
      return true;
    }
    this.at += this.hasBlocks && !had.blocks ? 2 : 1;
    return true;
  }
}
