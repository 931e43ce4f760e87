import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from '@jest/globals';
import { ConfigError } from '../../src/config/faults.js';
import { chooseLocal, findLocalServers } from '../../src/playground/local-models.js';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

async function serve(handle: RequestListener): Promise<number> {
  const server = createServer(handle);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

const answering = (body: unknown, status = 200): Promise<number> =>
  serve((_, response) => response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body)));

test('finds the servers that list a model, in their order', async () => {
  const ollama = await serve((request, response) => {
    const models = { object: 'list', data: [{ id: 'nomic-embed-text' }, { id: 'llama3.2:3b', object: 'model' }] };
    response.writeHead(request.url === '/v1/models' ? 200 : 404).end(JSON.stringify(models));
  });
  const other = await answering({ data: [{ id: 'qwen' }] });
  const closed = await answering({});
  servers.at(-1)?.close();
  const found = await findLocalServers([
    { name: 'Ollama', port: ollama },
    { name: 'LM Studio', port: closed },
    { name: 'llama.cpp', port: other },
  ]);
  expect(found).toEqual([
    { name: 'Ollama', baseUrl: `http://127.0.0.1:${ollama}/v1`, models: ['llama3.2:3b'] },
    { name: 'llama.cpp', baseUrl: `http://127.0.0.1:${other}/v1`, models: ['qwen'] },
  ]);
});

test.each<[string, () => Promise<number>]>([
  ['another kind of server', () => answering('<h1>Hello</h1>')],
  ['other JSON', () => answering({ data: 'none' })],
  ['no models', () => answering({ data: [] })],
  ['only models that cannot chat', () => answering({ data: [{ id: 'text-embedding' }] })],
  ['an error', () => answering({ data: [{ id: 'x' }] }, 401)],
  ['a list without end', () => answering(JSON.stringify({ data: [{ id: 'x'.repeat(2_000_000) }] }))],
  ['a redirect', () => serve((_, response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end())],
  // Never answers: given up on after half a second.
  ['silence', () => serve(() => {})],
])('passes over %s', async (name, start) => {
  expect(await findLocalServers([{ name, port: await start() }])).toEqual([]);
});

describe('--local means', () => {
  const known = [
    { name: 'Ollama', baseUrl: 'http://127.0.0.1:11434/v1', models: ['llama3.2', 'qwen:latest'] },
    { name: 'LM Studio', baseUrl: 'http://127.0.0.1:1234/v1', models: ['gemma'] },
  ];

  test.each([
    [undefined, 'http://127.0.0.1:11434/v1', 'llama3.2'],
    ['qwen', 'http://127.0.0.1:11434/v1', 'qwen'],
    ['gemma', 'http://127.0.0.1:1234/v1', 'gemma'],
  ])('with --model %s: %s, %s', (wanted, baseUrl, model) => {
    expect(chooseLocal(known, wanted)).toEqual({ baseUrl, model });
  });

  test('an error when no server has the model, or none answers', () => {
    const faultsOf = (found: typeof known, wanted?: string): unknown => {
      try {
        return chooseLocal(found, wanted);
      } catch (error) {
        return error instanceof ConfigError ? error.faults : error;
      }
    };
    expect(faultsOf(known, 'gpt')).toEqual([
      {
        variable: '--model',
        problem: 'no server on this machine has gpt',
        hint: 'Ollama has llama3.2, qwen:latest; LM Studio has gemma',
      },
    ]);
    expect(faultsOf([])).toMatchObject(
      [{ variable: '--local', problem: 'no model server answers on this machine', hint: /Ollama on port 11434/ }].map(
        (fault) => ({ ...fault, hint: expect.stringMatching(fault.hint) }),
      ),
    );
  });
});
