/** Thumbs under a reply. They are kept; a modal asks why an answer is bad, and a channel of the operator's is told. */
import * as z from 'zod';
import { DM_TOP_LEVEL } from '../../core/conversation-id.js';
import type { Feedback } from '../../core/ports.js';
import { FEEDBACK } from '../../core/reply-actions.js';
import type { Feature, FeatureDeps } from '../app/feature.js';
import type { Interaction } from '../inbound/interaction.js';
import { aboutFeedback, feedbackModal, FORM, formIn, questionAndAnswer } from '../outbound/feedback.js';
import { openModal } from '../outbound/modal.js';
import { WITHOUT_PREVIEWS } from '../outbound/post.js';
import { isRefusedForGood } from '../web-api/failure.js';
import { metadataFor } from '../web-api/metadata.js';

const about = z.object({ conversation: z.string(), reply: z.string(), channel: z.string() });

export const feedback: Feature = {
  name: 'feedback',
  needs: { interactivity: true },
  register(app, deps) {
    const { services, workspaces, clock, logger } = deps;
    const { feedback: store, conversations } = services;

    app.action(FEEDBACK, async (interaction) => {
      const { text, user: person, home, channel, message, team } = interaction;
      const [rating, conversation] = text.split(' ');
      if ((rating !== 'positive' && rating !== 'negative') || !conversation || !message || channel === undefined)
        return logger.warn({}, 'feedback names no reply');
      if (await services.whyNot({ team, channel, person, home })) return;
      const where = { conversation, reply: message.ts };
      const known = await store.of(conversation, message.ts, person);
      const { told } = known ?? {};
      const given: Feedback = { ...where, person, rating, at: clock.now(), ...(told !== undefined && { told }) };
      // Pressed again: what was said in the modal stays.
      await store.keep(known?.rating === rating ? known : given);
      if (rating === 'positive') return;
      const { feedbackForm } = await services.messagesIn({ team, person });
      await openModal(interaction, feedbackModal(feedbackForm, { ...where, channel }), workspaces);
      await tell(team, channel, known?.rating === rating ? known : given, known, deps);
    });

    app.submission(FORM, async ({ view, user: person, team }: Interaction) => {
      const { data: where } = about.safeParse(JSON.parse(view?.privateMetadata || '{}'));
      if (!where) return logger.warn({}, 'a form about feedback names no reply');
      const { conversation, reply, channel } = where;
      const { reason, shares } = formIn(view?.values);
      const loaded = shares ? await conversations.load(conversation) : undefined;
      const shared = loaded && questionAndAnswer(loaded, reply);
      const known = await store.of(conversation, reply, person);
      const given: Feedback = {
        at: clock.now(),
        ...known,
        conversation,
        reply,
        person,
        rating: 'negative',
        ...(reason !== '' && { reason }),
        ...(shared && { shared }),
      };
      await store.keep(given);
      await tell(team, channel, given, known, deps);
    });
  },
};

/** One message for each person and reply: when the form comes, it is edited. `known`: what was kept before. */
async function tell(
  team: string,
  channel: string,
  given: Feedback,
  known: Feedback | undefined,
  deps: FeatureDeps,
): Promise<void> {
  const { services, workspaces, logger } = deps;
  const { feedbackChannel, feedback: store } = services;
  if (feedbackChannel === undefined) return;
  const { client } = await workspaces.of(team);
  try {
    const { permalink } = await client.chat.getPermalink({ channel, message_ts: given.reply }).catch(noLink);
    const messages = await services.messagesIn({ team, channel: feedbackChannel });
    const content = aboutFeedback(given, permalink, messages);
    const request = `feedback ${given.reply} ${given.person}`;
    let ts = given.told;
    // An earlier try may have posted it without knowing.
    if (ts === undefined && known?.rating === 'negative')
      ts = await services.findAnswer({ team, channel: feedbackChannel, thread: DM_TOP_LEVEL }, request);
    if (ts !== undefined) await client.chat.update({ channel: feedbackChannel, ts, ...content });
    else {
      const metadata = metadataFor('feature', request);
      const post = { channel: feedbackChannel, ...content, ...WITHOUT_PREVIEWS, metadata };
      ({ ts } = await client.chat.postMessage(post));
    }
    if (ts === undefined || ts === given.told) return;
    // The form, or another thumb, may have come meanwhile.
    const latest = await store.of(given.conversation, given.reply, given.person);
    if (latest) await store.keep({ ...latest, told: ts });
  } catch (error) {
    // It is kept all the same.
    if (!isRefusedForGood(error)) throw error;
    logger.error(
      { err: error, channel: feedbackChannel },
      'cannot post feedback: check FEEDBACK_CHANNEL, and that the bot is in that channel',
    );
  }
}

/** Of a reply that is gone, for example. */
function noLink(error: unknown): { permalink?: string } {
  if (!isRefusedForGood(error)) throw error;
  return {};
}
