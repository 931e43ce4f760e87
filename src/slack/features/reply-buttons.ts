/** The buttons under a whole reply: Again, ‹ and › through its versions, and Continue. */
import { AGAIN, CONTINUE, EARLIER, LATER } from '../../core/reply-actions.js';
import type { Feature } from '../app/feature.js';
import type { Interaction } from '../inbound/interaction.js';
import { respond } from '../outbound/interaction-response.js';

export const replyButtons: Feature = {
  name: 'reply-buttons',
  needs: { interactivity: true },
  register(app, { services, workspaces, fetch, logger }) {
    const { replyActs } = services;

    /** False if the person gets no answers here, and has been told so. */
    async function mayAsk(interaction: Interaction, signal: AbortSignal): Promise<boolean> {
      const { team, user: person, home, channel = '' } = interaction;
      const refused = await services.whyNot({ team, channel, person, home });
      if (!refused) return true;
      const say = await services.wordsFor({ team, person });
      const text = say('why_not_answered', { reason: say(`reason_${refused}`) });
      await respond(interaction, text, workspaces, signal, fetch);
      return false;
    }

    for (const action of [AGAIN, EARLIER, LATER]) {
      app.action(action, async (interaction, signal) => {
        const { id, team, user: person, text, message } = interaction;
        const [key = '', version] = text.split(' ');
        if (!message || key === '') return logger.warn({ action }, 'a button names no reply');
        if (!(await mayAsk(interaction, signal))) return;
        const wish = { id, reply: message.ts, ...(version !== undefined && { version: Number(version) }) };
        const reopened = await replyActs.again(key, wish);
        // Tried again in a moment.
        if (reopened === 'early') throw new Error('the reply is not settled yet');
        if (reopened !== 'refused') return;
        const { onlyNewest } = await services.messagesIn({ team, person });
        await respond(interaction, onlyNewest, workspaces, signal, fetch);
      });
    }
    app.action(CONTINUE, async (interaction, signal) => {
      const { text: key, message, team, user: person } = interaction;
      if (!message || key === '') return logger.warn({ action: CONTINUE }, 'a button names no reply');
      if (!(await mayAsk(interaction, signal))) return;
      const { goOn } = await services.messagesIn({ team, person });
      await replyActs.goOn(key, { reply: message.ts, person, words: goOn });
    });
  },
};
