import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { END, type ServerEvent, serverEvents } from '../../src/openai/server-events.js';

const A = { choices: [{ delta: { content: 'Grüße 👋🏽' } }] };
const B = { choices: [{ delta: { content: 'b' } }] };
const a = JSON.stringify(A);
const b = JSON.stringify(B);

const STREAMS: [what: string, words: string, events: unknown[]][] = [
  ['events', `data: ${a}\n\ndata: ${b}\n\ndata: [DONE]\n\n`, [A, B, END]],
  ['no blank behind the colon', `data:${a}\n\ndata:[DONE]\n\n`, [A, END]],
  ['carriage returns and line feeds', `data: ${a}\r\n\r\ndata: ${b}\r\n\r\n`, [A, B]],
  ['carriage returns', `data: ${a}\r\rdata: ${b}\r\r`, [A, B]],
  ['a byte order mark', `\uFEFFdata: ${a}\n\n`, [A]],
  ['no blank line at the end', `data: ${a}\n\ndata: [DONE]`, [A, END]],
  ['several lines of data', 'data: {"choices":\ndata: []}\n\n', [{ choices: [] }]],
  ['several lines of data and two characters a break', 'data: {"choices":\r\ndata: []}\r\n\r\n', [{ choices: [] }]],
  ['a detail beside the answer', 'data: {"choices":[],"detail":"None"}\n\n', [{ choices: [], detail: 'None' }]],
  ['names, ids and comments', `: hello\nevent: chunk\nid: 7\nretry: 3\n:\ndata: ${a}\n\n`, [A]],
  ['empty data', `data:\n\ndata: \n\ndata\n\ndata: ${a}\n\n`, [A]],
  ['null', `data: null\n\ndata: ${a}\n\n`, [A]],
  ['pings', `event: ping\n\nevent: ping\ndata: {}\n\nevent: ping\ndata: 12:30\n\ndata: ${a}\n\n`, [A]],
  ['keep-alives', `event: keep-alive\ndata: ""\n\nevent: heartbeat\ndata: .\n\ndata: ${a}\n\n`, [A]],
  ['blank lines first', `\n\n\n\ndata: ${a}\n\n`, [A]],
  ['more behind the end', `data: [DONE]\n\ndata: ${a}\n\ndata: {\n\n`, [END]],
  ['nothing', '', []],
  ['comments alone', ': one\n\n: two\n\n', []],
  ['a whole completion', `${a}\n`, [A, END]],
  ['a whole completion behind blank lines', `\n\n  ${a}`, [A, END]],
];

const FAILURES: [what: string, words: string, error: object][] = [
  ['an error', '{"error":{"message":"No credit","code":402}}', { code: 402, message: 'No credit' }],
  ['an error of one word', '{"error":"No credit"}', { message: 'No credit' }],
  ['an error with a status', '{"error":{"message":"No credit","status":402}}', { code: 402 }],
  ['an error with a status beside it', '{"status":402,"error":"No credit"}', { code: 402, message: 'No credit' }],
  [
    'the error of Gemini',
    '[{"error":{"code":429,"message":"Slow down","status":"RESOURCE_EXHAUSTED"}}]',
    { code: 429 },
  ],
  ['the error of vLLM', '{"object":"error","message":"Wrong","type":"BadRequestError","code":400}', { code: 400 }],
  ['the error of FastAPI', '{"detail":"Not here"}', { message: 'Not here' }],
  ['an error in a stream', 'data: {"error":{"message":"No credit","code":402}}\n\n', { code: 402 }],
  ['an event named error', 'event: error\ndata: {"message":"No credit","code":402}\n\n', { code: 402 }],
  ['JSON without an answer', '{"status":"ok"}', { name: 'NotAStream' }],
  ['a web page', '<!doctype html><title>Sign in</title>', { name: 'NotAStream' }],
  ['half an answer', '{"choices":[{"message":', { name: 'SyntaxError' }],
  ['half an event', 'data: {"choices":\n\n', { name: 'SyntaxError' }],
];

async function read(pieces: Uint8Array[], type = 'text/event-stream'): Promise<ServerEvent[]> {
  const stream = ReadableStream.from(pieces);
  const all: ServerEvent[] = [];
  for await (const event of serverEvents(new Response(stream, { headers: { 'content-type': type } }))) all.push(event);
  return all;
}

const bytesOf = (words: string): Uint8Array => new TextEncoder().encode(words);

describe.each(STREAMS)('a body with %s', (_, words, expected) => {
  test.each(['text/event-stream', 'application/json', 'text/plain'])('is the same events as %s', async (type) => {
    await expect(read([bytesOf(words)], type)).resolves.toEqual(expected);
  });

  test('is the same events wherever its bytes are cut', async () => {
    const bytes = bytesOf(words);
    await expect(read(Array.from(bytes, (byte) => Uint8Array.of(byte)))).resolves.toEqual(expected);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(bytes.length)), async (cuts) => {
        const at = [0, ...cuts.toSorted((one, other) => one - other), bytes.length];
        const pieces = at.slice(1).map((end, index) => bytes.slice(at[index], end));
        expect(await read(pieces)).toEqual(expected);
      }),
      { numRuns: 30 },
    );
  });
});

test.each(FAILURES)('%s is thrown', async (_, words, error) => {
  await expect(read([bytesOf(words)])).rejects.toMatchObject(error);
});

test('an answer that a server calls an error all the same is one', async () => {
  const words = JSON.stringify({ ...A, error: { message: 'Broke off', code: 502 } });
  await expect(read([bytesOf(words)], 'application/json')).rejects.toMatchObject({ code: 502 });
});

test('a whole completion is an answer though the connection stays open, however it is cut', async () => {
  const pieces = ['  {"choices":[{"delta":{}', '}', `],"more":${a}`, '}'];
  const open = new ReadableStream<Uint8Array>({
    start: (controller) => pieces.forEach((piece) => controller.enqueue(bytesOf(piece))),
  });
  const events = serverEvents(new Response(open));
  expect(await events.next()).toEqual({ done: false, value: JSON.parse(pieces.join('')) });
  expect(await events.next()).toEqual({ done: false, value: END });
});
