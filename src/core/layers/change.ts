/** A change of a layer, and its line in the log. Pure. */
import { isDeepStrictEqual } from 'node:util';
import type { LayerId, LoggedChange, ValueChange } from '../ports.js';
import { isSetIn, type LayerKey, schemaOf } from './table.js';

/** Lines of the log that are kept, of a workspace and of a person. */
export const MAX_LOGGED = { workspace: 500, person: 50 } as const;

type Values = Readonly<Record<string, unknown>>;

/** Values that the layer cannot hold are left out. What a later version has stored stays. */
export function changed(
  { layer }: Pick<LayerId, 'layer'>,
  from: Values,
  to: Readonly<Partial<Record<LayerKey, unknown>>>,
): { values: Values; changes: ValueChange[] } {
  const values: Record<string, unknown> = { ...from };
  const changes: ValueChange[] = [];
  for (const [name, wanted] of Object.entries(to)) {
    const key = name as LayerKey;
    if (!isSetIn(key, layer)) continue;
    const value: unknown = wanted === null || wanted === undefined ? undefined : schemaOf(key).parse(wanted);
    const before = from[key];
    if (isDeepStrictEqual(before, value)) continue;
    if (value === undefined) delete values[key];
    else values[key] = value;
    changes.push({ key, ...(before !== undefined && { from: before }), ...(value !== undefined && { to: value }) });
  }
  return { values, changes };
}

/** What an earlier call for this request has changed; undefined if there was none. */
export function changesOf(id: string, log: readonly LoggedChange[]): readonly ValueChange[] | undefined {
  return log.find((line) => line.id === id)?.changes;
}
