/**
 * Options of an `LRUCache` for so many entries. With its own option `max`, it reserves memory for all of them at once: 1.5 MB
 * for 20,000.
 */
export function atMost(entries: number): { maxSize: number; sizeCalculation: () => number } {
  return { maxSize: entries, sizeCalculation: () => 1 };
}
