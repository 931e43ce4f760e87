/** Parses `MODELS_FILE`, a JSON object: name of a model → its context window, longest answer and prices. */
import * as z from 'zod';

/**
 * US dollars per million tokens. `cachedInputUsd`: for input tokens read from the prompt cache; `cacheWriteUsd`: for those
 * written to it, if that costs more than other input.
 */
export interface Price {
  readonly inputUsd: number;
  readonly cachedInputUsd: number;
  readonly cacheWriteUsd?: number;
  readonly outputUsd: number;
}

/** What the file says about a model. Where it says nothing, the bot's built-in knowledge applies. */
export interface ModelFacts {
  /** Tokens of prompt and answer together. */
  readonly contextWindow?: number;
  /** Tokens of the longest answer. */
  readonly maxOutput?: number;
  readonly price?: Price;
  /** US dollars for a minute of sound, of a model that transcribes. */
  readonly minuteUsd?: number;
  /** US dollars for a picture, of a model that makes them, if it is not paid by tokens. */
  readonly imageUsd?: number;
  /** Whether it can see pictures. */
  readonly vision?: boolean;
  /** Whether it reads PDFs itself. */
  readonly pdf?: boolean;
}

const MAX_TOKENS = 100_000_000;
/** A thousand times the price of the most expensive model: more is a mistake, such as another unit. */
const MAX_USD = 100_000;

const EXAMPLE =
  '{"some-model": {"contextWindow": 131072, "maxOutput": 8192, "inputUsd": 0.5, "cachedInputUsd": 0.05, "outputUsd": 2}}';
const HINT = `write it like ${EXAMPLE}; prices are US dollars per million tokens; leave out what you do not know`;

const isTokens = `must be a whole number of tokens from 1 to ${MAX_TOKENS}`;
const isUsd = `must be a number of US dollars from 0 to ${MAX_USD}`;
const tokens = z.number(isTokens).int(isTokens).min(1, isTokens).max(MAX_TOKENS, isTokens).optional();
const usd = z.number(isUsd).min(0, isUsd).max(MAX_USD, isUsd).optional();

const entry = z
  .strictObject(
    {
      contextWindow: tokens,
      maxOutput: tokens,
      inputUsd: usd,
      cachedInputUsd: usd,
      cacheWriteUsd: usd,
      outputUsd: usd,
      minuteUsd: usd,
      imageUsd: usd,
      vision: z.boolean('must be true or false').optional(),
      pdf: z.boolean('must be true or false').optional(),
    },
    {
      error: ({ code, keys }) =>
        code === 'unrecognized_keys' ? `has unknown fields: ${keys.join(', ')}` : 'must be a JSON object',
    },
  )
  .transform((facts, context): ModelFacts => {
    const {
      contextWindow,
      maxOutput,
      inputUsd,
      cachedInputUsd = inputUsd,
      cacheWriteUsd,
      outputUsd,
      minuteUsd,
      imageUsd,
      vision,
      pdf,
    } = facts;
    if (contextWindow !== undefined && maxOutput !== undefined && maxOutput >= contextWindow) {
      context.addIssue({
        code: 'custom',
        path: ['maxOutput'],
        message: 'must be less than contextWindow, which holds the prompt as well',
      });
    }
    const hasPrice = inputUsd !== undefined && cachedInputUsd !== undefined && outputUsd !== undefined;
    if (!hasPrice && (cachedInputUsd ?? cacheWriteUsd ?? outputUsd) !== undefined) {
      context.addIssue({ code: 'custom', message: 'must have both inputUsd and outputUsd, or no price' });
    }
    return {
      ...(contextWindow !== undefined && { contextWindow }),
      ...(maxOutput !== undefined && { maxOutput }),
      ...(minuteUsd !== undefined && { minuteUsd }),
      ...(imageUsd !== undefined && { imageUsd }),
      ...(vision !== undefined && { vision }),
      ...(pdf !== undefined && { pdf }),
      ...(hasPrice && {
        price: { inputUsd, cachedInputUsd, ...(cacheWriteUsd !== undefined && { cacheWriteUsd }), outputUsd },
      }),
    };
  });

const file = z.record(z.string(), entry, { error: 'must be a JSON object of models by name' });

export interface FileFault {
  readonly problem: string;
  readonly hint: string;
}

/** Models by name, or all faults. A fault names its place in the file and never quotes it. */
export function parseModels(
  text: string,
  path: string,
): { models: ReadonlyMap<string, ModelFacts>; faults: FileFault[] } {
  const none = new Map<string, ModelFacts>();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return { models: none, faults: [{ problem: `the file ${path} is not JSON${lineOf(text, error)}`, hint: HINT }] };
  }
  const parsed = file.safeParse(json);
  if (parsed.success) return { models: new Map(Object.entries(parsed.data)), faults: [] };
  const faults = parsed.error.issues.map(({ path: keys, message }) => ({
    problem: `in ${path}, ${keys.join('.') || 'the top level'} ${message}`,
    hint: HINT,
  }));
  return { models: none, faults };
}

/** ` (line …)` of a syntax error. Its message is not used: it may quote the file, which may be the wrong file. */
function lineOf(text: string, error: unknown): string {
  const [, position] = /at position (\d+)/.exec(String(error)) ?? [];
  return position === undefined ? '' : ` (line ${text.slice(0, Number(position)).split('\n').length})`;
}
