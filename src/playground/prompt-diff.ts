/** What changed from one prompt to the next, message by message. Pure. */
import { textOf } from '../core/content.js';
import type { PromptMessage } from '../core/ports.js';
import { messageTokens } from '../prompt/tokens.js';
import type { PromptChange } from './inspection.js';

/** Beyond this many pairs, what differs in the middle counts as replaced: comparing takes time for each pair. */
const MAX_PAIRS = 250_000;

export function diffOf(before: readonly PromptMessage[], after: readonly PromptMessage[]): PromptChange[] {
  const [old, now] = [before.map(keyOf), after.map(keyOf)];
  let start = 0;
  while (start < Math.min(old.length, now.length) && old[start] === now[start]) start += 1;
  let end = 0;
  while (end < Math.min(old.length, now.length) - start && old.at(-1 - end) === now.at(-1 - end)) end += 1;
  const kept = commonIn(old.slice(start, old.length - end), now.slice(start, now.length - end));

  const changes: PromptChange[] = [];
  const same = (count: number): void => {
    const last = changes.at(-1);
    if (count === 0) return;
    if (last?.kind === 'same') changes[changes.length - 1] = { kind: 'same', count: last.count + count };
    else changes.push({ kind: 'same', count });
  };
  same(start);
  let [at, to] = [start, start];
  for (const [inOld, inNow] of [...kept, [old.length - end - start, now.length - end - start] as const]) {
    for (; at < start + inOld; at += 1) changes.push(change('removed', before[at]));
    for (; to < start + inNow; to += 1) changes.push(change('added', after[to]));
    if (at < old.length - end && to < now.length - end) {
      same(1);
      at += 1;
      to += 1;
    }
  }
  same(end);
  return changes;
}

function change(kind: 'added' | 'removed', message: PromptMessage | undefined): PromptChange {
  const { role, content } = message ?? { role: 'user', content: '' };
  return { kind, role, content: textOf(content), tokens: messageTokens(content) };
}

function keyOf({ role, content }: PromptMessage): string {
  return `${role} ${JSON.stringify(content)}`;
}

/** Places of the longest common subsequence, as pairs `[in old, in now]`. */
function commonIn(old: readonly string[], now: readonly string[]): (readonly [number, number])[] {
  if (old.length * now.length > MAX_PAIRS) return [];
  const width = now.length + 1;
  const lengths = new Uint32Array((old.length + 1) * width);
  const lengthAt = (i: number, j: number): number => lengths[i * width + j] ?? 0;
  for (let i = old.length - 1; i >= 0; i -= 1) {
    for (let j = now.length - 1; j >= 0; j -= 1) {
      lengths[i * width + j] =
        old[i] === now[j] ? lengthAt(i + 1, j + 1) + 1 : Math.max(lengthAt(i + 1, j), lengthAt(i, j + 1));
    }
  }
  const pairs: (readonly [number, number])[] = [];
  for (let [i, j] = [0, 0]; i < old.length && j < now.length;) {
    if (old[i] === now[j]) {
      pairs.push([i, j]);
      i += 1;
      j += 1;
    } else if (lengthAt(i + 1, j) >= lengthAt(i, j + 1)) i += 1;
    else j += 1;
  }
  return pairs;
}
