/** Time and memory of reading a file, by kind, each in a separate process as the bot does it. On Linux. */
import { fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { flagsOrExit } from '../scripts/command-line.js';
import type { FileContent } from '../src/core/files.js';
import type { Order } from '../src/files/child.js';
import { heic, tileOf } from '../test/files/heic.js';
import { docx, pdf, pptx, type Scan, scans, xlsx } from '../test/files/samples.js';

const PROGRAM = fileURLToPath(new URL('../dist/child.js', import.meta.url));
const BOUNDS = { maxMegapixels: 50, maxPages: 50, maxRows: 500, maxTokens: 20_000 };
const ROUNDS = 5;
const MEGABYTE = 2 ** 20;
const POLL_MS = 2;
const WORDS = 'knit one, purl two, and turn the work. ';

/** DIN A4. */
const SCANNED: Scan = { width: 2_480, height: 3_508, bits: 1 };

/** As iPhones make them of photos. By `heif-enc -q 35`, of noise. */
const GRAIN = tileOf(readFileSync(new URL('grain.heic', import.meta.url)), 512);

const USAGE = `Usage: npm run bench:files

Measures the time and memory of reading a file, by kind, each in a separate process as in the bot. Needs Linux.`;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

async function kinds(): Promise<[string, string, Uint8Array][]> {
  const grain = { type: 'gaussian' as const, mean: 128, sigma: 30 };
  const photo = sharp({ create: { width: 4_000, height: 3_000, channels: 3, background: '#fff', noise: grain } });
  const rows = Array.from({ length: 20_000 }, (_, at) => [at, WORDS, at / 7]);
  return [
    ['a note', 'a.txt', Buffer.from(WORDS)],
    ['a log of 10 MB', 'a.log', Buffer.from(WORDS.repeat(256_000))],
    ['a table of 200,000 rows', 'a.csv', Buffer.from('a,b,c\n1,2,"three"\n'.repeat(100_000))],
    ['PDF of 50 pages', 'a.pdf', pdf(Array.from({ length: 50 }, () => WORDS.repeat(40)))],
    ['PDF of 10 scanned pages, 300 dpi', 'a.pdf', scans(Array.from({ length: 10 }, () => SCANNED))],
    ['Word, 2,000 paragraphs', 'a.docx', docx(`${WORDS.repeat(5)}\n`.repeat(2_000))],
    ['PowerPoint of 50 slides', 'a.pptx', pptx(Array.from({ length: 50 }, () => WORDS))],
    ['Excel of 20,000 rows', 'a.xlsx', xlsx(rows)],
    [
      'a screenshot',
      'a.png',
      await sharp({ create: { width: 2_560, height: 1_440, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    ],
    ['a photo of 12 megapixels', 'a.jpg', await photo.jpeg().toBuffer()],
    ['an iPhone photo of 12 megapixels', 'a.heic', heic([{ width: 4_032, height: 3_024, turns: 3 }], { tile: GRAIN })],
    ['an iPhone photo of 48 megapixels', 'a.heic', heic([{ width: 8_064, height: 6_048 }], { tile: GRAIN })],
  ];
}

/** Highest resident memory of a process so far, in bytes; 0 once it has ended. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kilobytes = '0'] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kilobytes) * 1_024;
  } catch {
    return 0;
  }
}

async function measured(name: string, bytes: Uint8Array): Promise<{ ms: number; peak: number; kind: string }> {
  const begun = performance.now();
  const child = fork(PROGRAM, { env: {}, serialization: 'advanced', stdio: ['ignore', 'ignore', 'ignore', 'ipc'] });
  let peak = 0;
  const poll = setInterval(() => {
    peak = Math.max(peak, peakOf(child.pid));
  }, POLL_MS);
  const order: Order = {
    bytes,
    file: { id: 'F1', name },
    bounds: BOUNDS,
    maxMemory: 512 * MEGABYTE,
    memorySignal: 'SIGUSR2',
    bot: process.pid,
  };
  child.send(order);
  const { kind } = await new Promise<FileContent | { kind: string }>((resolve) => {
    child.once('message', (content) => resolve(content as FileContent));
    child.once('exit', () => resolve({ kind: 'died' }));
  });
  clearInterval(poll);
  return { ms: performance.now() - begun, peak, kind };
}

flagsOrExit(USAGE, {});
say('| File | Bytes | Time (median) | Memory (peak) | Outcome |\n| --- | --- | --- | --- | --- |');
for (const [what, name, bytes] of await kinds()) {
  const rounds = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measured(name, bytes));
  const [median] = rounds
    .map(({ ms }) => ms)
    .toSorted((a, b) => a - b)
    .slice(Math.floor(ROUNDS / 2));
  const peak = Math.max(...rounds.map((round) => round.peak)) / MEGABYTE;
  const outcomes = [...new Set(rounds.map(({ kind }) => kind))].join(', ');
  say(
    `| ${what} | ${bytes.length.toLocaleString('en')} | ${Math.round(median ?? 0)} ms | ${Math.round(peak)} MB | ${outcomes} |`,
  );
}
