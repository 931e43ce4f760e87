/** The settings in force at a place. */
import type { SettingsPlace, SettingsStore } from '../ports.js';
import { type Layers, resolve, type Settings } from './resolve.js';

export interface SettingsReader {
  at(place: SettingsPlace): Promise<Settings>;
}

/** `ground`: the layers of the deployment and of the file, which stay as long as the process. */
export function settingsReader(store: Pick<SettingsStore, 'read'>, ground: Layers): SettingsReader {
  const alone = resolve(ground);
  return {
    async at(place) {
      const stored = await store.read(place);
      return Object.keys(stored).length === 0 ? alone : resolve({ ...ground, ...stored });
    },
  };
}
