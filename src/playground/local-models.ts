/** Finds model servers that already run on this machine. Asks loopback only. */
import * as z from 'zod';
import { ConfigError } from '../config/faults.js';

/** A server with OpenAI's API and its models. */
export interface LocalServer {
  /** "Ollama". */
  readonly name: string;
  /** For OPENAI_BASE_URL. */
  readonly baseUrl: string;
  /** Names of its models, at least one. */
  readonly models: readonly string[];
}

/** Where these servers listen unless told otherwise. */
const LOCAL_PORTS: readonly { readonly name: string; readonly port: number }[] = [
  { name: 'Ollama', port: 11_434 },
  { name: 'LM Studio', port: 1_234 },
  { name: 'llama.cpp', port: 8_080 },
];
/** A server on this machine that has not answered by then is busy with something else. */
const TIMEOUT_MS = 500;
const MAX_BODY_BYTES = 1024 * 1024;

/** https://platform.openai.com/docs/api-reference/models/list */
const modelList = z.object({ data: z.array(z.object({ id: z.string().min(1) })).min(1) });
/** Ollama's tag for a model that is named without one. */
const LATEST = ':latest';
/** They list these as well, but such models cannot chat. */
const EMBEDDING = /embed|rerank|whisper|tts/i;

/** Asks all ports at once; resolves within half a second, with the servers that have a model. Never rejects. */
export async function findLocalServers(ports = LOCAL_PORTS): Promise<LocalServer[]> {
  const found = await Promise.all(ports.map((known) => askServer(known).catch(() => undefined)));
  return found.filter((server) => server !== undefined);
}

/**
 * The server and model that `--local` means: the one that has the wanted model, or the first one.
 * Throws `ConfigError` when there is none.
 */
export function chooseLocal(
  servers: readonly LocalServer[],
  wanted: string | undefined,
): { readonly baseUrl: string; readonly model: string } {
  const server = servers.find(
    ({ models }) => wanted === undefined || models.some((id) => id === wanted || id === `${wanted}${LATEST}`),
  );
  const model = wanted ?? server?.models[0];
  if (server && model !== undefined) return { baseUrl: server.baseUrl, model };
  if (servers.length > 0) {
    const known = servers.map(({ name, models }) => `${name} has ${models.join(', ')}`).join('; ');
    throw new ConfigError([{ variable: '--model', problem: `no server on this machine has ${wanted}`, hint: known }]);
  }
  const ports = LOCAL_PORTS.map(({ name, port }) => `${name} on port ${port}`).join(', ');
  throw new ConfigError([
    {
      variable: '--local',
      problem: 'no model server answers on this machine',
      hint: `start one that has a model (${ports}), or set OPENAI_BASE_URL for one elsewhere`,
    },
  ]);
}

async function askServer({ name, port }: { name: string; port: number }): Promise<LocalServer | undefined> {
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const response = await fetch(`${baseUrl}/models`, {
    redirect: 'error',
    headers: { accept: 'application/json' },
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok || !response.body) {
    await response.body?.cancel();
    return undefined;
  }
  const { data } = modelList.parse(JSON.parse(await readText(response.body)));
  const models = data.map(({ id }) => id).filter((id) => !EMBEDDING.test(id));
  return models.length > 0 ? { name, baseUrl, models } : undefined;
}

/** Anything may listen there, so the length is limited. */
async function readText(body: ReadableStream<Uint8Array>): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of body) {
    bytes += part.length;
    if (bytes > MAX_BODY_BYTES) throw new RangeError('the answer is too long for a list of models');
    parts.push(part);
  }
  return Buffer.concat(parts).toString();
}
