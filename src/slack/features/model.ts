/** `/skein model`: which model answers me here; with a name, another one for me. */
import { modelName } from '../../core/layers/table.js';
import type { Feature } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';
import { code } from './settings/shown.js';
import { nameOf } from './why.js';

const NAME = 'model';

export const model: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch, clock }) {
    app.command(NAME, 'command_model', async (interaction, signal) => {
      const { id, team, user, channel = '', text } = interaction;
      const place = { team, channel, person: user };
      const say = await services.wordsFor(place);
      const tell = (answer: string): Promise<void> => respond(interaction, answer, workspaces, signal, fetch);
      const { model: current, models } = await services.rules.at(place);
      const choices = (models?.value ?? [current?.value ?? services.model.name]).map(code).join(', ');
      const name = text.trim();
      if (name === '') {
        const here = {
          model: current?.value ?? services.model.name,
          layer: nameOf(current?.origin ?? 'deployment', say),
        };
        return tell(
          [say('model_here', here), ...(choices ? [say('model_choices', { models: choices })] : [])].join('\n'),
        );
      }
      const layer = { team, layer: 'person', id: user } as const;
      const request = { id, by: user, at: clock.now() };
      if (isDefault(name, say('default_word'))) {
        await services.settings.change(layer, { model: null }, request);
        return tell(say('model_unset'));
      }
      // Where there is no list, nobody has thought of what other models cost.
      if (!modelName.safeParse(name).success || !models?.value.includes(name))
        return tell(
          say('model_not_allowed', { model: name.replaceAll(/[`<>&\s]/g, '').slice(0, 80), models: choices }),
        );
      await services.settings.change(layer, { model: name }, request);
      // A higher layer may have locked it.
      const { model: now } = await services.rules.at(place);
      if (!now?.refused?.some(({ layer: of }) => of === 'person'))
        return tell(say('model_set', { model: name.replaceAll(/[`<>&]/g, '') }));
      return tell(say('why_locked', { layer: nameOf('person', say), by: nameOf(now?.origin ?? 'deployment', say) }));
    });
  },
};

/** The word in the person's language, or in English. */
export function isDefault(typed: string, word: string): boolean {
  return ['default', word.toLowerCase()].includes(typed.toLowerCase());
}
