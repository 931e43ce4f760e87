/**
 * The settings that people can change where they are, each once: what it may be, in which layers it can be set, and what
 * becomes of it where several layers set it. A further setting is one more entry here.
 */
import * as z from 'zod';

/** From the highest to the lowest. The deployment's are environment variables, the file is in the operator's git. */
export const LAYERS = ['deployment', 'file', 'workspace', 'channel', 'person'] as const;
export type Layer = (typeof LAYERS)[number];
/** Those that people change, kept by `SettingsStore`. */
export type StoredLayer = 'workspace' | 'channel' | 'person';

const MAX_TEXT = 3_000;
/** One cent: a smaller budget is probably a mistake. */
const MIN_USD = 0.01;
const MAX_USD = 1_000_000;
const MAX_LISTED = 100;

export const modelName = z.string().trim().min(1).max(200);
const usd = z.number().min(MIN_USD).max(MAX_USD);
const words = z.string().trim().min(1).max(MAX_TEXT);

/**
 * - `choice`: the lowest layer decides.
 * - `added`: all count, the higher ones first.
 * - `least`: the smallest number counts.
 * - `all`: true only if no layer says false.
 * - `common`: only what stands in each list.
 * - `each`: the conditions of all layers must hold.
 */
type Rule = 'choice' | 'added' | 'least' | 'all' | 'common' | 'each';

interface Entry {
  readonly schema: z.ZodType;
  readonly rule: Rule;
  readonly layers: readonly StoredLayer[];
  /** A choice that no lower layer can take back. */
  readonly final?: string;
}

const EVERYWHERE = ['workspace', 'channel', 'person'] as const;
const PLACES = ['workspace', 'channel'] as const;

export const EFFORTS = ['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max'] as const;
export type Effort = (typeof EFFORTS)[number];
export const VERBOSITIES = ['low', 'medium', 'high'] as const;
export type Verbosity = (typeof VERBOSITIES)[number];
export const ANSWERS = ['auto', 'all', 'mention', 'off'] as const;
export const STREAMINGS = ['auto', 'native', 'edit', 'off'] as const;
export const TONES = ['neutral', 'friendly', 'formal', 'direct'] as const;
/** Languages of the bot's own words. */
export const LANGUAGES = ['en', 'zh', 'ja', 'de', 'es', 'fr'] as const;
export type Language = (typeof LANGUAGES)[number];

const TABLE = {
  model: { schema: modelName, rule: 'choice', layers: EVERYWHERE },
  models: { schema: z.array(modelName).min(1).max(MAX_LISTED), rule: 'common', layers: PLACES },
  instructions: { schema: words, rule: 'added', layers: EVERYWHERE },
  answers: { schema: z.enum(ANSWERS), rule: 'choice', layers: PLACES, final: 'off' },
  streaming: { schema: z.enum(STREAMINGS), rule: 'choice', layers: EVERYWHERE },
  verbosity: { schema: z.enum(VERBOSITIES), rule: 'choice', layers: EVERYWHERE },
  effort: { schema: z.enum(EFFORTS), rule: 'choice', layers: EVERYWHERE },
  personDailyUsd: { schema: usd, rule: 'least', layers: ['workspace'] },
  channelDailyUsd: { schema: usd, rule: 'least', layers: PLACES },
  workspaceMonthlyUsd: { schema: usd, rule: 'least', layers: ['workspace'] },
  who: {
    schema: z.strictObject({
      people: z.array(z.string().regex(/^[UW][A-Z0-9]+$/)).max(MAX_LISTED),
      groups: z.array(z.string().regex(/^S[A-Z0-9]+$/)).max(MAX_LISTED),
    }),
    rule: 'each',
    layers: PLACES,
  },
  guests: { schema: z.boolean(), rule: 'all', layers: PLACES },
  externals: { schema: z.boolean(), rule: 'all', layers: PLACES },
  language: { schema: z.enum(LANGUAGES), rule: 'choice', layers: EVERYWHERE },
  tone: { schema: z.enum(TONES), rule: 'choice', layers: ['person'] },
  about: { schema: words, rule: 'choice', layers: ['person'] },
  memory: { schema: z.boolean(), rule: 'choice', layers: ['person'] },
} as const satisfies Record<string, Entry>;

export type SettingKey = keyof typeof TABLE;
export const SETTING_KEYS = Object.keys(TABLE) as SettingKey[];

export type ValueOf<Key extends SettingKey> = z.output<(typeof TABLE)[Key]['schema']>;
/** What one layer sets. `locked`: no lower layer can change these. */
export type LayerValues = { readonly [Key in SettingKey]?: ValueOf<Key> } & { readonly locked?: readonly SettingKey[] };
export type LayerKey = keyof LayerValues;

const ENTRIES: Readonly<Record<SettingKey, Entry>> = TABLE;
const lockedSchema = z.array(z.enum(SETTING_KEYS as [SettingKey, ...SettingKey[]]));

export function ruleOf(key: SettingKey): Rule {
  return ENTRIES[key].rule;
}

/** The value that no lower layer can take back, if there is one. */
export function finalOf(key: SettingKey): string | undefined {
  return ENTRIES[key].final;
}

/** Whether the layer can hold it. Nobody is below a person, so a person locks nothing. */
export function isSetIn(key: LayerKey, layer: StoredLayer): boolean {
  return key === 'locked' ? layer !== 'person' : ENTRIES[key].layers.includes(layer);
}

export function schemaOf(key: LayerKey): z.ZodType {
  return key === 'locked' ? lockedSchema : ENTRIES[key].schema;
}

/** Every value that is valid. What a later version has stored besides is left out. */
export function layerFrom(json: unknown): LayerValues {
  if (typeof json !== 'object' || json === null) return {};
  const valid = Object.entries(json).flatMap(([key, value]) => {
    if (key !== 'locked' && !Object.hasOwn(TABLE, key)) return [];
    const { success, data } = schemaOf(key as LayerKey).safeParse(value);
    return success ? [[key, data] as const] : [];
  });
  return Object.fromEntries(valid);
}

/** The layer of the file, or what is wrong with it, without quoting it. */
export function fileLayer(json: unknown): { values: LayerValues; problems: string[] } {
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    return { values: {}, problems: ['the top level must be a JSON object'] };
  const problems = Object.entries(json).flatMap(([key, value]) => {
    if (key === '$schema') return [];
    if (key !== 'locked' && !Object.hasOwn(TABLE, key))
      return [
        `there is no setting ${JSON.stringify(key.slice(0, 40))}: there are ${['locked', ...SETTING_KEYS].join(', ')}`,
      ];
    if (key !== 'locked' && !ENTRIES[key as SettingKey].layers.some((layer) => layer !== 'person'))
      return [`${key} is for people themselves to set`];
    const { error } = schemaOf(key as LayerKey).safeParse(value);
    return error ? [`${key}: ${error.issues[0]?.message ?? 'is not valid'}`] : [];
  });
  return { values: layerFrom(json), problems };
}
