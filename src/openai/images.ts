/** Makes and changes pictures, with OpenAI's Images API, which other servers have too. */
import { type OpenAI, toFile } from 'openai';
import type { ImageGenerateParamsNonStreaming } from 'openai/resources/images';
import type { OpenAiConfig } from '../config/config.js';
import type { Price } from '../config/models-file.js';
import { isOpenAi } from '../config/openai-address.js';
import { ModelError } from '../core/errors.js';
import { formatOf } from '../core/pictures.js';
import type { Clock, Logger, PictureFile, PictureMaker, Usage } from '../core/ports.js';
import { clientFor, secretsOf } from './client.js';
import { isObject, type JsonObject } from './error-body.js';
import { baseModel } from './models.js';
import { BrokenStream, modelFailure, NotAStream } from './problems.js';
import { inTime, retried } from './service-call.js';
import { usageOf } from './usage.js';

/** All attempts together. A complex picture may take two minutes. https://developers.openai.com/api/docs/guides/image-generation */
const PICTURE_TIMEOUT_MS = 180_000;
const MAX_ATTEMPTS = 2;
const BACKOFF = { firstMs: 1_000, longestMs: 20_000 };
/** A picture in the best quality has some 10 MB. */
const MAX_BYTES = 50_000_000;

/** US dollars per million tokens: of text, of pictures, and of the picture that comes out. */
interface Rates {
  readonly textUsd: number;
  readonly pictureUsd: number;
  readonly outputUsd: number;
}

/** US dollars for a picture, or for a million tokens. */
type Rate = { readonly imageUsd: number } | Rates;

const SINCE_2: Rates = { textUsd: 5, pictureUsd: 8, outputUsd: 30 };
/** https://developers.openai.com/api/docs/pricing, November 2026. */
const RATES: ReadonlyMap<string, Rates> = new Map<string, Rates>([
  ['gpt-image-2.6-sunburst', SINCE_2],
  ['gpt-image-2.6-flare', SINCE_2],
  ['gpt-image-2.5-sunburst', SINCE_2],
  ['gpt-image-2.5-flare', SINCE_2],
  ['gpt-image-2', SINCE_2],
  ['gpt-image-1.5', { textUsd: 5, pictureUsd: 8, outputUsd: 32 }],
  ['gpt-image-1-mini', { textUsd: 2, pictureUsd: 2.5, outputUsd: 8 }],
]);

/** Upper estimates: of a description, … */
const TEXT_TOKENS = 1_000;
/** … of a picture that is changed, … */
const PICTURE_TOKENS = 7_000;
/** … and of one that is made, by `IMAGE_QUALITY`. */
const OUTPUT_TOKENS = { low: 500, medium: 1_600, high: 7_100, auto: 7_100 };
const TOKENS = 1_000_000;

type Answer = Awaited<ReturnType<PictureMaker['make']>>;

/** Undefined without `IMAGE_MODEL`. */
export function openAiPictures(
  config: OpenAiConfig,
  { clock, logger, fetch = globalThis.fetch }: { clock: Clock; logger: Logger; fetch?: typeof globalThis.fetch },
): PictureMaker | undefined {
  const { imageModel: name, imageQuality = 'auto' } = config;
  if (name === undefined) return undefined;
  const client = clientFor({ ...config, timeoutMs: PICTURE_TIMEOUT_MS }, fetch);
  const rate = rateOf(name, config);
  const limits = {
    clock,
    logger,
    timeoutMs: PICTURE_TIMEOUT_MS,
    maxAttempts: MAX_ATTEMPTS,
    backoff: BACKOFF,
    secrets: secretsOf(config),
    failed: 'making a picture failed, trying again',
  };
  const options = {
    model: name,
    ...(config.imageQuality !== undefined && { quality: config.imageQuality }),
  };

  function estimate(isChange: boolean): Usage {
    const counts = { text: TEXT_TOKENS, pictures: isChange ? PICTURE_TOKENS : 0, output: OUTPUT_TOKENS[imageQuality] };
    return withCost(counts, rate);
  }

  /** Throws `ModelError`, which is not tried again: a picture that cannot be downloaded may have been paid. */
  async function answerIn(answer: unknown, isChange: boolean, signal: AbortSignal): Promise<Answer> {
    const { data, usage: told } = isObject(answer) ? answer : {};
    const first: unknown = Array.isArray(data) ? data[0] : undefined;
    const { b64_json: base64, url } = isObject(first) ? first : {};
    const usage = isObject(told) ? priced(told, rate) : undefined;
    try {
      const bytes = await bytesOf(base64, url, signal);
      const format = formatOf(bytes);
      if (!format) throw new NotAStream('the service that makes pictures answers something else');
      return { picture: { format, bytes }, ...(usage && { usage }) };
    } catch (error) {
      signal.throwIfAborted();
      const isMade = typeof base64 === 'string' || typeof url === 'string';
      const paid = usage ?? (isMade ? estimate(isChange) : undefined);
      const { problem, message } = modelFailure(error, clock.now(), secretsOf(config)).error;
      throw new ModelError(problem, message, paid && { usage: paid });
    }
  }

  /** Servers that keep what they make answer with its address, which needs no key. */
  async function bytesOf(base64: unknown, url: unknown, signal: AbortSignal): Promise<Uint8Array> {
    if (typeof base64 === 'string' && base64.length <= (MAX_BYTES * 4) / 3) return Buffer.from(base64, 'base64');
    if (typeof url !== 'string') return Buffer.alloc(0);
    if (!URL.canParse(url, client.baseURL)) throw new NotAStream("a picture's address is none");
    const [at, own] = [new URL(url, client.baseURL), new URL(client.baseURL)];
    if (at.protocol !== 'https:' && at.host !== own.host)
      throw new NotAStream("a picture's address is not an https one");
    const response = await fetch(at, { signal });
    if (!response.ok || !response.body) throw new NotAStream(`a picture's address answers ${response.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body as unknown as AsyncIterable<Uint8Array>) {
      size += part.length;
      if (size > MAX_BYTES) throw new NotAStream('the picture is too large');
      parts.push(part);
    }
    return Buffer.concat(parts);
  }

  return {
    name,
    hasPrice: rate !== undefined,
    estimate,

    async make(description, from, stop) {
      try {
        return await inTime(limits, 'the service that makes pictures takes too long', stop, (signal) =>
          retried(limits, signal, async () => {
            const answer = await ask(client, { ...options, prompt: description }, from, signal);
            return answerIn(answer, from !== undefined, signal);
          }),
        );
      } catch (error) {
        if (!(error instanceof BrokenStream)) throw error;
        // The service makes it all the same.
        throw new ModelError('unavailable', error.message, { usage: estimate(from !== undefined) });
      }
    },
  };
}

/** One picture, in whatever size suits it. */
async function ask(
  client: OpenAI,
  params: ImageGenerateParamsNonStreaming,
  from: PictureFile | undefined,
  signal: AbortSignal,
): Promise<unknown> {
  if (!from) return client.images.generate(params, { signal });
  const { model, prompt, quality } = params;
  // Its name tells the service the format. What a person called it is nobody's business there.
  const image = await toFile(from.bytes, `picture.${from.format}`, { type: `image/${from.format}` });
  const edit = { image, prompt, ...(model !== undefined && { model }) };
  return client.images.edit(
    {
      ...edit,
      ...((quality === 'low' || quality === 'medium' || quality === 'high' || quality === 'auto') && { quality }),
    },
    { signal },
  );
}

interface Counts {
  readonly text: number;
  readonly pictures: number;
  readonly output: number;
}

/**
 * Without details, what was read counts as pictures, which cost more. Undefined where nothing is counted: some servers send
 * zeros for what they do not know.
 */
function priced(told: JsonObject, rate: Rate | undefined): Usage | undefined {
  const { promptTokens, completionTokens } = usageOf(told);
  if (promptTokens + completionTokens === 0) return undefined;
  const { text_tokens: words } = isObject(told['input_tokens_details']) ? told['input_tokens_details'] : {};
  const text = typeof words === 'number' && words >= 0 ? Math.min(words, promptTokens) : 0;
  return withCost({ text, pictures: promptTokens - text, output: completionTokens }, rate);
}

function withCost({ text, pictures, output }: Counts, rate: Rate | undefined): Usage {
  const usage = { promptTokens: text + pictures, cachedTokens: 0, completionTokens: output };
  if (!rate) return usage;
  if ('imageUsd' in rate) return { ...usage, costUsd: rate.imageUsd };
  const { textUsd, pictureUsd, outputUsd } = rate;
  return { ...usage, costUsd: (text * textUsd + pictures * pictureUsd + output * outputUsd) / TOKENS };
}

function rateOf(model: string, { models, baseUrl }: Pick<OpenAiConfig, 'models' | 'baseUrl'>): Rate | undefined {
  const { imageUsd, price } = models?.get(model) ?? {};
  if (imageUsd !== undefined) return { imageUsd };
  if (price) return ratesOf(price);
  return isOpenAi(baseUrl) ? RATES.get(baseModel(model)) : undefined;
}

function ratesOf({ inputUsd, outputUsd }: Price): Rates {
  return { textUsd: inputUsd, pictureUsd: inputUsd, outputUsd };
}
