import type { Script } from '../model-server.js';

/** 300 ms to the first token and 67 tokens a second: a small model at OpenAI. */
const FIRST_MS = 300;
const GAP_MS = 15;

/** With the "Answer 17:" before it, 60 words. */
const PROSE =
  'We begin with a short list of what has to be ready, and give each part to one person. On Monday we look at the ' +
  'list together, and take out what can wait. From Wednesday on we only repair. The release goes out on Thursday ' +
  'morning, so that everybody is there, should something have to be taken back.';

export function questionText(number: number): string {
  return `Question ${number}: how shall we plan the next release?`;
}

export function answerText(number: number): string {
  return `Answer ${number}: ${PROSE}`;
}

/** Number of the newest question in a request's body. */
export function questionNumberIn(body: string): number {
  return Number([...body.matchAll(/Question (\d+):/g)].at(-1)?.[1]);
}

/** A chunk for each word and each mark, about what OpenAI's tokens are. */
export function answerScript(number: number): Script {
  return { chunks: answerText(number).match(/\s?\w+|[^\w\s]/g) ?? [], firstMs: FIRST_MS, gapMs: GAP_MS };
}
