/** `!stop` in a thread: stops the reply that is being written there. */
import { keyOf } from '../../core/conversation-id.js';
import type { Feature } from '../app/feature.js';
import { tsAt } from '../app/stops.js';
import { respond } from '../outbound/interaction-response.js';

const NAME = 'stop';

export const stop: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch, clock }) {
    app.command(NAME, 'command_stop', async (interaction, signal) => {
      const { team, user, message } = interaction;
      const [say, { bot }] = await Promise.all([services.wordsFor({ team, person: user }), workspaces.of(team)]);
      const tell = (text: string): Promise<void> => respond(interaction, text, workspaces, signal, fetch);
      const conversation = services.conversationOf(interaction);
      if (!conversation) return tell(say('thread_needed', { mention: `<@${bot.userId}>`, word: NAME }));
      const isStopped = await services.stopReply(keyOf(conversation), { at: message?.ts ?? tsAt(clock.now()) });
      return tell(say(isStopped ? 'stop_done' : 'stop_nothing'));
    });
  },
};
