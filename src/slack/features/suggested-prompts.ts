/** Suggested prompts: buttons in the app's Messages tab that send a message. */
import { LRUCache } from 'lru-cache';
import { atMost } from '../../core/cache-size.js';
import type { Feature } from '../app/feature.js';
import { RefusedMethods } from '../web-api/refused-methods.js';

const METHOD = 'assistant.threads.setSuggestedPrompts';
/** Each opening of the tab sends an event, and the prompts stay where they are. */
const FRESH_MS = 6 * 60 * 60_000;
const MAX_REMEMBERED = 20_000;

/**
 * Sets them when a person opens the tab. Without `thread_ts`: with `agent_view` they belong to the DM, and Slack ignores
 * calls with one. https://docs.slack.dev/reference/methods/assistant.threads.setSuggestedPrompts
 */
export const suggestedPrompts: Feature = {
  name: 'suggested-prompts',
  needs: { scopes: ['assistant:write'], events: ['app_home_opened'] },
  register(app, { workspaces, suggestedPrompts: prompts, clock, logger }) {
    if (prompts.length === 0) return;
    const refused = new RefusedMethods(clock);
    /** DMs that have them. */
    const fresh = new LRUCache<string, true>({
      ...atMost(MAX_REMEMBERED),
      ttl: FRESH_MS,
      perf: clock,
      ttlResolution: 0,
    });

    app.bolt.event('app_home_opened', async ({ event: { tab, channel }, context }) => {
      const team = context.teamId ?? context.enterpriseId ?? '';
      const dm = `${team}:${channel}`;
      if (tab !== 'messages' || fresh.has(dm) || refused.has(team, METHOD)) return;
      // Before the call: the tab may be opened again meanwhile.
      fresh.set(dm, true);
      try {
        const { client } = await workspaces.of(team);
        const list = prompts.map(({ title, message }) => ({ title, message }));
        await client.assistant.threads.setSuggestedPrompts({ channel_id: channel, prompts: list });
      } catch (error) {
        fresh.delete(dm);
        refused.note(team, METHOD, error);
        logger.debug({ err: error, channel }, 'cannot set the suggested prompts');
      }
    });
  },
};
