/** The bot's token goes to Slack's hosts only. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { plainFetch } from '../../../src/ops/fetch.js';
import { download } from '../../../src/slack/web-api/download.js';

const FILE = { token: 'xoxb-1', maxBytes: 100, isHtml: false, signal: new AbortController().signal };

describe('the address', () => {
  const asked: string[] = [];
  const send = (async (url: string) => {
    asked.push(url);
    throw new Error('asked');
  }) as unknown as typeof fetch;
  beforeEach(() => void asked.splice(0));

  test.each([
    'https://files.slack.com/files-pri/T1-F1/a.txt',
    'https://acme.enterprise.slack.com/files-pri/T1-F1/a.txt',
    'https://files.slack-gov.com/a.txt',
    'http://127.0.0.1:3999/files/F1',
  ])('of Slack, or where the Web API is, is asked: %s', async (url) => {
    await expect(download(send, { ...FILE, url, apiUrl: 'http://127.0.0.1:3999/api/' })).rejects.toThrow('asked');
  });

  test.each([
    '',
    'nonsense',
    'http://files.slack.com/a.txt',
    'https://files.slack.com:8443/a.txt',
    'https://slack.com.example.com/a.txt',
    'https://notslack.com/a.txt',
    'https://slack.com@example.com/a.txt',
    'https://user:pass@files.slack.com/a.txt',
    'https://docs.google.com/document/1',
    'http://127.0.0.1:3998/files/F1',
    'https://127.0.0.1:3999/files/F1',
    'file:///etc/passwd',
  ])('of anybody else is not: %s', async (url) => {
    expect(await download(send, { ...FILE, url, apiUrl: 'http://127.0.0.1:3999/api/' })).toBe('elsewhere');
    expect(asked).toEqual([]);
  });
});

describe('an answer', () => {
  let server: Server;
  let answer: RequestListener;
  let requests: (string | undefined)[];
  let origin: string;
  const get = (more = {}): Promise<unknown> =>
    download(plainFetch(), { ...FILE, url: `${origin}/files/F1`, apiUrl: `${origin}/api/`, ...more });

  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request.headers.authorization);
      answer(request, response);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });
  const page = (title: string): string => `<!DOCTYPE html><html><head><title>${title}</title></head></html>`;

  test('is the file', async () => {
    answer = (_, response) => response.end('knit');
    expect(await get()).toEqual(Buffer.from('knit'));
    expect(requests).toEqual(['Bearer xoxb-1']);
  });

  test.each([302, 307])('that leads elsewhere (%i) is not followed', async (status) => {
    answer = (_, response) => response.writeHead(status, { location: `${origin}/elsewhere` }).end();
    expect(await get()).toBe('no_access');
    expect(requests).toHaveLength(1);
  });

  test.each([
    ['a page in place of a file', page('Sign in'), false, 'no_access'],
    ["Slack's page in place of a page", page('Sign in to Acme | Slack'), true, 'no_access'],
  ])('%s is none', async (_what, body, isHtml, problem) => {
    answer = (_, response) => response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(body);
    expect(await get({ isHtml, maxBytes: 1_000 })).toBe(problem);
  });

  test('a page that somebody attached is the file', async () => {
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end(page('How we use Slack bots'));
    expect(String(await get({ isHtml: true, maxBytes: 1_000 }))).toContain('How we use');
  });

  test.each([
    ['says', { 'content-length': '101' }],
    ['does not say', {}],
  ])('that is too large, and %s so, is not read to its end', async (_what, headers) => {
    answer = (_, response) => {
      response.writeHead(200, headers);
      response.write('x'.repeat(101));
      // Never ends.
    };
    expect(await get()).toBe('too_large');
  });

  test.each([
    [404, 'deleted'],
    [403, 'no_access'],
  ])('of status %i is the problem %s', async (status, problem) => {
    answer = (_, response) => response.writeHead(status).end();
    expect(await get()).toBe(problem);
  });

  test.each([429, 500, 503])('of status %i may be another one later', async (status) => {
    answer = (_, response) => response.writeHead(status).end();
    await expect(get()).rejects.toThrow(`status ${status}`);
  });
});
