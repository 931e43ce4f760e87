/** `!reset` in a thread: forgets the conversation. The messages stay in Slack. */
import { keyOf } from '../../core/conversation-id.js';
import type { Feature } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';

const NAME = 'reset';

export const reset: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch, logger }) {
    app.command(NAME, 'command_reset', async (interaction, signal) => {
      const { team, user } = interaction;
      const [say, { bot }] = await Promise.all([services.wordsFor({ team, person: user }), workspaces.of(team)]);
      const tell = (text: string): Promise<void> => respond(interaction, text, workspaces, signal, fetch);
      const conversation = services.conversationOf(interaction);
      if (!conversation) return tell(say('thread_needed', { mention: `<@${bot.userId}>`, word: NAME }));
      const key = keyOf(conversation);
      const turns = await services.conversations.forget(key);
      await services.feedback.forget(key);
      // A reply that is being written is taken back.
      await services.queue.wake(key);
      logger.info({ conversation: key, by: user, turns }, 'a conversation was forgotten');
      return tell(say(turns > 0 ? 'reset_done' : 'reset_nothing'));
    });
  },
};
