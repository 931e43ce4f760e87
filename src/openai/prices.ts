/** What OpenAI asks for its models. https://developers.openai.com/api/docs/pricing, standard tier, looked at in November 2026 */
import { isOpenAi, isRegional, type OpenAiConfig } from '../config.js';
import type { Usage } from '../conversation/ports.js';

/** US dollars for a million tokens: read, read from the prompt cache, written. */
type Price = readonly [input: number, cached: number, output: number];

/**
 * A regional address costs so much more, for models released since the 5th of March 2026.
 * https://developers.openai.com/api/docs/guides/data-residency
 */
const REGIONAL_FACTOR = 1.1;
const REGIONAL_SINCE = /^gpt-5\.[45]/;

const PRICES: ReadonlyMap<string, Price> = new Map(Object.entries<Price>({
  'gpt-5.5': [5, 0.5, 30],
  'gpt-5.4': [2.5, 0.25, 15],
  'gpt-5.4-mini': [0.75, 0.075, 4.5],
  'gpt-5.4-nano': [0.2, 0.02, 1.25],
  'gpt-5.2': [1.75, 0.175, 14],
  'gpt-5.1': [1.25, 0.125, 10],
  'gpt-5': [1.25, 0.125, 10],
  'gpt-5-mini': [0.25, 0.025, 2],
  'gpt-5-nano': [0.05, 0.005, 0.4],
  'gpt-4.1': [2, 0.5, 8],
  'gpt-4.1-mini': [0.4, 0.1, 1.6],
  'gpt-4.1-nano': [0.1, 0.025, 0.4],
  'gpt-4o': [2.5, 1.25, 10],
  'gpt-4o-mini': [0.15, 0.075, 0.6],
}));

const TOKENS = 1_000_000;
/** `gpt-5.4-mini-2026-03-17` is a snapshot of `gpt-5.4-mini`, at its price. */
const SNAPSHOT = /-\d{4}-\d{2}-\d{2}$/;

/** US dollars; undefined for a model or a server whose prices are not known. */
export function costOf({ promptTokens, cachedTokens, completionTokens }: Usage, { model, baseUrl }: Pick<OpenAiConfig, 'model' | 'baseUrl'>): number | undefined {
  const price = isOpenAi(baseUrl) ? PRICES.get(model.replace(SNAPSHOT, '')) : undefined;
  if (!price) return undefined;
  const [input, cached, output] = price;
  const factor = isRegional(baseUrl) && REGIONAL_SINCE.test(model) ? REGIONAL_FACTOR : 1;
  return (factor * ((promptTokens - cachedTokens) * input + cachedTokens * cached + completionTokens * output)) / TOKENS;
}
