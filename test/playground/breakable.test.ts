import { expect, test } from '@jest/globals';
import type { CompletionEvent } from '../../src/core/ports.js';
import { BreakableModel } from '../../src/playground/breakable.js';
import { done, ScriptedModel } from '../support/doubles.js';

const LONG = 'word '.repeat(100);
const piece = (text: string): CompletionEvent => ({ type: 'text', text });

async function answerOf(breakable: BreakableModel, model: ScriptedModel): Promise<CompletionEvent[]> {
  const events: CompletionEvent[] = [];
  const request = { messages: [], conversation: 'T1:D1:dm', signal: new AbortController().signal };
  for await (const event of breakable.wrap(model).complete(request)) events.push(event);
  return events;
}

test('an answer breaks halfway once, then restarts from its beginning', async () => {
  const breakable = new BreakableModel();
  const pieces = LONG.match(/.{1,20}/g)?.map(piece) ?? [];
  const model = new ScriptedModel([...pieces, done()]);
  breakable.breakNext();
  const events = await answerOf(breakable, model);
  const broken = events.findIndex(({ type }) => type === 'restart');
  expect(broken).toBeGreaterThan(2);
  expect(broken).toBeLessThan(pieces.length);
  expect(events.slice(broken + 1)).toEqual([...pieces, done()]);
  expect(await answerOf(breakable, model)).toEqual([...pieces, done()]);
});

test('a short answer breaks at its end', async () => {
  const breakable = new BreakableModel();
  breakable.breakNext();
  expect(await answerOf(breakable, new ScriptedModel([piece('Yes.'), done()]))).toEqual([
    piece('Yes.'),
    { type: 'restart' },
    piece('Yes.'),
    done(),
  ]);
});

test('without a break the model is passed through, including its name', async () => {
  const model = new ScriptedModel([piece('Yes.'), done()]);
  expect(new BreakableModel().wrap(model).name).toBe('scripted');
  expect(await answerOf(new BreakableModel(), model)).toEqual([piece('Yes.'), done()]);
});
