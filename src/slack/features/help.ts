/** `/skein help`: what the bot can do, shown to the person who asks. */
import { cutAt } from '../../core/text.js';
import type { Feature } from '../app/feature.js';
import { COMMAND } from '../app/manifest.js';
import { respond } from '../outbound/interaction-response.js';

const NAME = 'help';

export const help: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { workspaces, fetch }) {
    app.command(NAME, 'show this help', async (interaction, signal) => {
      const { bot } = await workspaces.of(interaction.team);
      await respond(interaction, helpText(interaction.name, bot.userId, app.commands), workspaces, signal, fetch);
    });
  },
};

/** `typed`: the word behind the command, '' for none. */
function helpText(typed: string, bot: string, commands: ReadonlyMap<string, string>): string {
  const isUnknown = typed !== '' && !commands.has(typed);
  return [
    ...(isUnknown ? [`I don't know \`${COMMAND} ${plain(typed)}\`.`] : []),
    `*<@${bot}> keeps the thread.* I answer with the whole conversation as context.`,
    '• *In a channel*, mention me. I answer in a thread; continue there without a mention.',
    '• *In a direct message*, just write.',
    '• *Edit* your latest question, and I rewrite my answer. *Delete* a message, and I forget it.',
    '*Commands*',
    ...Array.from(commands, ([command, description]) => `• \`${COMMAND} ${command}\`: ${description}`),
  ].join('\n');
}

/** What a person typed must neither end the code span nor mention anybody. */
function plain(typed: string): string {
  return cutAt(typed.replace(/[^\p{L}\p{N}_-]/gu, ''), 40);
}
