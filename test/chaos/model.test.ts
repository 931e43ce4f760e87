import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { FaultyModel } from '../../chaos/environment/model.js';
import { attachedFile } from '../../chaos/environment/prompt.js';
import { SeededRandom } from '../../chaos/random.js';

let model: FaultyModel;
let url: string;

beforeEach(async () => {
  model = new FaultyModel(new SeededRandom(1), 0);
  model.faulty = false;
  url = await model.start();
});
afterEach(() => model.stop());

const ask = (): Promise<Response> =>
  fetch(`${url}/chat/completions`, {
    method: 'POST',
    body: JSON.stringify({ messages: [{ role: 'user', content: 'ada: q-1 what do you say?' }] }),
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

test('a file that is named, and whose words are missing, is noticed', async () => {
  const send = async (content: string): Promise<readonly string[] | undefined> => {
    const response = await fetch(`${url}/chat/completions`, {
      method: 'POST',
      body: JSON.stringify({ messages: [{ role: 'user', content }] }),
    });
    await response.text();
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
