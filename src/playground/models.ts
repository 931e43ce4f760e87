/** Models for the playground's own questions: the configured one, or the stand-in. */
import { createModel } from '../bot.js';
import { ConfigError, faultsInOneLine } from '../config/faults.js';
import { readConfig } from '../config/read-config.js';
import type { Clock, Logger, Model } from '../core/ports.js';
import { RequestError } from './request.js';
import type { ModelChanges } from './reruns.js';
import type { PlaygroundSettings } from './settings.js';
import { standIn as createStandIn } from './stand-in.js';

/** Throws `RequestError` for changes that the configuration does not allow. */
export function modelWith(
  { env, standIn }: Pick<PlaygroundSettings, 'env' | 'standIn'>,
  { model, temperature }: ModelChanges,
  dependencies: { readonly clock: Clock; readonly logger: Logger; readonly instant: boolean },
): Model {
  const { clock, instant } = dependencies;
  if (standIn) return createStandIn(clock, instant);
  try {
    const config = readConfig({
      ...env,
      ...(model !== undefined && { OPENAI_MODEL: model }),
      ...(temperature !== undefined && { OPENAI_TEMPERATURE: String(temperature) }),
    });
    return createModel(config.openai, dependencies);
  } catch (error) {
    if (error instanceof ConfigError) throw new RequestError(400, faultsInOneLine(error));
    throw error;
  }
}
