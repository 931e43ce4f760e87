import { memoryFeedback } from '../../src/in-memory/feedback.js';
import { memoryStore } from '../../src/in-memory/store.js';
import { english } from '../../src/messages/english.js';
import type { FeatureDeps } from '../../src/slack/app/feature.js';
import { FakeClock } from './clock.js';

/** What features get of the bot, where nothing is there to act on. */
export function featureDeps(): Omit<FeatureDeps, 'workspaces' | 'fetch' | 'logger'> {
  return {
    suggestedPrompts: [{ title: 'Hello', message: 'hello' }],
    stopReply: async () => false,
    replyActs: { again: async () => 'refused', goOn: async () => {} },
    mayAsk: async () => true,
    botMessages: english,
    feedback: memoryFeedback(),
    feedbackChannel: undefined,
    conversations: memoryStore(),
    clock: new FakeClock(),
  };
}
