/** What the messages of a reply should show: the text so far, in parts and in a form that Slack takes. Calls nothing. */
import type { ReplyControl } from '../../core/ports.js';
import { isContentRefused, isTooLong } from '../web-api/failure.js';
import { abridgedParts } from './abridge.js';
import type { MessageContent } from './blocks.js';
import { hasChart } from './charts.js';
import { ReplyForm } from './form.js';
import type { TextEdit } from './long-blocks.js';
import { settledPrefix, withoutPings } from './pings.js';
import { needsBlocks, type Rich } from './safe-blocks.js';
import type { ReplyPart } from './split.js';
import { type ThinkingCard, Thoughts } from './thinking.js';

/** Messages that Slack finds too long are halved, down to about 1,100 bytes. */
const SMALLEST_SHARE = 1 / 8;
/** Where Slack has no status line, this message stands in for it when the first word takes long. */
const PLACEHOLDER = 'Thinking…';

export class ReplyText {
  private text = '';
  private thoughts = new Thoughts();
  /** Of a message's usual length; less once Slack has refused one as too long. */
  private share = 1;
  private form: ReplyForm;
  /** What the first messages show, which cannot be changed any more: slices of the answer, or whatever else. */
  private kept: readonly string[] = [];
  /** Under the last message, once the text is complete. */
  controls: readonly ReplyControl[] | undefined;
  /** Under the last message, until then. */
  meanwhile: readonly ReplyControl[] | undefined;
  /** What the messages show in place of parts that stand in files, once the text is complete. */
  edits: readonly TextEdit[] = [];
  /** Name of the picture that is being made. */
  making: string | undefined;
  /** Markdown that follows the text so long. */
  aside = '';
  /** Until there is text, a placeholder is shown. */
  placeholderDue = false;

  /** `notice`: in place of an answer that Slack takes in no form. */
  constructor(private readonly notice: string) {
    this.form = new ReplyForm(notice);
  }

  write(text: string): void {
    this.text += text;
  }

  think(text: string): void {
    this.thoughts.add(text);
  }

  restart(): void {
    this.text = '';
    this.thoughts = new Thoughts();
    this.resetForm();
  }

  /**
   * The first messages cannot be changed any more: what follows stands below them. False if the text, which is perhaps not
   * `complete`, does not go on from what they show; then they are as if they were not there.
   */
  goesOnFrom(kept: readonly string[], complete: boolean): boolean {
    const shown = kept.join('');
    const text = this.form.words(withoutPings(complete ? this.text : settledPrefix(this.text)));
    const goesOn = text.startsWith(shown) || (!complete && shown.startsWith(text));
    const isFit = goesOn && kept.every((slice) => slice.trim() !== '');
    this.kept = isFit ? kept : [];
    return isFit;
  }

  /** A new message may take what an edit was refused with. */
  resetForm(): void {
    this.form = new ReplyForm(this.notice);
  }

  /** The text so far, without pings. */
  get whole(): string {
    return withoutPings(this.text);
  }

  /** What the model is thinking about: see `Thoughts`. */
  get headline(): string | undefined {
    return this.thoughts.newest;
  }

  get card(): ThinkingCard | undefined {
    return this.thoughts.card;
  }

  /** The contents of the messages in order. `complete`: no more text follows. */
  contents(complete: boolean): MessageContent[] {
    const text = withoutPings(complete ? this.text : settledPrefix(this.text));
    if (text.trim() === '') return this.placeholderDue && !complete ? [this.placeholder] : [];
    const aside = complete || this.making === undefined || this.kept.length > 0 ? '' : this.aside;
    const added = { start: text.length, end: text.length, text: aside };
    const parts =
      complete && this.isAbridged ? this.abridged(text) : aside ? this.abridged(text, [added]) : this.parts(text);
    return parts.map(({ shown, source }, at): MessageContent => {
      const isLast = at === parts.length - 1;
      const controls = isLast ? this.form.controls(complete ? this.controls : this.meanwhile) : undefined;
      const isWhole = complete || !isLast;
      return {
        markdown: shown,
        source,
        ...(controls && { controls }),
        ...(isLast && aside && { aside }),
        ...(this.form.isPlain && { plain: true }),
        ...(this.form.hasBlocks && needsBlocks(shown, isWhole) && { rich: this.rich(isWhole) }),
      };
    });
  }

  private rich(complete: boolean): Rich {
    return this.form.hasCharts ? { complete } : { complete, withoutCharts: true };
  }

  /** Whether parts of the complete text are left out. Not below messages that keep what they show. */
  get isAbridged(): boolean {
    return this.edits.length > 0 && this.kept.length === 0 && this.form.name !== 'notice';
  }

  private abridged(text: string, edits = this.edits): ReplyPart[] {
    return abridgedParts(text, edits, (shown) => this.form.parts(shown, this.share));
  }

  private parts(text: string): ReplyPart[] {
    let end = 0;
    const cuts = this.kept.map((slice) => (end += slice.length));
    return this.form.parts(text, this.share, cuts);
  }

  /** The messages of the complete text, with the slice of it that each stands for. `tsOf`: of the one at this index. */
  written(tsOf: (at: number) => string | undefined): { ts: string; text: string }[] {
    return this.contents(true).flatMap(({ source = '' }, at) => {
      const ts = tsOf(at);
      return ts === undefined ? [] : [{ ts, text: source }];
    });
  }

  /** Whether a refusal may be about blocks. */
  private get hasBlocks(): boolean {
    return [this.controls, this.meanwhile].some(Boolean) || this.contents(true).some(({ rich }) => rich);
  }

  private get placeholder(): MessageContent {
    const controls = this.form.controls(this.meanwhile);
    return { markdown: `_${this.headline ?? PLACEHOLDER}_`, source: '', ...(controls && { controls }) };
  }

  /** Chooses shorter parts or a simpler form if Slack has refused what the messages contain. Returns the form that it leaves. */
  simplify(refusal: unknown): { refused: string; next: string } | undefined {
    if (isTooLong(refusal) && this.share > SMALLEST_SHARE) {
      this.share /= 2;
      return { refused: 'long', next: 'shorter' };
    }
    const refused = this.form.name;
    const charts = this.form.hasCharts && hasChart(this.text);
    if (!isContentRefused(refusal) || !this.form.simplify({ blocks: this.hasBlocks, charts })) return undefined;
    return charts ? { refused: 'charts', next: refused } : { refused, next: this.form.name };
  }
}
