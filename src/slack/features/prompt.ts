/** `/skein prompt`: the instructions in force for me here; with a text, my own. */
import type { Feature } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';
import { isDefault } from './model.js';
import { escaped } from './settings/shown.js';
import { nameOf } from './why.js';

const NAME = 'prompt';
const MAX_CHARACTERS = 3_000;

export const prompt: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch, clock }) {
    app.command(NAME, 'command_prompt', async (interaction, signal) => {
      const { id, team, user, channel = '', text } = interaction;
      const place = { team, channel, person: user };
      const say = await services.wordsFor(place);
      const tell = (answer: string): Promise<void> => respond(interaction, answer, workspaces, signal, fetch);
      if (text === '') {
        const { instructions } = await services.rules.at(place);
        const parts = (instructions?.value ?? []).map(
          ({ layer, value }) => `*${nameOf(layer, say)}*\n${quoted(value)}`,
        );
        return tell(
          [say('prompt_here'), `*${nameOf('deployment', say)}*\n> ${say('prompt_base')}`, ...parts].join('\n'),
        );
      }
      const layer = { team, layer: 'person', id: user } as const;
      const takesBack = isDefault(text, say('default_word'));
      const instructions = takesBack ? null : text.slice(0, MAX_CHARACTERS);
      await services.settings.change(layer, { instructions }, { id, by: user, at: clock.now() });
      return tell(instructions === null ? say('prompt_unset') : `${say('prompt_set')}\n${quoted(instructions)}`);
    });
  },
};

function quoted(text: string): string {
  return escaped(text).replaceAll(/^/gm, '> ');
}
