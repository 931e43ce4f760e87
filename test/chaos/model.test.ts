import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FaultyModel } from '../../chaos/environment/model.js';
import { attachedFile, recordingOf } from '../../chaos/environment/prompt.js';
import { SeededRandom } from '../../chaos/random.js';
import { CLAIM_MS } from '../../src/core/files.js';

let model: FaultyModel;
let url: string;

beforeEach(async () => {
  model = new FaultyModel(new SeededRandom(1), 0);
  model.faulty = false;
  url = await model.start();
});
afterEach(() => model.stop());

const ask = (content = 'ada: q-1 what do you say?'): Promise<Response> =>
  fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content }] }),
  });

test('a model that stalls answers afterwards', async () => {
  const log: string[] = [];
  const over = model.stall('hang', 50).then(() => log.push('over'));
  const response = await ask();
  log.push('answered');
  expect(await response.text()).toContain('[[q-1]]');
  await over;
  expect(log).toEqual(['over', 'answered']);
  expect(model.prompts).toMatchObject([{ open: ['q-1'], outcome: 'answered' }]);
});

test('a page instead of an answer is a failure of the model', async () => {
  void model.stall('page', 60_000);
  const response = await ask();
  expect([response.status, await response.text()]).toEqual([502, expect.stringContaining('<html>')]);
  expect(model.prompts).toMatchObject([{ open: ['q-1'], outcome: 'failed' }]);
});

test.each([
  [['q-1 what do you say?', '(summed up)\n\n⟦q-2 r(q-1,q-2)=60⟧', 'q-3 what do you say?']],
  // Neighbouring messages of one role are one.
  [['q-1 what do you say?\n\n(summed up)\n\n⟦q-2 r(q-1,q-2)=60 c-4⟧\n\nq-3 what do you say?']],
])('a question is answered already where a summary behind it has a reply: %j', async (said) => {
  const response = await fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: said.map((content) => ({ role: 'user', content })) }),
  });
  expect(await response.text()).toContain('[[q-3]]');
  expect(model.prompts).toMatchObject([{ open: ['q-3'] }]);
});

test('a file that is named, and whose words are missing, is noticed', async () => {
  const send = async (content: string): Promise<readonly string[] | undefined> => {
    await (await ask(content)).text();
    return model.prompts.at(-1)?.unread;
  };
  const { name, content } = attachedFile(7);
  const named = `ada: q-7 what do you say?\n[file: ${name}, text/plain]`;
  expect(await send(named)).toEqual(['7']);
  expect(await send(`${named}\n${content}`)).toEqual([]);
  expect(await send(`${named}\n(The file "${name}" is not read: the download failed.)`)).toEqual([]);
  expect(await send(`${named}\n(The file "${name}" is not read: reading it takes too long.)`)).toEqual(['7']);
  expect(model.prompts.map(({ open }) => open)).toEqual(Array.from({ length: 4 }, () => ['q-7']));
});

test('a recording is written down, or its words are missing for a reason that the service knows', async () => {
  const { name, content } = recordingOf(7);
  const form = new FormData();
  form.append('file', new Blob([content]), 'recording.wav');
  const transcribe = async (): Promise<unknown> =>
    (await fetch(`${url}/audio/transcriptions`, { method: 'POST', body: form })).json().catch(() => 'a page');
  const unread = async (said: string): Promise<readonly string[] | undefined> => {
    const text = `ada: q-7 what do you say?\n[file: ${name}, audio/wav]\n${said}`;
    await (await ask(text)).text();
    return model.prompts.at(-1)?.unread;
  };
  const failed = `(The file "${name}" is not read: the service that transcribes it failed.)`;
  expect(await transcribe()).toEqual({ text: 'attached-7' });
  expect(await unread('')).toEqual(['7']);
  expect(await unread('attached-7')).toEqual([]);
  // A process that had to wait for it may know less.
  expect(model.prompts.at(-1)?.waitedSince).toBeLessThan(Date.now() - CLAIM_MS + 1);
  await (await ask()).text();
  expect(model.prompts.at(-1)).not.toHaveProperty('waitedSince');
  expect(await unread(failed)).toEqual(['7']);
  void model.stall('page', 60_000);
  expect(await transcribe()).toBe('a page');
  expect(await unread(failed)).toEqual([]);
});

test('some answers ask for a picture, which the model makes', async () => {
  const send = async (content: string): Promise<string> => {
    const body = JSON.stringify({ messages: [{ role: 'user', content }] });
    const text = await (await fetch(`${url}/chat/completions`, { method: 'POST', body })).text();
    const chunks = Array.from(
      text.matchAll(/^data: (\{.*)$/gm),
      ([, json = '']) => JSON.parse(json) as { choices: { delta: { content?: string } }[] },
    );
    return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  };
  expect(await send('ada: q-12 what do you say?')).toContain('```image name=pic-12.png');
  expect(await send('ada: q-13 what do you say?')).not.toContain('image');
  const made = await fetch(`${url}/images/generations`, { method: 'POST', body: '{"prompt": "picture-12"}' });
  const { data } = (await made.json()) as { data: { b64_json: string }[] };
  expect(Buffer.from(data[0]?.b64_json ?? '', 'base64').toString('latin1')).toMatch(/^\u0089PNG[^]*picture-12$/);
});
