import type { Simulator } from '../../src/simulator/index.js';
import type { Evidence } from '../checker/evidence.js';
import { placeOf } from '../environment/workload.js';

/** Pictures that the bot has posted, and that nobody has deleted. */
export function picturesIn(slack: Simulator): NonNullable<Evidence['pictures']> {
  return slack.channels().flatMap(({ id: channel }) =>
    slack
      .messages(channel)
      .filter(({ user }) => user === slack.bot.userId)
      .flatMap(({ threadTs, files = [] }) =>
        files
          .filter(({ deleted }) => !deleted)
          .map(({ name }) => ({ place: placeOf({ channel, thread: threadTs }), name })),
      ),
  );
}
