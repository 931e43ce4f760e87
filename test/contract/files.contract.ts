/** Contract suite of `FileStore`, run on every adapter. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { FileContent } from '../../src/core/files.js';
import type { FilePlace, FileStore } from '../../src/core/ports.js';

export interface FilesFixture {
  files: FileStore;
  /** The store of another process, with the same files. */
  other: FileStore;
  /** Waits until a claim of F1 that nobody renews has ended. */
  claimEnds(): Promise<void>;
  close(): Promise<void>;
}

const PLACE: FilePlace = { key: 'T1:C1:1766458000.000001', ts: '1766458000.000002' };
const ELSEWHERE: FilePlace = { key: 'T1:C2:1766458000.000003', ts: '1766458000.000003' };
const CONTENTS: FileContent[] = [
  { kind: 'text', text: 'knit one' },
  { kind: 'text', text: '', about: 'table of 2 columns', cut: { unit: 'rows', shown: 1, of: 3 } },
  { kind: 'text', text: '', pictures: [{ page: 2, width: 3, height: 4 }] },
  { kind: 'problem', problem: 'too_large' },
];
const [TEXT = { kind: 'text', text: '' }] = CONTENTS;
const DELETED: FileContent = { kind: 'problem', problem: 'deleted' };

export function filesContract(name: string, make: () => Promise<FilesFixture>): void {
  describe(`FileStore in ${name}`, () => {
    let fixture: FilesFixture;
    let files: FileStore;
    beforeEach(async () => {
      fixture = await make();
      ({ files } = fixture);
    });
    afterEach(() => fixture.close());

    test('knows nothing of a file that nobody has read', async () => {
      expect(await files.read('T1', 'F1', PLACE)).toBeUndefined();
    });

    test.each(CONTENTS)('keeps what was read, for all processes: %j', async (content) => {
      await files.save('T1', 'F1', content);
      expect(await fixture.other.read('T1', 'F1', PLACE)).toEqual(content);
      expect(await files.read('T2', 'F1', PLACE)).toBeUndefined();
      expect(await files.read('T1', 'F2', PLACE)).toBeUndefined();
    });

    test('keeps what came first', async () => {
      await files.save('T1', 'F1', TEXT);
      await files.save('T1', 'F1', { kind: 'text', text: 'purl' });
      expect(await files.read('T1', 'F1', PLACE)).toEqual(TEXT);
    });

    test('is read by one owner at a time, who may renew the claim', async () => {
      expect(await files.claim('T1', 'F1', 'one')).toBe(1);
      expect(await files.claim('T1', 'F1', 'one')).toBe(1);
      expect(await fixture.other.claim('T1', 'F1', 'two')).toBeUndefined();
      expect(await fixture.other.claim('T1', 'F2', 'two')).toBe(1);
    });

    test('is free when its owner has ended, and what others had is not theirs to end', async () => {
      await files.claim('T1', 'F1', 'one');
      await fixture.other.release('T1', 'F1', 'two');
      expect(await fixture.other.claim('T1', 'F1', 'two')).toBeUndefined();
      await files.release('T1', 'F1', 'one');
      expect(await fixture.other.claim('T1', 'F1', 'two')).toBe(1);
    });

    test('cannot be claimed once it is read, or removed', async () => {
      await files.claim('T1', 'F1', 'one');
      await files.save('T1', 'F1', TEXT);
      expect(await files.claim('T1', 'F1', 'one')).toBeUndefined();
      await files.remove('T1', 'F2');
      expect(await files.claim('T1', 'F2', 'one')).toBeUndefined();
    });

    test('counts the owners of which each has died', async () => {
      for (const [at, owner] of ['one', 'two', 'three'].entries()) {
        await fixture.claimEnds();
        expect(await files.claim('T1', 'F1', owner)).toBe(at + 1);
      }
    });

    test('forgets, and keeps nothing that was read before', async () => {
      await files.save('T1', 'F1', TEXT);
      await files.forget('T1', 'F1');
      expect(await files.read('T1', 'F1', PLACE)).toBeUndefined();
      await fixture.other.save('T1', 'F1', TEXT);
      expect(await files.read('T1', 'F1', PLACE)).toBeUndefined();
    });

    test('tells where a removed file was shown, each place once, and keeps nothing of it any more', async () => {
      await files.read('T1', 'F1', PLACE);
      await files.read('T1', 'F1', PLACE);
      await files.read('T1', 'F1', ELSEWHERE);
      await files.read('T1', 'F2', ELSEWHERE);
      await files.save('T1', 'F1', TEXT);
      const places = await fixture.other.remove('T1', 'F1');
      expect(places.toSorted((a, b) => (a.key < b.key ? -1 : 1))).toEqual([PLACE, ELSEWHERE]);
      await files.save('T1', 'F1', TEXT);
      await files.forget('T1', 'F1');
      expect(await files.read('T1', 'F1', PLACE)).toEqual(DELETED);
      expect(await files.remove('T1', 'F1')).toHaveLength(2);
    });

    test('remembers that a file was removed before anybody read it', async () => {
      expect(await files.remove('T1', 'F1')).toEqual([]);
      expect(await files.read('T1', 'F1', PLACE)).toEqual(DELETED);
    });
  });
}
