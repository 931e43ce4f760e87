/** The buttons under a whole reply: Again, ‹ and › through its versions, and Continue. */
import { AGAIN, CONTINUE, EARLIER, LATER } from '../../core/reply-actions.js';
import type { Feature } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';

export const replyButtons: Feature = {
  name: 'reply-buttons',
  needs: { interactivity: true },
  register(app, { replyActs, mayAsk, botMessages, workspaces, fetch, logger }) {
    for (const action of [AGAIN, EARLIER, LATER]) {
      app.action(action, async (interaction, signal) => {
        const { id, text, message } = interaction;
        const [key = '', version] = text.split(' ');
        if (!message || key === '') return logger.warn({ action }, 'a button names no reply');
        if (!(await mayAsk(interaction))) return;
        const wish = { id, reply: message.ts, ...(version !== undefined && { version: Number(version) }) };
        const reopened = await replyActs.again(key, wish);
        // Tried again in a moment.
        if (reopened === 'early') throw new Error('the reply is not settled yet');
        if (reopened === 'refused') await respond(interaction, botMessages.onlyNewest, workspaces, signal, fetch);
      });
    }
    app.action(CONTINUE, async (interaction) => {
      const { text: key, message, user: person } = interaction;
      if (!message || key === '') return logger.warn({ action: CONTINUE }, 'a button names no reply');
      if (await mayAsk(interaction)) await replyActs.goOn(key, { reply: message.ts, person, words: botMessages.goOn });
    });
  },
};
