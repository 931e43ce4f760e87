/** What Slack shows of a model's reasoning: the headlines of its summary, lines such as `**Weighing the options**`. Pure. */
import { withoutPings } from './pings.js';

/** Slack takes so much as a loading message. https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
const LONGEST_HEADLINE = 50;
/** And so much as a task's details, says its documentation. https://docs.slack.dev/reference/methods/chat.startStream */
const LONGEST_DETAILS = 256;
/** What is longer is no headline. */
const LONGEST_LINE = 200;
const HEADLINE = /^\s*\*\*([^*]+)\*\*\s*$/;

/** A chunk of a native stream. https://docs.slack.dev/reference/methods/chat.appendStream#chunks */
export interface ThinkingCard {
  type: 'task_update';
  id: string;
  title: string;
  status: 'complete';
  details: string;
}

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
    return this.headlines.at(-1);
  }

  /** All of them behind a title that can be opened, for the head of a stream. Undefined when there are none. */
  get card(): ThinkingCard | undefined {
    const details = shortened(this.headlines.join('\n'), LONGEST_DETAILS);
    return details
      ? { type: 'task_update', id: 'thinking', title: 'Thought it over', status: 'complete', details }
      : undefined;
  }

  private get headlines(): string[] {
    return [...this.found, ...headlineIn(this.line)];
  }
}

function headlineIn(line: string): string[] {
  const words = HEADLINE.exec(line)?.[1]?.trim();
  return words ? [shortened(withoutPings(words), LONGEST_HEADLINE)] : [];
}

/** Never ends with half a character. */
function shortened(text: string, longest: number): string {
  return text.length <= longest
    ? text
    : `${text
        .slice(0, longest - 1)
        .replace(/[\uD800-\uDBFF]$/, '')
        .trimEnd()}…`;
}
