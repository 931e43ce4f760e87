/** When OpenAI switches models off. Pure. */
import type { OpenAiConfig } from '../config/config.js';
import { isOpenAi } from '../config/openai-address.js';
import { baseModel } from './models.js';

/** `date`: the first day without the model, in UTC. `replacement` is the model that OpenAI recommends, or the nearest one in price. */
type Retirement = readonly [date: string, replacement: string];

/** https://developers.openai.com/api/docs/deprecations, November 2026. */
const RETIREMENTS: ReadonlyMap<string, Retirement> = new Map(
  Object.entries<Retirement>({
    'gpt-4o-2024-05-13': ['2026-10-23', 'gpt-6.1-sol'],
    'gpt-4.1-nano': ['2026-10-23', 'gpt-6-luna'],
    'gpt-5': ['2026-12-11', 'gpt-6.1-sol'],
    'gpt-5-mini': ['2026-12-11', 'gpt-6.1-terra'],
    'gpt-5-nano': ['2026-12-11', 'gpt-6-luna'],
    o3: ['2026-12-11', 'gpt-6.1-sol'],
    'gpt-4.1': ['2027-01-14', 'gpt-6-luna'],
    'gpt-4.1-mini': ['2027-01-14', 'gpt-6-luna'],
    'gpt-4o': ['2027-01-14', 'gpt-6-luna'],
    'gpt-4o-mini': ['2027-01-14', 'gpt-6-luna'],
    'gpt-5.1': ['2027-04-01', 'gpt-6.1-sol'],
    'gpt-5.4-nano': ['2027-04-01', 'gpt-6-luna'],
  }),
);

/** `ft:gpt-4o-2024-08-06:acme::B2aX` goes with the model it was made from. */
const FINE_TUNED = /^ft:([^:]+):/;

/** What to tell the operator at `now`, milliseconds since 1970; undefined for other models and servers. */
export function retirementWarning(
  { model, baseUrl }: Pick<OpenAiConfig, 'model' | 'baseUrl'>,
  now: number,
): string | undefined {
  // Other servers may give any model any name.
  if (!isOpenAi(baseUrl)) return undefined;
  const name = FINE_TUNED.exec(model)?.[1] ?? model;
  const retirement = RETIREMENTS.get(name) ?? RETIREMENTS.get(baseModel(name));
  if (!retirement) return undefined;
  const [date, replacement] = retirement;
  const verb = now < Date.parse(date) ? 'will be' : 'was';
  return `OpenAI's model ${model} ${verb} retired on ${date}: set OPENAI_MODEL to another, such as ${replacement}`;
}
