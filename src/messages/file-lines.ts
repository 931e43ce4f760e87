import type { FileNote, FileProblem } from '../core/files.js';

/** One line for each file, below an answer. Names are shown as they are. */
export function fileLines(
  notes: readonly FileNote[],
  say: (name: string, problem: FileProblem | undefined) => string,
): string {
  const lines = notes.map(({ name, problem }) => `_${say(`\`${name.replaceAll('`', "'")}\``, problem)}_`);
  return `\n\n${lines.join('\n')}`;
}
