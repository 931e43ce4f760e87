/** A hello in a channel that the bot is added to, with a button that tells what it can do. */
import { DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Feature } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';
import { WITHOUT_PREVIEWS } from '../outbound/post.js';
import { isRefusedForGood } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';
import { helpText } from './help.js';
import { plain } from './settings/fields.js';

const HELP = 'hello-help';

export const hello: Feature = {
  name: 'hello',
  needs: { events: ['member_joined_channel'], interactivity: true },
  register(app, { services, workspaces, fetch, logger }) {
    app.event('joined', async ({ id, team, channel = '', user }) => {
      if (!services.channelHello) return;
      const { answers } = await services.rules.at({ team, channel });
      // It would answer nobody there.
      if (answers?.value === 'off') return;
      const place = { team, channel, ...(user !== '' && { person: user }) };
      const [{ client, bot }, say] = await Promise.all([workspaces.of(team), services.wordsFor(place)]);
      try {
        // An earlier try may have posted it. Outside threads, as at the top level of a DM.
        if (await services.findAnswer({ team, channel, thread: DM_TOP_LEVEL }, id)) return;
        const text = say('hello_channel', { bot: `<@${bot.userId}>` });
        await client.chat.postMessage({
          channel,
          text,
          blocks: [
            { type: 'section', text: { type: 'mrkdwn', text } },
            { type: 'actions', elements: [{ type: 'button', action_id: HELP, text: plain(say('hello_button')) }] },
          ],
          ...WITHOUT_PREVIEWS,
          metadata: metadataFor('feature', id),
        });
      } catch (error) {
        if (!isRefusedForGood(error)) throw error;
        // Removed again, or only some may post there.
        logger.info({ err: error, channel }, 'Slack takes no hello in this channel');
      }
    });

    app.action(HELP, async (interaction, signal) => {
      const { team, user: person, home, channel = '' } = interaction;
      const [{ bot }, say, refused] = await Promise.all([
        workspaces.of(team),
        services.wordsFor({ team, channel, person }),
        services.whyNot({ team, channel, person, home }),
      ]);
      const text = refused
        ? say('why_not_answered', { reason: say(`reason_${refused}`) })
        : helpText('', bot.userId, app.commands, say);
      await respond(interaction, text, workspaces, signal, fetch);
    });
  },
};
