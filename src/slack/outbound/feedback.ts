/** The form about a bad answer, what was entered in it, and the message about it. Pure. */
import type { KnownBlock, ModalView } from '@slack/web-api';
import * as z from 'zod';
import type { Conversation } from '../../core/conversation.js';
import type { BotMessages, Feedback, FeedbackForm } from '../../core/ports.js';
import { cutAt } from '../../core/text.js';
import { breakPings } from './pings.js';

/** `callback_id` of the form. */
export const FORM = 'feedback-form';
const REASON = 'reason';
const SHARE = 'share';
const LONGEST_REASON = 2_000;
/** A section takes 3,000 characters. https://docs.slack.dev/reference/block-kit/blocks/section-block */
const LONGEST_TEXT = 2_900;

export function feedbackModal(form: FeedbackForm, about: object): ModalView {
  const plain = (text: string) => ({ type: 'plain_text' as const, text });
  return {
    type: 'modal',
    callback_id: FORM,
    private_metadata: JSON.stringify(about),
    title: plain(form.title),
    submit: plain(form.submit),
    close: plain(form.close),
    blocks: [
      {
        type: 'input',
        block_id: REASON,
        optional: true,
        label: plain(form.reason),
        element: { type: 'plain_text_input', action_id: REASON, multiline: true, max_length: LONGEST_REASON },
      },
      {
        type: 'input',
        block_id: SHARE,
        optional: true,
        label: plain(`${form.question}, ${form.answer}`),
        element: {
          type: 'checkboxes',
          action_id: SHARE,
          options: [{ text: plain(form.share), value: SHARE }],
        },
      },
    ],
  };
}

const entered = z.object({
  [REASON]: z
    .object({ [REASON]: z.object({ value: z.string().nullish() }) })
    .optional()
    .catch(undefined),
  [SHARE]: z
    .object({ [SHARE]: z.object({ selected_options: z.array(z.unknown()).nullish() }) })
    .optional()
    .catch(undefined),
});

/** `values`: `view.state.values` as Slack sends it. `reason`: '' for none. */
export function formIn(values: unknown): { reason: string; shares: boolean } {
  const { data } = entered.safeParse(values);
  const reason = data?.[REASON]?.[REASON].value ?? '';
  return { reason: reason.trim(), shares: (data?.[SHARE]?.[SHARE].selected_options ?? []).length > 0 };
}

/** The question that a reply answers, and all of the reply; undefined if it is no longer known. */
export function questionAndAnswer({ turns }: Conversation, reply: string): Feedback['shared'] {
  const said = turns.find((turn) => turn.role === 'assistant' && turn.ts === reply);
  if (said?.role !== 'assistant') return undefined;
  const { after } = said;
  const answer = turns.flatMap((turn) => (turn.role === 'assistant' && turn.after === after ? turn.text : []));
  const question = turns.findLast((turn) => turn.role === 'person' && turn.ts <= after && turn.unasked === undefined);
  return { question: question?.text ?? '', answer: answer.join('') };
}

/** What people wrote is shown as plain text, in which nothing pings. `link`: to the answer. */
export function aboutFeedback(
  { reason, shared }: Feedback,
  link: string | undefined,
  { badAnswerIn, feedbackForm }: Pick<BotMessages, 'badAnswerIn' | 'feedbackForm'>,
): { text: string; blocks: KnownBlock[] } {
  const text = badAnswerIn(link);
  const quoted = (label: string, words: string): KnownBlock[] =>
    words.trim() === ''
      ? []
      : [
          {
            type: 'section',
            text: {
              type: 'plain_text',
              text: breakPings(cutAt(label === '' ? words : `${label}: ${words}`, LONGEST_TEXT)),
            },
          },
        ];
  return {
    text,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text } },
      ...quoted('', reason ?? ''),
      ...quoted(feedbackForm.question, shared?.question ?? ''),
      ...quoted(feedbackForm.answer, shared?.answer ?? ''),
    ],
  };
}
