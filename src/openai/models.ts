/** What is known of the models: how much they read and write, and what they cost. */
import type { OpenAiConfig } from '../config/config.js';
import { ConfigError } from '../config/faults.js';
import type { ModelFacts, Price } from '../config/models-file.js';
import { isOpenAi, isRegional } from '../config/openai-address.js';
import type { ModelLimits, Usage } from '../core/ports.js';

/** Tokens that a prompt and its answer have together, tokens of the longest answer, US dollars for a million tokens. */
type Row = readonly [
  contextWindow: number,
  maxOutput: number,
  inputUsd: number,
  cachedInputUsd: number,
  outputUsd: number,
];

/**
 * https://developers.openai.com/api/docs/models and https://developers.openai.com/api/docs/pricing, standard tier, looked
 * at in November 2026; each figure is in a second table too: that of models.dev, LiteLLM or Vercel's AI Gateway.
 */
const TABLE: ReadonlyMap<string, Row> = new Map(
  Object.entries<Row>({
    // What is new in a prompt is written to the cache, and that costs a quarter more: 2 for gpt-6-sol, 2.5 with the writing.
    'gpt-6-astra': [1_050_000, 128_000, 12.5, 1, 50],
    'gpt-6-sol': [1_050_000, 128_000, 2.5, 0.2, 10],
    'gpt-6-luna': [1_050_000, 128_000, 0.125, 0.01, 0.5],
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
 * Of a model that nobody says anything of. Hosted models read as much at least, and so does Ollama from 24 GiB of video
 * memory on (https://docs.ollama.com/context-length); below, it has 4,096 tokens unless it is told otherwise.
 */
const UNKNOWN: ModelLimits = { contextWindow: 32_000, maxOutput: 4_096 };
/** A prompt needs so many: the instructions, and something that was said. */
const LEAST_PROMPT = 1_000;

const TOKENS = 1_000_000;
/** `gpt-5.4-mini-2026-03-17` is a snapshot of `gpt-5.4-mini`: as large, and at its price. */
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/**
 * A regional address costs so much more, for models released since the 5th of March 2026.
 * https://developers.openai.com/api/docs/guides/data-residency
 */
const REGIONAL_FACTOR = 1.1;
const REGIONAL_SINCE = /^gpt-(5\.[45]|6)/;

/**
 * With a model that reads so much, a prompt that is longer than most others can read makes all tokens cost more, those
 * from the cache included. https://developers.openai.com/api/docs/models/gpt-5.4
 */
const LARGE_WINDOW = 1_050_000;
const LONG_PROMPT = 272_000;
const LONG_INPUT_FACTOR = 2;
const LONG_OUTPUT_FACTOR = 1.5;

type Asked = Pick<OpenAiConfig, 'model' | 'baseUrl' | 'maxOutputTokens' | 'models'>;

/** With the longest answer as the settings have it. Throws `ConfigError` when that leaves a prompt no room. */
export function limitsOf(config: Asked): ModelLimits {
  const { model, maxOutputTokens, models } = config;
  const [contextWindow, ownMaxOutput] = found(model, TABLE) ?? [UNKNOWN.contextWindow, UNKNOWN.maxOutput];
  const told = models && found(model, models);
  const limits = {
    contextWindow: told?.contextWindow ?? contextWindow,
    maxOutput: maxOutputTokens ?? told?.maxOutput ?? ownMaxOutput,
  };
  if (limits.contextWindow - limits.maxOutput < LEAST_PROMPT) throw new ConfigError([noRoom(limits, config)]);
  return limits;
}

/** US dollars; undefined for a model or a server whose prices are not known. */
export function costOf(usage: Usage, { model, baseUrl, models }: Asked): number | undefined {
  const told = models && found(model, models)?.price;
  if (told) return cost(usage, told);
  const row = isOpenAi(baseUrl) ? found(model, TABLE) : undefined;
  if (!row) return undefined;
  const [contextWindow, , inputUsd, cachedInputUsd, outputUsd] = row;
  const regional = isRegional(baseUrl) && REGIONAL_SINCE.test(model) ? REGIONAL_FACTOR : 1;
  const long = contextWindow >= LARGE_WINDOW && usage.promptTokens > LONG_PROMPT;
  const input = regional * (long ? LONG_INPUT_FACTOR : 1);
  const output = regional * (long ? LONG_OUTPUT_FACTOR : 1);
  return cost(usage, {
    inputUsd: input * inputUsd,
    cachedInputUsd: input * cachedInputUsd,
    outputUsd: output * outputUsd,
  });
}

function cost(
  { promptTokens, cachedTokens, completionTokens }: Usage,
  { inputUsd, cachedInputUsd, outputUsd }: Price,
): number {
  return (
    ((promptTokens - cachedTokens) * inputUsd + cachedTokens * cachedInputUsd + completionTokens * outputUsd) / TOKENS
  );
}

function found<Entry extends Row | ModelFacts>(model: string, table: ReadonlyMap<string, Entry>): Entry | undefined {
  return table.get(model) ?? table.get(model.replace(SNAPSHOT, ''));
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
