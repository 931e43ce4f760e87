import { expect, test } from '@jest/globals';
import { LRUCache } from 'lru-cache';
import { atMost } from '../../src/core/cache-size.js';

test('the entries that were not used for longest give way', () => {
  const cache = new LRUCache<string, number>(atMost(2));
  cache.set('a', 1).set('b', 2);
  cache.get('a');
  cache.set('c', 3);
  expect([...cache.keys()].toSorted()).toEqual(['a', 'c']);
});
