/** Which value is in force where several layers set it, and where it comes from. Pure. */
import {
  finalOf,
  type Layer,
  LAYERS,
  type LayerValues,
  ruleOf,
  SETTING_KEYS,
  type SettingKey,
  type ValueOf,
} from './table.js';

/** What each layer sets at a place. */
export type Layers = { readonly [Name in Layer]?: LayerValues };

/** Why a layer's value is not in force. `locked`: a higher layer lets nobody change it. `forbidden`: it allows less. */
interface Refused {
  readonly layer: Layer;
  readonly why: 'locked' | 'forbidden';
  readonly by: Layer;
}

export interface InForce<Value> {
  readonly value: Value;
  /** The layer that decided. */
  readonly origin: Layer;
  readonly refused?: readonly Refused[];
}

/** A text of each layer that has one. */
export interface Part<Value> {
  readonly layer: Layer;
  readonly value: Value;
}

type Combined<Key extends SettingKey> = Key extends 'instructions' | 'who'
  ? readonly Part<ValueOf<Key>>[]
  : ValueOf<Key>;

/** What nobody has set is missing. */
export type Settings = { readonly [Key in SettingKey]?: InForce<Combined<Key>> };

type Anything = { value: unknown; origin: Layer; refused?: Refused[] };

/** A lower layer chooses, adds or narrows; it never widens what a higher one forbids. */
export function resolve(layers: Layers): Settings {
  const found: Partial<Record<SettingKey, Anything>> = {};
  for (const key of SETTING_KEYS) {
    const one = resolveOne(key, layers);
    if (one) found[key] = one;
  }
  const model = allowedModel(layers, found.models);
  if (model) found.model = model;
  return found as Settings;
}

function resolveOne(key: SettingKey, layers: Layers): Anything | undefined {
  const rule = ruleOf(key);
  const refused: Refused[] = [];
  let found: Anything | undefined;
  let lockedBy: Layer | undefined;
  for (const layer of LAYERS) {
    const value: unknown = layers[layer]?.[key];
    if (value !== undefined) {
      const by = lockedBy ?? found?.origin;
      const next = lockedBy === undefined ? combine(key, rule, found, { layer, value }) : undefined;
      if (next) found = next;
      else if (by !== undefined) refused.push({ layer, by, why: lockedBy === undefined ? 'forbidden' : 'locked' });
    }
    if (locks(layers[layer], key)) lockedBy ??= layer;
  }
  return found && (refused.length > 0 ? { ...found, refused } : found);
}

/** Where the model is locked, so is the list: without it there, another model would have to take its place. */
function locks(values: LayerValues | undefined, key: SettingKey): boolean {
  const locked = values?.locked ?? [];
  return locked.includes(key) || (key === 'models' && locked.includes('model'));
}

/** Undefined: the lower value would widen. */
function combine(
  key: SettingKey,
  rule: ReturnType<typeof ruleOf>,
  higher: Anything | undefined,
  { layer, value }: Part<unknown>,
): Anything | undefined {
  const own = { value, origin: layer };
  if (rule === 'added' || rule === 'each')
    return { value: [...((higher?.value as unknown[] | undefined) ?? []), { layer, value }], origin: layer };
  if (!higher) return own;
  if (rule === 'choice') return higher.value === finalOf(key) ? undefined : own;
  if (rule === 'least') return (value as number) <= (higher.value as number) ? own : undefined;
  if (rule === 'all') return value === true && higher.value === false ? undefined : own;
  const common = (value as string[]).filter((item) => (higher.value as string[]).includes(item));
  return common.length > 0 ? { value: common, origin: layer } : undefined;
}

/**
 * The lowest choice that is among the models allowed here; if none is, the first that is allowed. Where there is no list,
 * people choose none for themselves: it may cost what nobody has thought of.
 */
function allowedModel(layers: Layers, models: Anything | undefined): Anything | undefined {
  const allowed = models?.value as string[] | undefined;
  if (!allowed || !models) {
    const { person = {}, ...places } = layers;
    const chosen = resolveOne('model', places);
    if (person.model === undefined || !chosen) return chosen;
    const refused: Refused = { layer: 'person', by: chosen.origin, why: 'forbidden' };
    return { ...chosen, refused: [...(chosen.refused ?? []), refused] };
  }
  const fits = Object.fromEntries(
    Object.entries(layers).map(([layer, values]) => {
      const { model, ...others } = values;
      return [layer, model !== undefined && allowed.includes(model) ? { ...others, model } : others];
    }),
  );
  const best = resolveOne('model', fits) ?? { value: allowed[0], origin: models.origin };
  const refused: Refused[] = LAYERS.flatMap((layer) => {
    const model = layers[layer]?.model;
    const isOut = model !== undefined && !allowed.includes(model);
    return isOut ? [{ layer, by: models.origin, why: 'forbidden' as const }] : [];
  });
  const all = [...(best.refused ?? []), ...refused];
  return all.length > 0 ? { ...best, refused: all } : best;
}
