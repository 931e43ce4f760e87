/** Settings in memory, for the playground and for tests. Same contract as in Redis. */
import { changed, changesOf, MAX_LOGGED } from '../core/layers/change.js';
import { layerFrom } from '../core/layers/table.js';
import type { LayerId, LoggedChange, SettingsStore } from '../core/ports.js';

export function memorySettings(): SettingsStore {
  const layers = new Map<string, Readonly<Record<string, unknown>>>();
  const logs = new Map<string, LoggedChange[]>();
  const nameOf = ({ team, layer, id }: LayerId): string => `${team}:${layer}:${id}`;
  const logName = (team: string, person = ''): string => `${team}:${person}`;

  return {
    async read({ team, channel, person }) {
      const of = (layer: LayerId['layer'], id: string | undefined): object => {
        const found = id === undefined ? undefined : layers.get(nameOf({ team, layer, id }));
        return found ? { [layer]: layerFrom(found) } : {};
      };
      return { ...of('workspace', ''), ...of('channel', channel), ...of('person', person) };
    },

    async change(layer, to, request) {
      const person = layer.layer === 'person' ? layer.id : undefined;
      const name = logName(layer.team, person);
      const log = logs.get(name) ?? [];
      const before = changesOf(request.id, log);
      if (before) return before;
      const { values, changes } = changed(layer, layers.get(nameOf(layer)) ?? {}, to);
      if (changes.length === 0) return changes;
      layers.set(nameOf(layer), structuredClone(values));
      const line = structuredClone({ ...request, layer: layer.layer, of: layer.id, changes });
      logs.set(name, [line, ...log].slice(0, MAX_LOGGED[person === undefined ? 'workspace' : 'person']));
      return changes;
    },

    log: async (team, person) => structuredClone(logs.get(logName(team, person)) ?? []),

    async forget(team, person) {
      layers.delete(nameOf({ team, layer: 'person', id: person }));
      logs.delete(logName(team, person));
    },
  };
}
