/** The button under a reply that is being written, where Slack has none of its own: it stops the reply. */
import type { Feature } from '../app/feature.js';
import { STOP_ACTION, stoppedBy } from '../outbound/stop-button.js';

export const stopButton: Feature = {
  name: 'stop-button',
  needs: { interactivity: true },
  register(app, { services, logger }) {
    app.action(STOP_ACTION, async ({ text }) => {
      const reply = stoppedBy(text);
      if (!reply) return logger.warn({}, 'a stop button names no reply');
      // The button of a reply says which one it is: no other can be meant, however late the press comes.
      await services.stopReply(reply.key, { at: LATEST, after: reply.after });
    });
  },
};

/** No question is newer. */
const LATEST = '9999999999.999999';
