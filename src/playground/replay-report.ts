/** Says what is the same and what differs after a replay. Pure. */
import { diffOf } from './prompt-diff.js';
import type { RecordedRun } from './recording.js';
import type { Replayed } from './replay.js';

/** Differing lines shown of a message. */
const MAX_LINES = 12;
const MAX_CHARACTERS = 160;

export interface Check {
  readonly name: string;
  /** Empty: the same. */
  readonly differences: readonly string[];
}

export function checksOf({ recorded, runs, replies, stuck }: Replayed): Check[] {
  const ofRuns = longest(recorded.runs, runs).map((at): Check => {
    const [before, now] = [recorded.runs[at], runs[at]];
    const name = `Answer ${at + 1}`;
    if (!before) return { name, differences: ['New: not in the recording.'] };
    if (!now) return { name, differences: ['Missing this time.'] };
    return { name, differences: runDifferences(before, now) };
  });
  const ofReplies = longest(recorded.replies, replies).map((at): Check => {
    const [before, now] = [recorded.replies[at]?.text, replies[at]];
    return { name: `Message ${at + 1} in Slack`, differences: before === now ? [] : lineChanges(before, now) };
  });
  return [
    ...(stuck === undefined ? [] : [{ name: 'Played to the end', differences: [stuck] }]),
    ...ofRuns,
    ...ofReplies,
  ];
}

/** For a terminal. */
export function reportOf(checks: readonly Check[]): string {
  const same = checks.filter(({ differences }) => differences.length === 0).length;
  const lines = checks.flatMap(({ name, differences }) => [
    `${differences.length === 0 ? 'same   ' : 'DIFFERS'}  ${name}`,
    ...differences.map((line) => `           ${line}`),
  ]);
  const end =
    same === checks.length ? `All ${same} are the same.` : `${checks.length - same} of ${checks.length} differ.`;
  return [...lines, '', end, ''].join('\n');
}

function runDifferences(before: RecordedRun, now: RecordedRun): string[] {
  return [
    ...(before.state === now.state ? [] : [`It ended as "${now.state}" instead of "${before.state}".`]),
    ...(before.questions.join() === now.questions.join() ? [] : ['It answers other messages.']),
    ...(before.model === now.model ? [] : [`Model: ${now.model ?? 'none'} instead of ${before.model ?? 'none'}.`]),
    ...promptDifferences(before.prompt, now.prompt),
  ];
}

function promptDifferences(before: RecordedRun['prompt'], now: RecordedRun['prompt']): string[] {
  const changes = diffOf(before, now).filter((change) => change.kind !== 'same');
  const lines: string[] = [];
  for (let at = 0; at < changes.length; at += 1) {
    const [change, next] = [changes[at], changes[at + 1]];
    if (!change) continue;
    // A message that was replaced: only its lines that differ.
    const replaced = change.kind === 'removed' && next?.kind === 'added' && next.role === change.role;
    const [old, new_] = replaced
      ? [change.content, next.content]
      : change.kind === 'removed'
        ? [change.content, undefined]
        : [undefined, change.content];
    lines.push(`Prompt, a ${change.role} message:`, ...lineChanges(old, new_));
    if (replaced) at += 1;
  }
  return lines;
}

/** Lines of one text that the other has not. */
function lineChanges(before = '', now = ''): string[] {
  const [old, added] = [before.split('\n'), now.split('\n')];
  const changed = [
    ...old.filter((line) => !added.includes(line)).map((line) => `- ${line}`),
    ...added.filter((line) => !old.includes(line)).map((line) => `+ ${line}`),
  ].filter((line) => line.trim().length > 1);
  // The same lines, in another order or another number.
  if (changed.length === 0) return ['- (the same lines in another order)'];
  const shown = changed.slice(0, MAX_LINES).map((line) => cut(line));
  return changed.length > MAX_LINES ? [...shown, `… and ${changed.length - MAX_LINES} more lines`] : shown;
}

function cut(line: string): string {
  const characters = Array.from(line);
  return characters.length > MAX_CHARACTERS ? `${characters.slice(0, MAX_CHARACTERS).join('')}…` : line;
}

function longest(one: readonly unknown[], other: readonly unknown[]): number[] {
  return Array.from({ length: Math.max(one.length, other.length) }, (_, at) => at);
}
