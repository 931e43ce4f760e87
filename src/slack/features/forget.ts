/** `/skein forget me`: a person's settings, and what they wrote in every conversation that is remembered. */
import type { Feature, FeatureDeps } from '../app/feature.js';
import type { Interaction } from '../inbound/interaction.js';
import { respond } from '../outbound/interaction-response.js';

const NAME = 'forget';
/** The button in the Home tab. */
export const FORGET_ME = 'forget-me';

export const forget: Feature = {
  name: NAME,
  needs: { commands: [NAME], interactivity: true },
  register(app, deps) {
    const { services, workspaces, fetch } = deps;
    app.command(NAME, 'command_forget', async (interaction, signal) => {
      const { team, user, text } = interaction;
      if (text.toLowerCase() === 'me') return forgetPerson(interaction, deps, signal);
      const [say, { bot }] = await Promise.all([services.wordsFor({ team, person: user }), workspaces.of(team)]);
      return respond(interaction, say('forget_usage', { mention: `<@${bot.userId}>` }), workspaces, signal, fetch);
    });
    app.action(FORGET_ME, (interaction, signal) => forgetPerson(interaction, deps, signal));
  },
};

/** A repetition finds what is left. */
async function forgetPerson(interaction: Interaction, deps: FeatureDeps, signal: AbortSignal): Promise<void> {
  const { services, workspaces, fetch, logger } = deps;
  const { team, user } = interaction;
  const say = await services.wordsFor({ team, person: user });
  let conversations = 0;
  const recent = await services.ledger.recent(team, user);
  for (const { key } of recent) {
    signal.throwIfAborted();
    if ((await services.conversations.forgetAuthor(key, user)) > 0) conversations += 1;
    await services.queue.wake(key);
  }
  await services.feedback.forgetPerson(
    team,
    user,
    recent.map(({ key }) => key),
  );
  await services.settings.forget(team, user);
  await services.ledger.forgetRecent(team, user);
  logger.info({ person: user, conversations }, 'a person was forgotten');
  await respond(interaction, say('forget_done', { conversations }), workspaces, signal, fetch);
  await services.homeChanged(team, user);
}
