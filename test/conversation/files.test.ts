import { beforeEach, describe, expect, test } from '@jest/globals';
import { conversationFiles, type ConversationFiles } from '../../src/conversation/files.js';
import { keyOf } from '../../src/core/conversation-id.js';
import type { Conversation } from '../../src/core/conversation.js';
import { BudgetReachedError, ModelError } from '../../src/core/errors.js';
import { CLAIM_MS, type FileContent, type FileProblem, type FileReference, type Sound } from '../../src/core/files.js';
import type { PersonTurn } from '../../src/core/turn.js';
import { memoryFiles } from '../../src/in-memory/files.js';
import { memoryStore } from '../../src/in-memory/store.js';
import type { MeteredTranscriber, TranscriptRequest } from '../../src/usage/transcripts.js';
import { FakeClock } from '../support/clock.js';
import { FakeQueue, RecordingLogger } from '../support/doubles.js';

const ID = { team: 'T1', channel: 'C1', thread: '1766458000.000001' };
const KEY = keyOf(ID);
const signal = new AbortController().signal;
const file = (n: number, mimetype?: string): FileReference => ({
  id: `F${n}`,
  name: `${n}.txt`,
  ...(mimetype && { mimetype }),
});
const turn = (n: number, ...files: FileReference[]): PersonTurn => ({
  role: 'person',
  ts: `1766458000.${String(n).padStart(6, '0')}`,
  author: 'U1',
  text: `words ${n}`,
  ...(files.length > 0 && { files }),
});
const conversation = (...turns: PersonTurn[]): Conversation => ({
  id: ID,
  turns,
  pending: turns.slice(-1).map(({ ts }) => ts),
  backlogRead: true,
});

let downloads: string[];
let got: Uint8Array | FileProblem;
let read: (file: FileReference) => FileContent | Sound;
let store: ReturnType<typeof memoryStore>;
let queue: FakeQueue;
let clock: FakeClock;
let files: ConversationFiles;
/** Models. */
const BLIND = {};
const SEEING = { imageTokens: () => 9 };
const made = (shared = memoryFiles(clock), transcriber?: MeteredTranscriber, pdfAsFile = false): ConversationFiles =>
  conversationFiles({
    files: shared,
    source: {
      download: async (_team, { id }) => {
        downloads.push(id);
        return got;
      },
    },
    reader: { extract: async (_bytes, one) => read(one) },
    store,
    queue,
    isRead: true,
    maxTokens: 1_000,
    pdfAsFile,
    ...(transcriber && { transcriber }),
    clock,
    logger: new RecordingLogger(),
  });
beforeEach(() => {
  downloads = [];
  got = Buffer.from('x');
  read = ({ id }) => ({ kind: 'text', text: `in ${id}` });
  store = memoryStore();
  queue = new FakeQueue();
  clock = new FakeClock();
  files = made();
});
const partsOf = ({ turns }: Conversation): string[] =>
  turns.flatMap((one) => (one.role === 'person' ? (one.parts ?? []) : [])).map(({ text }) => text);

test('a conversation without files stays the same', async () => {
  const plain = conversation(turn(1));
  expect((await files.read(plain, BLIND, signal)).conversation).toBe(plain);
});

test('each file is read once, and is part of its turn', async () => {
  const asked = conversation(turn(1, file(1)), turn(2), turn(3, file(2), file(1)));
  await files.read(asked, BLIND, signal);
  const again = await files.read(asked, BLIND, signal);
  expect(downloads.toSorted()).toEqual(['F1', 'F2']);
  expect(partsOf(again.conversation).filter((text) => text.startsWith('words'))).toEqual(['words 1', 'words 3']);
  expect(partsOf(again.conversation).join('')).toMatch(/in F1[^]*in F2[^]*in F1/);
});

test('what may pass is tried again, anything else is remembered', async () => {
  const asked = conversation(turn(1, file(1)));
  for (const [problem, tries] of [
    ['unavailable', 2],
    ['no_access', 2],
    ['elsewhere', 1],
  ] as const) {
    downloads = [];
    files = made();
    got = problem;
    await files.read(asked, BLIND, signal);
    expect((await files.read(asked, BLIND, signal)).notes).toEqual([{ name: '1.txt', problem }]);
    expect(downloads).toHaveLength(tries);
  }
});

test('what Slack has heard in a voice message needs no download', async () => {
  const voice = { ...file(1, 'audio/mp4'), transcript: 'Knit one.' };
  const { conversation: shown, notes } = await files.read(conversation(turn(1, voice)), BLIND, signal);
  expect(partsOf(shown).join('')).toMatch(/transcript that Slack made[^]*Knit one\./);
  expect([downloads, notes]).toEqual([[], []]);
});

test('of what Slack has heard only the beginning of, the prompt says so', async () => {
  const voice = { ...file(1, 'audio/mp4'), transcript: 'Knit one', transcriptIsCut: true as const };
  const { conversation: shown } = await files.read(conversation(turn(1, voice)), BLIND, signal);
  expect(partsOf(shown).join('')).toMatch(/Slack made of the beginning of what is said[^]*Knit one/);
});

describe('a recording', () => {
  const voice = file(1, 'audio/mp4');
  const asked = conversation(turn(1, voice));
  let shared: ReturnType<typeof memoryFiles>;
  let heard: TranscriptRequest[];
  let say: (request: TranscriptRequest) => Promise<string>;
  const transcriber: MeteredTranscriber = {
    maxBytes: 10,
    transcribe(request) {
      heard.push(request);
      return say(request);
    },
  };
  beforeEach(() => {
    shared = memoryFiles(clock);
    heard = [];
    say = async () => ' Knit one. ';
    read = () => ({ kind: 'sound', format: 'mp3' });
  });
  const shownBy = async (one: ConversationFiles, of = asked): Promise<string> =>
    partsOf((await one.read(of, BLIND, signal)).conversation).join('');

  test('is listened to once, for all processes, and billed to who attached it', async () => {
    for (const one of [made(shared, transcriber), made(shared, transcriber)])
      expect(await shownBy(one)).toMatch(/a transcript of what is said in it[^]*```\nKnit one\.\n```/);
    expect(heard).toMatchObject([{ file: 'F1', person: 'U1', sound: { format: 'mp3' } }]);
  });

  test('is not downloaded where nothing listens, and people are told how to switch that on', async () => {
    const { conversation: shown, notes } = await made(shared).read(asked, BLIND, signal);
    expect(partsOf(shown).join('')).toContain('it holds sound, and you cannot listen');
    expect([downloads, notes]).toEqual([[], [{ name: '1.txt', problem: 'no_transcription' }]]);
    expect(await shownBy(made(shared, transcriber))).toContain('Knit one.');
  });

  test('whose name says something else is told by its bytes', async () => {
    const { notes } = await made(shared).read(conversation(turn(1, file(1))), BLIND, signal);
    expect(notes).toEqual([{ name: '1.txt', problem: 'no_transcription' }]);
    expect(await shownBy(made(shared, transcriber), conversation(turn(1, file(1))))).toContain('Knit one.');
  });

  test('of which Slack has heard the beginning is listened to, and the beginning is better than nothing', async () => {
    const cut = conversation(turn(1, { ...voice, transcript: 'Knit', transcriptIsCut: true }));
    say = () => Promise.reject(new ModelError('unavailable', 'gone'));
    expect(await shownBy(made(shared, transcriber), cut)).toMatch(/of the beginning[^]*Knit\n/);
    say = async () => 'Knit one.';
    expect(await shownBy(made(shared, transcriber), cut)).toContain('Knit one.');
  });

  test.each([
    ['larger than the service takes', 'too_large', 0],
    ['in which nobody speaks', 'empty', 1],
    ['of a format that the service refuses', 'unknown_kind', 1],
    ['while the service fails', 'not_transcribed', 2],
  ] as const)('%s is said not to be read: %s', async (what, problem, tries) => {
    if (problem === 'too_large') got = Buffer.alloc(11);
    say = async () => {
      if (problem === 'empty') return ' ';
      throw new ModelError(problem === 'unknown_kind' ? 'bad_request' : 'unavailable', what);
    };
    for (const one of [made(shared, transcriber), made(shared, transcriber)])
      expect((await one.read(asked, BLIND, signal)).notes).toEqual([{ name: '1.txt', problem }]);
    expect(heard).toHaveLength(tries);
  });

  test('that no budget is left for fails as the answer would, and is free for others', async () => {
    say = () => Promise.reject(new BudgetReachedError('person', 0));
    await expect(made(shared, transcriber).read(asked, BLIND, signal)).rejects.toThrow(BudgetReachedError);
    expect(await shared.claim('T1', 'F1', 'other')).toBe(1);
  });

  test('that another process listens to is waited for', async () => {
    await shared.claim('T1', 'F1', 'other');
    const shown = shownBy(made(shared, transcriber));
    await clock.untilSleeping();
    await shared.save('T1', 'F1', { kind: 'text', text: 'Purl two.' });
    await clock.advance(1_000);
    expect(await shown).toContain('Purl two.');
    expect(heard).toEqual([]);
  });

  test('whose process died is taken over', async () => {
    await shared.claim('T1', 'F1', 'dead');
    const shown = shownBy(made(shared, transcriber));
    await clock.untilSleeping();
    await clock.advance(CLAIM_MS);
    expect(await shown).toContain('Knit one.');
  });

  test('that takes long stays with its process', async () => {
    let finish: (text: string) => void = () => {};
    say = () => new Promise((resolve) => (finish = resolve));
    const shown = shownBy(made(shared, transcriber));
    await clock.untilSleeping();
    await clock.advance(10 * CLAIM_MS);
    expect(await shared.claim('T1', 'F1', 'other')).toBeUndefined();
    finish('Knit one.');
    expect(await shown).toContain('Knit one.');
    expect(clock.sleeping).toEqual([]);
  });

  test('over which three processes died is given up, in words', async () => {
    for (const dead of ['one', 'two', 'three']) {
      await shared.claim('T1', 'F1', dead);
      await clock.advance(CLAIM_MS);
    }
    const { notes } = await made(shared, transcriber).read(asked, BLIND, signal);
    expect(notes).toEqual([{ name: '1.txt', problem: 'too_slow' }]);
    expect(heard).toEqual([]);
  });
});

test('people are told only of the files of their question', async () => {
  got = 'too_large';
  const { notes } = await files.read(conversation(turn(1, file(1)), turn(2, file(2))), BLIND, signal);
  expect(notes).toEqual([{ name: '2.txt', problem: 'too_large' }]);
});

test('of very many files the newest are read', async () => {
  const many = Array.from({ length: 60 }, (_, n) => turn(n, file(n)));
  const { conversation: shown } = await files.read(conversation(...many), BLIND, signal);
  expect(downloads).toHaveLength(50);
  expect(partsOf(shown).join('')).not.toContain('in F9');
});

describe('pictures', () => {
  beforeEach(() => {
    read = () => ({ kind: 'image', width: 1, height: 1, data: 'A'.repeat(100_000) });
  });

  test('that are large are kept in this process, and downloaded by others', async () => {
    const shared = memoryFiles(new FakeClock());
    const asked = conversation(turn(1, file(1, 'image/png')));
    const [one, other] = [made(shared), made(shared)];
    for (const each of [one, one, other]) await each.read(asked, SEEING, signal);
    expect(downloads).toEqual(['F1', 'F1']);
    expect(await shared.read('T1', 'F1', { key: KEY, ts: '1' })).toEqual({ kind: 'image', width: 1, height: 1 });
  });

  test('of which there are many are shown as far as they are new', async () => {
    const many = Array.from({ length: 12 }, (_, n) => file(n, 'image/png'));
    const { conversation: shown, notes } = await made().read(conversation(turn(1, ...many)), SEEING, signal);
    const parts = shown.turns.flatMap((one) => (one.role === 'person' ? (one.parts ?? []) : []));
    expect(parts.filter(({ type }) => type === 'image')).toHaveLength(10);
    expect(notes).toEqual([
      { name: '0.txt', problem: 'older' },
      { name: '1.txt', problem: 'older' },
    ]);
  });

  test('are not downloaded for a model that cannot see', async () => {
    expect((await files.read(conversation(turn(1, file(1, 'image/png'))), BLIND, signal)).notes).toEqual([
      { name: '1.txt', problem: 'no_vision' },
    ]);
    expect(downloads).toEqual([]);
  });
});

test('a picture is shown to the models that see, whichever was asked first', async () => {
  read = () => ({ kind: 'image', width: 1, height: 1, data: 'AAAA' });
  const asked = conversation(turn(1, file(1, 'image/png')));
  const shownTo = async (model: typeof BLIND): Promise<number> => {
    const { turns } = (await files.read(asked, model, signal)).conversation;
    const parts = turns.flatMap((one) => (one.role === 'person' ? (one.parts ?? []) : []));
    return parts.filter(({ type }) => type === 'image').length;
  };
  expect([await shownTo(BLIND), await shownTo(SEEING), await shownTo(BLIND)]).toEqual([0, 1, 0]);
  expect(downloads).toEqual(['F1']);
});

describe('a deleted file', () => {
  test('is not read again, and wakes the conversations that show it', async () => {
    const message = { ...turn(1, file(1)), conversation: ID, addressed: 'bot' as const };
    await store.append(message, 'yes');
    await files.read(conversation(turn(1, file(1))), BLIND, signal);
    await store.load(KEY, 'run');
    await files.deleted('T1', 'F1');
    expect(queue.wakes).toEqual([KEY]);
    await expect(store.confirm(KEY, 'run')).rejects.toThrow();
    const { conversation: after } = await files.read(conversation(turn(1, file(1))), BLIND, signal);
    expect(partsOf(after).join('')).toContain('it was deleted');
    expect(downloads).toEqual(['F1']);
  });

  test('that nothing shows wakes nothing', async () => {
    await files.deleted('T1', 'F1');
    expect(queue.wakes).toEqual([]);
  });

  test('of a message only is read again where another one shows it', async () => {
    await files.read(conversation(turn(1, file(1))), BLIND, signal);
    await files.forget('T1', ['F1']);
    await files.read(conversation(turn(1, file(1))), BLIND, signal);
    expect(downloads).toEqual(['F1', 'F1']);
  });
});

describe('a scanned document', () => {
  const page = (at: number): { page: number; width: number; height: number; data: string } => ({
    page: at,
    width: 1,
    height: 1,
    data: 'A'.repeat(40_000),
  });
  const scan = (pages: number, text = ''): FileContent => ({
    kind: 'text',
    text,
    about: `PDF of ${pages} pages`,
    pictures: Array.from({ length: pages }, (_, at) => page(at + 1)),
  });
  const asked = conversation(turn(1, file(1)));
  const imagesIn = ({ turns }: Conversation): number =>
    turns.flatMap((one) => (one.role === 'person' ? (one.parts ?? []) : [])).filter(({ type }) => type === 'image')
      .length;

  test('is shown page by page to a model that sees, and its pictures are kept by each process', async () => {
    read = () => scan(2);
    const shared = memoryFiles(clock);
    const [one, other] = [made(shared), made(shared)];
    for (const each of [one, one, other]) {
      const { conversation: shown, notes } = await each.read(asked, SEEING, signal);
      expect([imagesIn(shown), notes]).toEqual([2, []]);
      expect(partsOf(shown).join('')).toMatch(/a PDF of 2 pages[^]*They follow[^]*Page 1 of[^]*Page 2 of/);
    }
    expect(downloads).toEqual(['F1', 'F1']);
    expect(JSON.stringify(await shared.read('T1', 'F1', { key: KEY, ts: '1' }))).not.toContain('AAAA');
  });

  test('is not read for a model that cannot see, but what is text in it is', async () => {
    read = () => scan(1);
    expect((await files.read(asked, BLIND, signal)).notes).toEqual([{ name: '1.txt', problem: 'no_vision' }]);
    read = () => scan(1, '[page 1]\nKnit one');
    files = made();
    const { conversation: shown, notes } = await files.read(asked, BLIND, signal);
    expect(partsOf(shown).join('')).toContain('Knit one');
    expect([imagesIn(shown), notes]).toEqual([0, [{ name: '1.txt' }]]);
  });

  test('shares the room for pictures with newer files, and people are told', async () => {
    read = () => scan(6);
    const { conversation: shown, notes } = await files.read(conversation(turn(1, file(1), file(2))), SEEING, signal);
    expect([imagesIn(shown), notes]).toEqual([10, [{ name: '1.txt' }]]);
  });
});

describe('a PDF, for a model that reads them itself', () => {
  const READING = { ...SEEING, readsPdfs: true as const };
  const pdf = (pages: number, more = {}): FileContent => ({
    kind: 'text',
    text: '[page 1]\nKnit one',
    about: `PDF of ${pages} pages`,
    pdf: { pages, bytes: 1 },
    ...more,
  });
  const asked = conversation(turn(1, file(1)));
  const kindsFor = async (one: ConversationFiles, model: object, of = asked): Promise<string[]> =>
    (await one.read(of, model, signal)).conversation.turns.flatMap((shown) =>
      shown.role === 'person' ? (shown.parts ?? []).slice(1).map(({ type }) => type) : [],
    );

  test('is given as it is where the settings say so, downloaded once by each process, and kept as text', async () => {
    read = () => pdf(2);
    const shared = memoryFiles(clock);
    const [one, other] = [made(shared, undefined, true), made(shared, undefined, true)];
    for (const each of [one, one, other]) expect(await kindsFor(each, READING)).toEqual(['document']);
    expect(downloads).toEqual(['F1', 'F1']);
    expect(await kindsFor(other, SEEING)).toEqual(['text']);
    expect(await shared.read('T1', 'F1', { key: KEY, ts: '1' })).toEqual(pdf(2));
  });

  test('counts with its text and its pages', async () => {
    read = () => pdf(2);
    const { conversation: shown } = await made(undefined, undefined, true).read(asked, READING, signal);
    const [part] = shown.turns.flatMap((one) => (one.role === 'person' ? (one.parts ?? []).slice(1) : []));
    expect(part).toMatchObject({ name: '1.txt', data: Buffer.from('x').toString('base64') });
    expect(part?.type === 'document' && part.tokens).toBeGreaterThan(18);
  });

  test.each<[string, FileContent, Uint8Array]>([
    ['whose pages take more than a text may', pdf(200), Buffer.from('x')],
    ['of which only a part is read', pdf(9, { cut: { unit: 'pages', shown: 3, of: 9 } }), Buffer.from('x')],
    ['of many bytes', pdf(2, { pdf: { pages: 2, bytes: 8_000_001 } }), Buffer.alloc(8_000_001)],
  ])('%s is given as text', async (_what, content, bytes) => {
    read = () => content;
    got = bytes;
    const one = made(undefined, undefined, true);
    for (let again = 0; again < 2; again += 1) expect(await kindsFor(one, READING)).toEqual(['text']);
  });

  test('is given as text where the settings do not say more', async () => {
    read = () => pdf(2);
    expect(await kindsFor(made(), READING)).toEqual(['text']);
  });
});
