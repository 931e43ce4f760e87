import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompletionEvent, CompletionRequest, Model } from '../../src/core/ports.js';
import { Journal } from '../../src/playground/journal.js';
import { RequestError } from '../../src/playground/request.js';
import { type ModelChanges, type Rerun, Reruns } from '../../src/playground/reruns.js';
import { FakeClock } from '../support/clock.js';
import { type OpenPlayground, playgroundForTests, post } from './support.js';

const ROOT = '1766458026.000001';

/** Asks again for run 1 of a conversation; resolves with the last state and what the model got. */
async function rerun(
  changes: object,
  events: CompletionEvent[] | Error,
): Promise<{ last: Rerun; request: CompletionRequest; asked: ModelChanges }> {
  const journal = new Journal();
  journal.note(`T1:C1:${ROOT}`, 1, {
    type: 'prompted',
    model: 'old',
    messages: [
      { role: 'system', content: 'You are Skein.' },
      { role: 'user', content: 'hello' },
    ],
    budgetTokens: 1_000,
    leftOut: { oldest: 0, shortened: 0, notices: 0 },
    answers: [ROOT],
  });
  let request: CompletionRequest | undefined;
  let asked: ModelChanges = {};
  const model: Model = {
    name: 'new',
    limits: { contextWindow: 1_000, maxOutput: 100 },
    costOf: () => 0.5,
    async *complete(given) {
      request = given;
      if (events instanceof Error) throw events;
      yield* events;
    },
  };
  const last = await new Promise<Rerun>((resolve, reject) => {
    const reruns = new Reruns({
      team: 'T1',
      journal,
      clock: new FakeClock(),
      modelWith(given) {
        asked = given;
        return model;
      },
      publish: (state) => ['done', 'failed'].includes(state.state) && resolve(state),
    });
    try {
      expect(reruns.start({ channel: 'C1', thread: ROOT, run: 'r1', ...changes })).toEqual({ id: 1 });
    } catch (error) {
      reject(error);
    }
  });
  if (!request) throw new Error('no model was asked');
  return { last, request, asked };
}

const usage = { promptTokens: 5, cachedTokens: 0, completionTokens: 2 };
const said: CompletionEvent[] = [
  { type: 'text', text: 'Half' },
  { type: 'restart' },
  { type: 'text', text: 'A whole ' },
  { type: 'text', text: 'answer' },
  { type: 'done', finishReason: 'stop', usage },
];

describe('a run that is asked again', () => {
  test('has the same prompt but for what is changed', async () => {
    const { last, request, asked } = await rerun({ model: 'other', temperature: 0.5, system: 'Be brief.' }, said);
    expect(asked).toEqual({ model: 'other', temperature: 0.5 });
    expect(request.messages).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'user', content: 'hello' },
    ]);
    expect(last).toMatchObject({ state: 'done', text: 'A whole answer', usage, costUsd: 0.5, model: 'new' });
  });

  test('without changes has exactly the same prompt, and without a system message none', async () => {
    expect((await rerun({}, said)).request.messages[0]?.content).toBe('You are Skein.');
    expect((await rerun({ system: '' }, said)).request.messages).toEqual([{ role: 'user', content: 'hello' }]);
  });

  test('says why there is no answer', async () => {
    expect((await rerun({}, new Error('it is away'))).last).toMatchObject({ state: 'failed', problem: 'it is away' });
    await expect(rerun({ run: 'r7' }, said)).rejects.toThrow(RequestError);
  });
});

describe('over HTTP', () => {
  let open: OpenPlayground;
  beforeAll(async () => {
    open = await playgroundForTests({
      env: { OPENAI_BASE_URL: 'http://127.0.0.1:9/v1', OPENAI_MODEL: 'some-model' },
    });
  });
  afterAll(() => open.stop());

  test.each<[object, string]>([
    [{ run: 'r1' }, 'run: nothing was sent to a model for r1'],
    [{ run: 'r1', temperature: 3 }, 'temperature: is above 2'],
    [{ run: 'r1', model: ' ' }, 'model: is empty'],
    [{ run: 'r1', apiKey: 'x' }, 'apiKey'],
  ])('%j is refused', async (body, problem) => {
    const answer = await post(`${open.url}rerun`, { channel: 'C1', ...body });
    expect(answer.status).toBe(400);
    expect(answer.body['error']).toContain(problem);
  });
});
