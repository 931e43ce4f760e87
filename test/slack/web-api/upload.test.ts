/** A file's bytes go to Slack's hosts only, and without the bot's token: the address alone says whose they are. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { plainFetch } from '../../../src/ops/fetch.js';
import { uploader } from '../../../src/slack/web-api/upload.js';

let server: Server;
let origin: string;
let status: number;
let received: { method: string | undefined; token: string | undefined; body: string }[];

beforeEach(async () => {
  [status, received] = [200, []];
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const { method, headers } = request;
      received.push({ method, token: headers.authorization, body: Buffer.concat(parts).toString() });
      response.writeHead(status, { location: `${origin}/elsewhere` }).end('OK');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const send = (url: string): Promise<void> => uploader(plainFetch(), `${origin}/api/`)(url, Buffer.from('knit\n'));

test('the bytes arrive as they are', async () => {
  await send(`${origin}/upload/v1/1`);
  expect(received).toEqual([{ method: 'POST', token: undefined, body: 'knit\n' }]);
});

test.each(['https://example.com/upload', '', 'http://files.slack.com/upload/v1/1', 'file:///tmp/x'])(
  'an address that is not one of Slack gets nothing, at any try: %j',
  async (url) => {
    await expect(send(url)).rejects.toMatchObject({ name: 'ReplyError', retryable: false });
    expect(received).toEqual([]);
  },
);

test.each([307, 400, 500])('status %s is a failure, and no redirect is followed', async (answer) => {
  status = answer;
  await expect(send(`${origin}/upload/v1/1`)).rejects.toThrow(`status ${answer}`);
  expect(received).toHaveLength(1);
});
