/** A text of which parts stand in files: what its messages show, and which part of the whole each stands for. Pure. */
import type { TextEdit } from './long-blocks.js';
import type { ReplyPart } from './split.js';

/**
 * The parts of the edited text. Their sources are slices of the whole text, and joined they are that. `edits`: in order,
 * without overlaps.
 */
export function abridgedParts(
  text: string,
  edits: readonly TextEdit[],
  split: (shown: string) => ReplyPart[],
): ReplyPart[] {
  let shown = '';
  let from = 0;
  for (const edit of edits) {
    shown += text.slice(from, edit.start) + edit.text;
    from = edit.end;
  }
  shown += text.slice(from);
  let [at, begun] = [0, 0];
  return split(shown).map((part, index, all) => {
    at += part.source.length;
    const end = index === all.length - 1 ? text.length : inWhole(at, edits);
    const source = text.slice(begun, end);
    begun = end;
    return { ...part, source };
  });
}

/** Where a point of the edited text is in the whole one. What a point divides belongs to what follows. */
function inWhole(point: number, edits: readonly TextEdit[]): number {
  let shift = 0;
  for (const { start, end, text } of edits) {
    const begins = start - shift;
    if (point <= begins) break;
    if (point < begins + text.length) return start;
    shift = end - (begins + text.length);
  }
  return point + shift;
}
