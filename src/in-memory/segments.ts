/** The segments of one conversation in the in-memory store, and the turns that they cover. */
import type { Segment } from '../core/conversation.js';
import type { Compaction } from '../core/ports.js';
import { byPosition, oldestFrom, type Turn } from '../core/turn.js';

interface Node {
  segment: Segment;
  /** What it was made of: `ts` of turns, and smaller segments. A sealed segment has neither. */
  turns: string[];
  parts: Node[];
  isSealed: boolean;
}

export class Segments {
  #nodes: Node[] = [];
  readonly #folded = new Map<string, Turn | undefined>();
  readonly #turns: Map<string, Turn | undefined>;
  /** Whose change of a turn dropped a segment, until the next is stored; '' if that is not known. */
  unfoldedBy: string | undefined;

  /** `turns`: those that no segment covers. */
  constructor(turns: Map<string, Turn | undefined>) {
    this.#turns = turns;
  }

  get all(): Segment[] {
    return this.#nodes.map(({ segment }) => segment);
  }

  /** The turns that segments cover, as far as they are known. */
  get covered(): [ts: string, turn: Turn | undefined][] {
    return [...this.#folded];
  }

  /** Whether any turns are known only from a segment. */
  get hasSealed(): boolean {
    const isSealed = (node: Node): boolean => node.isSealed || node.parts.some(isSealed);
    return this.#nodes.some(isSealed);
  }

  /** Whether a segment covers the turn, removed turns included. */
  has(ts: string): boolean {
    return this.#folded.has(ts);
  }

  get(ts: string): Turn | undefined {
    return this.#folded.get(ts);
  }

  add(id: string, { segment, turns, before, segments, seal }: Compaction): void {
    this.unfoldedBy = undefined;
    const parts = this.#nodes.filter((node) => segments.includes(node.segment.id));
    const covered = this.#fold(turns, segment.newest);
    const place = this.#nodes.findIndex((node) => node === parts[0] || node.segment.id === before);
    const node = { segment: { id, ...segment }, turns: covered, parts, isSealed: false };
    this.#nodes.splice(place < 0 ? this.#nodes.length : place, parts.length, node);
    for (const { id: old } of seal) this.#seal(this.#nodes.find((other) => other.segment.id === old));
  }

  /** Drops the smallest segment that covers the turn, or each that may; its turns return. False if none does. `by`: see `unfoldedBy`. */
  unfold(ts: string, by = ''): boolean {
    const covering = new Set(this.#nodes.filter((node) => this.#covers(node, ts)));
    if (covering.size === 0) return false;
    const left = this.#nodes.flatMap((node) => (covering.has(node) ? this.#without(node, ts) : [node]));
    this.#nodes = left.toSorted((a, b) => byPosition(a.segment, b.segment));
    this.unfoldedBy = by;
    return true;
  }

  #fold(listed: readonly string[], newest: string): string[] {
    // Removed turns go with their neighbours.
    const removed = [...this.#turns].flatMap(([ts, turn]) => (turn === undefined && ts <= newest ? [ts] : []));
    const covered = [...listed.filter((ts) => this.#turns.has(ts)), ...removed];
    for (const ts of covered) {
      this.#folded.set(ts, this.#turns.get(ts));
      this.#turns.delete(ts);
    }
    return covered;
  }

  #covers(node: Node, ts: string): boolean {
    if (node.isSealed) {
      const { position, newest } = node.segment;
      return oldestFrom(position) <= ts && ts <= newest && !this.#folded.has(ts) && !this.#turns.has(ts);
    }
    return node.turns.includes(ts) || node.parts.some((part) => this.#covers(part, ts));
  }

  /** What stays of a segment whose turn has changed. */
  #without(node: Node, ts: string): Node[] {
    for (const covered of node.turns) {
      this.#turns.set(covered, this.#folded.get(covered));
      this.#folded.delete(covered);
    }
    return node.parts.flatMap((part) => (this.#covers(part, ts) ? this.#without(part, ts) : [part]));
  }

  #seal(node: Node | undefined): void {
    if (!node) return;
    for (const ts of node.turns) this.#folded.delete(ts);
    for (const part of node.parts) this.#seal(part);
    Object.assign(node, { turns: [], parts: [], isSealed: true });
  }
}
