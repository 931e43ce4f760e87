/** `/skein help`: what the bot can do, shown to the person who asks. */
import { cutAt } from '../../core/text.js';
import type { Say } from '../../messages/words.js';
import type { Feature, FeatureApp } from '../app/feature.js';
import { COMMAND } from '../app/manifest.js';
import { respond } from '../outbound/interaction-response.js';

const NAME = 'help';

export const help: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch }) {
    app.command(NAME, 'command_help', async (interaction, signal) => {
      const { team, user, name } = interaction;
      const [{ bot }, say] = await Promise.all([workspaces.of(team), services.wordsFor({ team, person: user })]);
      await respond(interaction, helpText(name, bot.userId, app.commands, say), workspaces, signal, fetch);
    });
  },
};

/** `typed`: the word behind the command, '' for none. */
export function helpText(typed: string, bot: string, commands: FeatureApp['commands'], say: Say): string {
  const isUnknown = typed !== '' && !commands.has(typed);
  return [
    ...(isUnknown ? [say('unknown_command', { typed: `${COMMAND} ${plain(typed)}` })] : []),
    ...introduction(bot, say),
    `*${say('help_commands')}*`,
    ...Array.from(commands, ([command, description]) => `• \`${COMMAND} ${command}\`: ${say(description)}`),
    say('help_in_threads', { mention: `<@${bot}>` }),
  ].join('\n');
}

export function introduction(bot: string, say: Say): string[] {
  return [
    say('help_intro', { bot: `<@${bot}>` }),
    `• ${say('help_channel')}`,
    `• ${say('help_dm')}`,
    `• ${say('help_edit')}`,
  ];
}

/** What a person typed must neither end the code span nor mention anybody. */
function plain(typed: string): string {
  return cutAt(typed.replace(/[^\p{L}\p{N}_-]/gu, ''), 40);
}
