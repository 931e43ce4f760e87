/** What was read of files goes along with what was said. */
import { beforeEach, expect, test } from '@jest/globals';
import { forgettingFiles } from '../../src/conversation/forget.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { ConversationStore } from '../../src/core/ports.js';
import { memoryStore } from '../../src/in-memory/store.js';

const ID = { team: 'T1', channel: 'C1', thread: '1.000000' };
const KEY = keyOf(ID);
let plain: ConversationStore;
let gone: string[];
let isDown: boolean;
let store: ConversationStore;

beforeEach(async () => {
  [plain, gone, isDown] = [memoryStore(), [], false];
  const forget = async (team: string, ids: readonly string[]): Promise<void> => {
    if (isDown) throw new Error('down');
    gone.push(...ids.map((id) => `${team} ${id}`));
  };
  store = forgettingFiles(plain, { forget });
  for (const [ts, author, id] of [
    ['1.000000', 'U1', 'F1'],
    ['2.000000', 'U2', 'F2'],
  ] as const) {
    const files = [{ id, name: 'a.txt' }];
    await store.append({ conversation: ID, ts, author, text: 'look', files, addressed: 'bot' }, 'yes');
  }
});

test('of a whole conversation', async () => {
  expect(await store.forget(KEY)).toBe(2);
  expect(gone).toEqual(['T1 F1', 'T1 F2']);
});

test("of a person's conversation: what others show is read again", async () => {
  expect(await store.forgetAuthor(KEY, 'U1')).toBe(1);
  expect(gone).toContain('T1 F1');
  expect(await plain.filesOf(KEY)).toEqual(['F2']);
});

test('also when the first try fails', async () => {
  isDown = true;
  await expect(store.forget(KEY)).rejects.toThrow('down');
  isDown = false;
  expect(await store.forget(KEY)).toBe(2);
  expect(gone).toEqual(['T1 F1', 'T1 F2']);
});
