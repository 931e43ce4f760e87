/** Files, over the page's API. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { channelNamed, type OpenPlayground, playgroundForTests, post, stateAt } from './support.js';

let playground: OpenPlayground;
beforeAll(async () => {
  playground = await playgroundForTests();
});
afterAll(() => playground.stop());

const NOTES = { name: 'notes.txt', mimetype: 'text/plain', content: Buffer.from('knit').toString('base64') };
const PAGE = { name: 'page.svg', mimetype: 'image/svg+xml', content: Buffer.from('<svg/>').toString('base64') };

async function place(): Promise<{ user: string; channel: string }> {
  const state = await stateAt(playground.url);
  return { user: state.people[0]?.id ?? '', channel: channelNamed(state, 'random').id };
}

async function attached(file: object): Promise<string> {
  const { status, body } = await post(`${playground.url}attach`, file);
  expect(status).toBe(200);
  return (body as { id: string }).id;
}

describe('attached files', () => {
  test('are sent with a message, which may have no words, and can be loaded', async () => {
    const where = await place();
    const files = [await attached(NOTES), await attached(PAGE)];
    const { status } = await post(`${playground.url}say`, { ...where, text: '', files });
    expect(status).toBe(200);
    const { messages } = channelNamed(await stateAt(playground.url), 'random');
    const shown = messages.at(-1)?.files ?? [];
    expect(shown).toMatchObject([
      { name: 'notes.txt', mimetype: 'text/plain', size: 4 },
      { name: 'page.svg', mimetype: 'image/svg+xml', size: 6 },
    ]);
    const loaded = await Promise.all(shown.map(({ id }) => fetch(`${playground.url}files/${id}`)));
    expect(await loaded[0]?.text()).toBe('knit');
    // Nothing that could run in the page.
    expect(loaded.map(({ headers }) => headers.get('content-type'))).toEqual(Array(2).fill('application/octet-stream'));
  });

  test('larger than any message are taken', async () => {
    await attached({ ...NOTES, content: Buffer.alloc(1_000_000).toString('base64') });
  });

  test.each([
    ['no name', { ...NOTES, name: ' ' }],
    ['no base64', { ...NOTES, content: '%' }],
    ['too large', { ...NOTES, content: Buffer.alloc(20_000_004).toString('base64') }],
  ])('are refused: %s', async (_why, file) => {
    expect((await post(`${playground.url}attach`, file)).status).toBe(400);
  });

  test('that are not there are named in a sentence', async () => {
    const { status, body } = await post(`${playground.url}say`, { ...(await place()), text: 'look', files: ['x'] });
    expect([status, body]).toEqual([400, { error: expect.stringMatching(/Attach it again/) }]);
  });

  test('and neither a file nor a word is no message', async () => {
    const { status, body } = await post(`${playground.url}say`, { ...(await place()), text: ' ', files: [] });
    expect([status, body]).toEqual([400, { error: 'A message needs some text.' }]);
  });
});
