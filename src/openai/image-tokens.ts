/** What models see, and what pictures cost, in tokens. https://developers.openai.com/api/docs/guides/images-vision */
import type { OpenAiConfig } from '../config/config.js';
import { isOpenAi } from '../config/openai-address.js';
import { baseModel } from './models.js';

/** Counts squares of 512 pixels: tokens of any picture, and of each square. */
const BY_SQUARES: ReadonlyMap<string, readonly [any: number, each: number]> = new Map([
  ['gpt-4o', [85, 170]],
  ['gpt-4.1', [85, 170]],
  ['gpt-4o-mini', [2_833, 5_667]],
  ['gpt-5', [70, 140]],
  ['gpt-5.1', [70, 140]],
  ['gpt-5.2', [70, 140]],
]);
const SQUARE = 512;

/** All others count patches of 32 pixels, small ones several tokens for each. */
const PATCH = 32;
const MAX_PATCHES = 1_536;
const PER_PATCH: readonly (readonly [RegExp, number])[] = [
  [/-nano$/, 2.46],
  [/-mini$/, 1.62],
];
/** Those that the bot knows all see. Of others, `MODELS_FILE` has to say so. */
const SEES = /^gpt-(?:4o|4\.1|5|6)/;

/** Undefined if the model cannot see. Sides in pixels, as the bot sends pictures: within 2,048 by 768. */
export function imageTokensOf({
  model,
  models,
}: Pick<OpenAiConfig, 'model' | 'models'>): ((width: number, height: number) => number) | undefined {
  const name = baseModel(model);
  const { vision = SEES.test(name) } = models?.get(model) ?? models?.get(name) ?? {};
  if (!vision) return undefined;
  const [any, each] = BY_SQUARES.get(name) ?? [];
  if (any !== undefined && each !== undefined) return (width, height) => any + each * pieces(width, height, SQUARE);
  const [, perPatch = 1] = PER_PATCH.find(([pattern]) => pattern.test(name)) ?? [];
  return (width, height) => Math.ceil(perPatch * Math.min(MAX_PATCHES, pieces(width, height, PATCH)));
}

/** Whether it reads PDFs itself. At OpenAI, each that sees does: https://developers.openai.com/api/docs/guides/file-inputs */
export function readsPdfs({ model, models, baseUrl }: Pick<OpenAiConfig, 'model' | 'models' | 'baseUrl'>): boolean {
  const name = baseModel(model);
  const { pdf = isOpenAi(baseUrl) && SEES.test(name) } = models?.get(model) ?? models?.get(name) ?? {};
  return pdf;
}

function pieces(width: number, height: number, side: number): number {
  return Math.ceil(width / side) * Math.ceil(height / side);
}
