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
  };
}
