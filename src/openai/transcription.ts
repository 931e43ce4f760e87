/** Writes down what is said in recordings, with OpenAI's transcription API, which other servers have too. */
import { type OpenAI, toFile } from 'openai';
import type { OpenAiConfig } from '../config/config.js';
import type { Price } from '../config/models-file.js';
import { isOpenAi } from '../config/openai-address.js';
import type { Clock, Logger, Transcriber, Usage } from '../core/ports.js';
import { clientFor, secretsOf } from './client.js';
import { isObject } from './error-body.js';
import { baseModel } from './models.js';
import { BrokenStream, modelFailure } from './problems.js';
import { inTime, retried } from './service-call.js';

/** OpenAI's bound. https://developers.openai.com/api/docs/guides/speech-to-text */
const MAX_BYTES = 25_000_000;
/** All attempts together. An hour of speech takes OpenAI a minute or so. */
const TRANSCRIPT_TIMEOUT_MS = 120_000;
const MAX_ATTEMPTS = 3;
const BACKOFF = { firstMs: 500, longestMs: 8_000 };

/** Upper estimates for where the server tells no usage: of speech at 32 kbit/s, which is little, … */
const BYTES_PER_SECOND = 4_000;
/** … of what a model reads, … */
const TOKENS_PER_SECOND = 10;
/** … and of fast speech. */
const WRITTEN_TOKENS_PER_SECOND = 4;
const SECONDS_PER_MINUTE = 60;
const TOKENS = 1_000_000;

/** US dollars for a minute, or for a million tokens. */
type Rate = { readonly minuteUsd: number } | Price;

/** https://developers.openai.com/api/docs/pricing, November 2026. */
const RATES: ReadonlyMap<string, Rate> = new Map<string, Rate>([
  ['gpt-transcribe', { minuteUsd: 0.0045 }],
  ['gpt-4o-transcribe', { inputUsd: 2.5, cachedInputUsd: 2.5, outputUsd: 10 }],
  ['gpt-4o-mini-transcribe', { inputUsd: 1.25, cachedInputUsd: 1.25, outputUsd: 5 }],
  ['whisper-1', { minuteUsd: 0.006 }],
]);

type Told = Pick<Usage, 'promptTokens' | 'completionTokens'> & { seconds: number };

/** Undefined without `OPENAI_TRANSCRIPTION_MODEL`. */
export function openAiTranscriber(
  config: OpenAiConfig,
  { clock, logger, fetch }: { clock: Clock; logger: Logger; fetch?: typeof globalThis.fetch },
): Transcriber | undefined {
  const { transcriptionModel: name } = config;
  if (name === undefined) return undefined;
  const client = clientFor({ ...config, timeoutMs: TRANSCRIPT_TIMEOUT_MS }, fetch);
  const rate = rateOf(name, config);
  const limits = {
    clock,
    logger,
    timeoutMs: TRANSCRIPT_TIMEOUT_MS,
    maxAttempts: MAX_ATTEMPTS,
    backoff: BACKOFF,
    secrets: secretsOf(config),
    failed: 'transcribing failed, trying again',
  };

  return {
    name,
    maxBytes: MAX_BYTES,
    hasPrice: rate !== undefined,
    estimate: (size) => usageOf(estimated(size), rate),

    async transcribe(bytes, format, stop) {
      try {
        const { text, told } = await inTime(limits, 'the service that transcribes takes too long', stop, (signal) =>
          retried(limits, signal, () => listenOnce(client, name, bytes, format, signal)),
        );
        return { text, ...(told && { usage: usageOf(told, rate) }) };
      } catch (error) {
        throw error instanceof BrokenStream ? modelFailure(error, clock.now()).error : error;
      }
    },
  };
}

interface Heard {
  text: string;
  told?: Told;
}

async function listenOnce(
  client: OpenAI,
  model: string,
  bytes: Uint8Array,
  format: string,
  signal: AbortSignal,
): Promise<Heard> {
  // Its name tells the service the format. What a person called it is nobody's business there.
  const file = await toFile(bytes, `recording.${format}`);
  const answer: unknown = await client.audio.transcriptions.create(
    { file, model, response_format: 'json' },
    { signal },
  );
  const { text, usage } = isObject(answer) ? answer : {};
  if (typeof text !== 'string') throw new BrokenStream('the service that transcribes answers something else');
  const told = toldIn(usage);
  return { text, ...(told && { told }) };
}

function toldIn(usage: unknown): Told | undefined {
  if (!isObject(usage)) return undefined;
  const [seconds, input, output] = ['seconds', 'input_tokens', 'output_tokens'].map((field) => numberIn(usage[field]));
  if (seconds === undefined && input === undefined) return undefined;
  return { seconds: seconds ?? 0, promptTokens: input ?? 0, completionTokens: output ?? 0 };
}

function numberIn(value: unknown): number | undefined {
  return typeof value === 'number' && value >= 0 ? value : undefined;
}

function estimated(bytes: number): Told {
  const seconds = Math.ceil(bytes / BYTES_PER_SECOND);
  return {
    seconds,
    promptTokens: seconds * TOKENS_PER_SECOND,
    completionTokens: seconds * WRITTEN_TOKENS_PER_SECOND,
  };
}

/** Where there is a price for a minute, and no seconds are told, the tokens tell them. */
function usageOf({ seconds, promptTokens, completionTokens }: Told, rate: Rate | undefined): Usage {
  const usage = { promptTokens, cachedTokens: 0, completionTokens };
  if (!rate) return usage;
  if ('minuteUsd' in rate) {
    const heard = seconds > 0 ? seconds : promptTokens / TOKENS_PER_SECOND;
    return { ...usage, costUsd: (heard / SECONDS_PER_MINUTE) * rate.minuteUsd };
  }
  return { ...usage, costUsd: (promptTokens * rate.inputUsd + completionTokens * rate.outputUsd) / TOKENS };
}

function rateOf(model: string, { models, baseUrl }: Pick<OpenAiConfig, 'models' | 'baseUrl'>): Rate | undefined {
  const { minuteUsd, price } = models?.get(model) ?? {};
  if (minuteUsd !== undefined) return { minuteUsd };
  return price ?? (isOpenAi(baseUrl) ? RATES.get(baseModel(model)) : undefined);
}
