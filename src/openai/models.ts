/** The models' limits and prices. */
import type { OpenAiConfig } from '../config/config.js';
import { ConfigError } from '../config/faults.js';
import type { ModelFacts, Price } from '../config/models-file.js';
import { isOpenAi, isRegional } from '../config/openai-address.js';
import type { ModelLimits, Usage } from '../core/ports.js';

/** Tokens of a prompt and its answer together, tokens of the longest answer, US dollars per million tokens. */
type Row = readonly [
  contextWindow: number,
  maxOutput: number,
  inputUsd: number,
  cachedInputUsd: number,
  outputUsd: number,
  /** Not set: as other input. Set for the models that have cache breakpoints. */
  cacheWriteUsd?: number,
];

/**
 * https://developers.openai.com/api/docs/models and https://developers.openai.com/api/docs/pricing, standard tier, November
 * 2026. Each figure is confirmed by a second table: models.dev, genai-prices, LiteLLM, OpenRouter or Vercel's AI Gateway.
 */
const TABLE: ReadonlyMap<string, Row> = new Map(
  Object.entries<Row>({
    'gpt-6.2-astra': [1_050_000, 128_000, 8, 0.4, 40, 10],
    'gpt-6.2-sol': [1_050_000, 128_000, 2, 0.1, 10, 2.5],
    'gpt-6.1-sol': [1_050_000, 128_000, 2, 0.1, 10, 2.5],
    'gpt-6.1-terra': [1_050_000, 128_000, 1, 0.05, 5, 1.25],
    'gpt-6-astra': [1_050_000, 128_000, 10, 1, 50, 12.5],
    'gpt-6-sol': [1_050_000, 128_000, 2, 0.2, 10, 2.5],
    'gpt-6-luna': [1_050_000, 128_000, 0.1, 0.01, 0.5, 0.125],
    // A promotion of OpenAI's, without an announced end; before it, 5, 0.5, 30 and 6.25.
    'gpt-5.6-sol': [1_050_000, 128_000, 4, 0.4, 20, 5],
    'gpt-5.6-terra': [1_050_000, 128_000, 2, 0.2, 12, 2.5],
    'gpt-5.6-luna': [1_050_000, 128_000, 0.2, 0.02, 1.2, 0.25],
    'gpt-5.5': [1_050_000, 128_000, 5, 0.5, 30],
    'gpt-5.4': [1_050_000, 128_000, 2.5, 0.25, 15],
    'gpt-5.4-mini': [400_000, 128_000, 0.75, 0.075, 4.5],
    'gpt-5.4-nano': [400_000, 128_000, 0.2, 0.02, 1.25],
    'gpt-5.2': [400_000, 128_000, 1.75, 0.175, 14],
    'gpt-5.1': [400_000, 128_000, 1.25, 0.125, 10],
    'gpt-5': [400_000, 128_000, 1.25, 0.125, 10],
    'gpt-5-mini': [400_000, 128_000, 0.25, 0.025, 2],
    'gpt-5-nano': [400_000, 128_000, 0.05, 0.005, 0.4],
    'gpt-4.1': [1_047_576, 32_768, 2, 0.5, 8],
    'gpt-4.1-mini': [1_047_576, 32_768, 0.4, 0.1, 1.6],
    'gpt-4.1-nano': [1_047_576, 32_768, 0.1, 0.025, 0.4],
    'gpt-4o': [128_000, 16_384, 2.5, 1.25, 10],
    'gpt-4o-mini': [128_000, 16_384, 0.15, 0.075, 0.6],
  }),
);

/**
 * For models in no table. Hosted models have at least this window, and so has Ollama with 24 GiB of video memory or more
 * (https://docs.ollama.com/context-length). With less, Ollama's default is 4,096 tokens.
 */
const UNKNOWN: ModelLimits = { contextWindow: 32_000, maxOutput: 4_096 };
/** Tokens that a prompt needs for the instructions and some conversation. */
const LEAST_PROMPT = 1_000;

const TOKENS = 1_000_000;
/** `gpt-5.4-mini-2026-03-17` is a snapshot of `gpt-5.4-mini`, with the same limits and price. */
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/**
 * Surcharge of regional addresses, for models released since 5 March 2026.
 * https://developers.openai.com/api/docs/guides/data-residency
 */
const REGIONAL_FACTOR = 1.1;
const REGIONAL_SINCE = /^gpt-(5\.[456]|6)/;

/**
 * For models with a window of this size, longer prompts make all tokens cost more, cached ones included. https://developers.openai.com/api/docs/models/gpt-5.4
 */
const LARGE_WINDOW = 1_050_000;
const LONG_PROMPT = 272_000;
const LONG_INPUT_FACTOR = 2;
const LONG_OUTPUT_FACTOR = 1.5;

type Asked = Pick<OpenAiConfig, 'model' | 'baseUrl' | 'maxOutputTokens' | 'models'>;

/** With the longest answer from the settings. Throws `ConfigError` if that leaves a prompt no room. */
export function limitsOf(config: Asked): ModelLimits {
  const { model, maxOutputTokens, models } = config;
  const [contextWindow, ownMaxOutput] = found(model, TABLE) ?? [UNKNOWN.contextWindow, UNKNOWN.maxOutput];
  const configured = models && found(model, models);
  const limits = {
    contextWindow: configured?.contextWindow ?? contextWindow,
    maxOutput: maxOutputTokens ?? configured?.maxOutput ?? ownMaxOutput,
  };
  if (limits.contextWindow - limits.maxOutput < LEAST_PROMPT) throw new ConfigError([noRoom(limits, config)]);
  return limits;
}

/** Whether the prompt cache takes breakpoints there, as it does for each model whose cache is paid for. */
export function hasCacheBreakpoints({ model, baseUrl }: Pick<Asked, 'model' | 'baseUrl'>): boolean {
  const [, , , , , cacheWriteUsd] = (isOpenAi(baseUrl) && found(model, TABLE)) || [];
  return cacheWriteUsd !== undefined;
}

/** US dollars; undefined if the price of the model or server is unknown. */
export function costOf(usage: Usage, { model, baseUrl, models }: Asked): number | undefined {
  const configured = models && found(model, models)?.price;
  if (configured) return cost(usage, configured);
  const row = isOpenAi(baseUrl) ? found(model, TABLE) : undefined;
  if (!row) return undefined;
  const [contextWindow, , inputUsd, cachedInputUsd, outputUsd, cacheWriteUsd = inputUsd] = row;
  const regional = isRegional(baseUrl) && REGIONAL_SINCE.test(model) ? REGIONAL_FACTOR : 1;
  const long = contextWindow >= LARGE_WINDOW && usage.promptTokens > LONG_PROMPT;
  const input = regional * (long ? LONG_INPUT_FACTOR : 1);
  const output = regional * (long ? LONG_OUTPUT_FACTOR : 1);
  return cost(usage, {
    inputUsd: input * inputUsd,
    cachedInputUsd: input * cachedInputUsd,
    cacheWriteUsd: input * cacheWriteUsd,
    outputUsd: output * outputUsd,
  });
}

/** Each token of a prompt has one of three prices. Where the service does not say, all new ones count as written to the cache. */
function cost(
  { promptTokens, cachedTokens, cacheWriteTokens, completionTokens }: Usage,
  { inputUsd, cachedInputUsd, cacheWriteUsd = inputUsd, outputUsd }: Price,
): number {
  const uncached = promptTokens - cachedTokens;
  const written = Math.min(cacheWriteTokens ?? uncached, uncached);
  const input = (uncached - written) * inputUsd + cachedTokens * cachedInputUsd + written * cacheWriteUsd;
  return (input + completionTokens * outputUsd) / TOKENS;
}

function found<Entry extends Row | ModelFacts>(model: string, table: ReadonlyMap<string, Entry>): Entry | undefined {
  return table.get(model) ?? table.get(baseModel(model));
}

/** The model that this is a snapshot of, or the same. */
export function baseModel(model: string): string {
  return model.replace(SNAPSHOT, '');
}

function noRoom(
  { contextWindow, maxOutput }: ModelLimits,
  { model, maxOutputTokens }: Asked,
): ConfigError['faults'][number] {
  const variable = maxOutputTokens === undefined ? 'MODELS_FILE' : 'OPENAI_MAX_OUTPUT_TOKENS';
  return {
    variable,
    problem: `an answer of ${maxOutput} tokens leaves a prompt no room in the context window of ${model}, which is ${contextWindow}`,
    hint: `have the answer ${LEAST_PROMPT} tokens smaller at least, or say in MODELS_FILE what the contextWindow of ${model} is`,
  };
}
