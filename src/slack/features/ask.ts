/** `/skein ask …`: an answer that only the person sees who asked. */
import type { PrivateAnswer } from '../../conversation/private-answer.js';
import type { Say } from '../../messages/words.js';
import type { Feature } from '../app/feature.js';
import { type BlockAnswer, respond } from '../outbound/interaction-response.js';
import { withoutPings } from '../outbound/pings.js';
import { escaped } from './settings/shown.js';

const NAME = 'ask';
/** Of a `markdown` block: https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
const MAX_MARKDOWN = 11_500;
const MAX_QUESTION = 300;
const MAX_NOTIFICATION = 150;

export const ask: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch }) {
    app.command(NAME, 'command_ask', async (interaction, signal) => {
      const { id, team, user, channel = '', text: question } = interaction;
      const say = await services.wordsFor({ team, channel, person: user });
      if (question === '') return respond(interaction, say('ask_nothing'), workspaces, signal, fetch);
      const answer = await services.answerPrivately({ id, team, channel, person: user, task: question }, signal);
      const shown = escaped(question.slice(0, MAX_QUESTION));
      return respond(
        interaction,
        privateAnswer(answer, say('ask_answer', { question: shown }), say),
        workspaces,
        signal,
        fetch,
      );
    });
  },
};

/** `head`: mrkdwn above the answer. */
export function privateAnswer(answer: PrivateAnswer, head: string, say: Say): BlockAnswer | string {
  if ('refused' in answer) return say('why_not_answered', { reason: say(`reason_${answer.refused}`) });
  if ('waitMs' in answer) return say('ask_waits', { seconds: Math.ceil(answer.waitMs / 1_000) });
  if ('notice' in answer) return answer.notice;
  const text = withoutPings(answer.text).slice(0, MAX_MARKDOWN);
  return {
    text: escaped(text.slice(0, MAX_NOTIFICATION)),
    blocks: [
      { type: 'context', elements: [{ type: 'mrkdwn', text: head }] },
      { type: 'markdown', text },
    ],
  };
}
