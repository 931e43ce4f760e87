import { idOf } from '../core/conversation-id.js';
import type { Feedback, FeedbackStore } from '../core/ports.js';

/** Within one process. */
export function memoryFeedback(): FeedbackStore {
  const kept = new Map<string, Feedback>();
  return {
    async keep(feedback) {
      const { conversation, reply, person } = feedback;
      kept.set([conversation, reply, person].join(' '), structuredClone(feedback));
    },
    of: async (...about) => structuredClone(kept.get(about.join(' '))),
    all: async () => structuredClone([...kept.values()].toSorted((a, b) => a.at - b.at)),
    async forget(conversation) {
      for (const [name, feedback] of kept) if (feedback.conversation === conversation) kept.delete(name);
    },
    async forgetPerson(team, person, conversations) {
      for (const [name, feedback] of kept) {
        if (idOf(feedback.conversation).team === team && feedback.person === person) kept.delete(name);
        else if (conversations.includes(feedback.conversation)) delete feedback.shared;
      }
    },
  };
}
