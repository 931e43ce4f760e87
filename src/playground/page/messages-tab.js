import { openMessagesTab } from './server.js';

/** Tells the bot when a person opens their DM with it, as Slack does: the bot then sets its suggested prompts. */
export function messagesTab(world) {
  let open;
  return {
    render() {
      const key = world.channel.kind === 'im' && world.connected ? `${world.channelId}:${world.me}` : undefined;
      if (key === open) return;
      open = key;
      // Without it, only the suggested prompts are missing.
      if (key !== undefined) openMessagesTab(world.me).catch(() => {});
    },
  };
}
