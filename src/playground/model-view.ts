import { DEFAULT_SYSTEM_PROMPT } from '../prompt/prompt.js';
import type { PlaygroundSettings } from './settings.js';
import type { State } from './snapshot.js';
import { STAND_IN_NAME } from './stand-in.js';

/** What answers with these settings, for the page. */
export function modelIn({ standIn, config }: PlaygroundSettings): State['model'] {
  const { model, temperature } = config.openai;
  return {
    name: standIn ? STAND_IN_NAME : model,
    standIn,
    ...(temperature !== undefined && { temperature }),
    systemPrompt: config.systemPrompt ?? DEFAULT_SYSTEM_PROMPT,
  };
}
