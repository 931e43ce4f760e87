/** The part of a model's reasoning that Slack shows: headlines of its summary, lines such as `**Weighing the options**`. Pure. */
import { cutAt } from '../../core/text.js';
import { breakPings } from './pings.js';

/** Limit of a loading message. https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
const LONGEST_HEADLINE = 50;
/** Documented limit of a task's details. https://docs.slack.dev/reference/methods/chat.startStream */
const LONGEST_DETAILS = 256;
/** A longer line is not a headline. */
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
  /** Beginning of the line that is still being written. */
  private line = '';

  add(text: string): void {
    const lines = (this.line + text).split('\n');
    this.line = cutAt(lines.pop() ?? '', LONGEST_LINE);
    this.found.push(...lines.flatMap(headlineIn));
  }

  /** Undefined until there is one. Without pings, and short enough for a status. */
  get newest(): string | undefined {
    return this.headlines.at(-1);
  }

  /** All headlines in a collapsible card, for the head of a stream. Undefined if there are none. */
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
  return words ? [shortened(breakPings(words), LONGEST_HEADLINE)] : [];
}

function shortened(text: string, longest: number): string {
  return text.length <= longest ? text : `${cutAt(text, longest - 1).trimEnd()}…`;
}
