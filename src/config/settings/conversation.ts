/** Conversations: what is remembered, answered and sent to the model. */
import { MAX_CHANNEL_HOURS } from '../../core/channel.js';
import { matching, oneOf, prompts, someOf, whole, yesOrNo } from '../parsers.js';
import type { Setting } from './setting.js';

export const CONVERSATION = {
  CONVERSATION_TTL_DAYS: {
    description: 'Days after its last message that a conversation is forgotten',
    parser: whole(1, 3_650),
    default: '30',
  },
  DM_REPLIES: {
    description:
      "Where a message at a DM's top level is answered: `thread` makes it the start of a conversation in a thread of its own, `flat` keeps the whole top level as one conversation",
    parser: oneOf('thread', 'flat'),
    default: 'thread',
  },
  SUGGESTED_PROMPTS: {
    description:
      'Buttons in an empty DM that send a message: a JSON object, title → message, at most four; {} leaves those of the manifest',
    parser: prompts,
    default: JSON.stringify({
      'Explain something': 'Explain how DNS resolution works, step by step.',
      'Draft a message': 'Draft a short announcement for our team: the office is closed on Friday.',
      'Compare options': 'Compare SQL and NoSQL databases in a table: strengths, weaknesses, typical uses.',
      'Find ideas': 'Give me five ideas for a team event that costs nothing.',
    }),
  },
  THREAD_REPLIES: {
    description:
      'Replies in its threads that are answered without a mention: `auto` those not meant for other people, `all`, or `mention` none',
    parser: oneOf('auto', 'all', 'mention'),
    default: 'auto',
  },
  EDITS: {
    description:
      'What an edit of the newest question does besides being remembered: `regenerate` rewrites the answer in place, `remember` nothing',
    parser: oneOf('regenerate', 'remember'),
    default: 'regenerate',
  },
  REPLY_STREAMING: {
    description:
      "How replies appear while they are written: `native` as Slack's streams, `edit` by edits, `off` only when whole, `auto` native in DM threads and else by edits",
    parser: oneOf('auto', 'native', 'edit', 'off'),
    default: 'auto',
  },
  REPLY_BUTTONS: {
    description:
      'What stands under replies, separated by commas: `stop` while a reply is being written, where Slack has no button of its own; `again` for another answer, `continue` after one that was cut short, `feedback` for thumbs; or `off`',
    parser: someOf('stop', 'again', 'continue', 'feedback'),
    default: 'stop,again,continue,feedback',
  },
  FEEDBACK_CHANNEL: {
    description:
      'Id of the channel that is told when somebody does not like an answer, with the reason, and with question and answer if the person agrees; Skein has to be in it',
    parser: matching(/^[CG][A-Z0-9]+$/, 'must be the id of a channel, such as C0123456789'),
    where: "the id stands at the end of the channel's details in Slack; leave it out to tell nobody",
  },
  ALLOW_EXTERNAL_USERS: {
    description: 'Whether people of other companies (Slack Connect) are answered',
    parser: yesOrNo,
    default: 'false',
  },
  ANSWER_WORKFLOWS: {
    description: 'Whether a message of Workflow Builder that names the bot is answered',
    parser: yesOrNo,
    default: 'false',
  },
  CHANNEL_CONTEXT_MESSAGES: {
    description:
      'Messages before a mention in a channel or group DM that the model is given with it; for that, this many of each channel are kept; 0 for none',
    parser: whole(0, 100),
    default: '10',
  },
  CHANNEL_CONTEXT_HOURS: {
    description: 'Hours after which such a message is too old to be given to the model',
    parser: whole(1, MAX_CHANNEL_HOURS),
    default: '12',
  },
  PROMPT_TOKENS: {
    description:
      'Upper bound of a prompt in tokens, where it shall be lower than what the model can read; of a longer conversation the oldest part is left out',
    parser: whole(1_000, 10_000_000),
    where: 'leave it out to use all that the model can read, up to 272,000',
  },
  VERBATIM_TOKENS: {
    description:
      'Tokens of a conversation that are sent word by word; beyond that the oldest three fifths are summed up, at most six tenths of what the model can read',
    parser: whole(1_000, 10_000_000),
    default: '24000',
  },
} as const satisfies Record<string, Setting>;
