/** What `MODELS_FILE` holds: a JSON object that says of models, by name, how much they read and write and what they cost. */
import { z } from 'zod';

/** US dollars for a million tokens: read, read from the prompt cache, written. */
export interface Price {
  readonly inputUsd: number;
  readonly cachedInputUsd: number;
  readonly outputUsd: number;
}

/** What somebody says of a model; the rest is as the bot knows it. */
export interface ModelFacts {
  /** Tokens that a prompt and its answer have together. */
  readonly contextWindow?: number;
  /** Tokens of the longest answer. */
  readonly maxOutput?: number;
  readonly price?: Price;
}

const MOST_TOKENS = 100_000_000;
/** A thousand times what the dearest model costs: a price for one token, or in another currency's cents, is a slip. */
const MOST_USD = 100_000;

const EXAMPLE =
  '{"some-model": {"contextWindow": 131072, "maxOutput": 8192, "inputUsd": 0.5, "cachedInputUsd": 0.05, "outputUsd": 2}}';
const HINT = `write it like ${EXAMPLE}; prices are US dollars for a million tokens, and what is not known may be left out`;

const isTokens = `must be a whole number of tokens from 1 to ${MOST_TOKENS}`;
const isUsd = `must be a number of US dollars from 0 to ${MOST_USD}`;
const tokens = z.number(isTokens).int(isTokens).min(1, isTokens).max(MOST_TOKENS, isTokens).optional();
const usd = z.number(isUsd).min(0, isUsd).max(MOST_USD, isUsd).optional();

const entry = z
  .strictObject(
    { contextWindow: tokens, maxOutput: tokens, inputUsd: usd, cachedInputUsd: usd, outputUsd: usd },
    {
      error: ({ code, keys }) =>
        code === 'unrecognized_keys' ? `knows no ${keys.join(', ')}` : 'must be a JSON object',
    },
  )
  .transform(({ contextWindow, maxOutput, inputUsd, cachedInputUsd = inputUsd, outputUsd }, context): ModelFacts => {
    if (contextWindow !== undefined && maxOutput !== undefined && maxOutput >= contextWindow) {
      context.addIssue({
        code: 'custom',
        path: ['maxOutput'],
        message: 'must be less than contextWindow, which holds the prompt as well',
      });
    }
    const hasPrice = inputUsd !== undefined && cachedInputUsd !== undefined && outputUsd !== undefined;
    if (!hasPrice && (cachedInputUsd ?? outputUsd) !== undefined) {
      context.addIssue({ code: 'custom', message: 'must have both inputUsd and outputUsd, or no price' });
    }
    return {
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxOutput !== undefined && { maxOutput }),
      ...(hasPrice && { price: { inputUsd, cachedInputUsd, outputUsd } }),
    };
  });

const file = z.record(z.string(), entry, { error: 'must be a JSON object of models by name' });

export interface FileFault {
  readonly problem: string;
  readonly hint: string;
}

/** The models by name, and every fault there is; a fault names the place in the file, and quotes nothing of what stands there. */
export function modelsFrom(
  text: string,
  path: string,
): { models: ReadonlyMap<string, ModelFacts>; faults: FileFault[] } {
  const none = new Map<string, ModelFacts>();
  let written: unknown;
  try {
    written = JSON.parse(text);
  } catch (error) {
    return { models: none, faults: [{ problem: `the file ${path} is not JSON${place(text, error)}`, hint: HINT }] };
  }
  const read = file.safeParse(written);
  if (read.success) return { models: new Map(Object.entries(read.data)), faults: [] };
  const faults = read.error.issues.map(({ path: keys, message }) => ({
    problem: `in ${path}, ${keys.join('.') || 'the whole'} ${message}`,
    hint: HINT,
  }));
  return { models: none, faults };
}

/** The parser's own words may quote the file, which may not be the one that was meant. */
function place(text: string, error: unknown): string {
  const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
  return position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
}
