/** What Slack shows of a model's reasoning: the headlines of its summary, lines such as `**Weighing the options**`. Pure. */
import { withoutPings } from './pings.js';

/** Slack takes so much as a loading message. https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
const LONGEST_HEADLINE = 50;
/** What is longer is no headline. */
const LONGEST_LINE = 200;
const HEADLINE = /^\s*\*\*([^*]+)\*\*\s*$/;

export class Thoughts {
  private readonly found: string[] = [];
  /** The line that is still being written, its beginning. */
  private line = '';

  add(text: string): void {
    const lines = (this.line + text).split('\n');
    this.line = (lines.pop() ?? '').slice(0, LONGEST_LINE);
    this.found.push(...lines.flatMap(headlineIn));
  }

  /** Undefined until there is one. Harmless, and short enough for a status. */
  get newest(): string | undefined {
    return headlineIn(this.line)[0] ?? this.found.at(-1);
  }
}

function headlineIn(line: string): string[] {
  const words = HEADLINE.exec(line)?.[1]?.trim();
  return words ? [shortened(withoutPings(words), LONGEST_HEADLINE)] : [];
}

/** Never ends with half a character. */
function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '').trimEnd()}…`;
}
