/** Conversations: what is remembered, answered and sent to the model. */
import { MAX_CHANNEL_HOURS } from '../../core/channel.js';
import { matching, oneOf, prompts, settingsBy, someOf, text, whole, yesOrNo } from '../parsers.js';
import type { Setting } from './setting.js';

export const CONVERSATION = {
  CONVERSATION_TTL_DAYS: {
    description: 'Days after its last message until a conversation is forgotten',
    parser: whole(1, 3_650),
    default: '30',
  },
  DM_REPLIES: {
    description:
      'How DMs work: `thread` opens a thread for each top-level message, `flat` keeps the top level as one conversation',
    parser: oneOf('thread', 'flat'),
    default: 'thread',
  },
  SUGGESTED_PROMPTS: {
    description:
      'Suggested prompts in an empty DM: a JSON object, title → message, at most four. {} keeps those of the manifest',
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
      'Which thread replies get an answer without a mention: `auto` (unless meant for someone else), `all`, `mention` (none)',
    parser: oneOf('auto', 'all', 'mention'),
    default: 'auto',
  },
  EDITS: {
    description:
      'What happens when someone edits their latest question: `regenerate` rewrites the answer in place, `remember` only remembers the edit',
    parser: oneOf('regenerate', 'remember'),
    default: 'regenerate',
  },
  REPLY_STREAMING: {
    description:
      "How replies appear: `native` (Slack's streaming), `edit` (by editing the message), `off` (only when complete), `auto` (native in DM threads, edits elsewhere)",
    parser: oneOf('auto', 'native', 'edit', 'off'),
    default: 'auto',
  },
  SLACK_UPDATES_PER_MINUTE: {
    description:
      'Edits of unfinished answers per minute and process, and twice as many appends to streams. Slack allows an app 50 edits and 100 appends in each workspace, all processes together',
    parser: whole(1, 1_000_000),
    default: '50',
  },
  REPLY_BUTTONS: {
    description:
      'Buttons under replies, separated by commas: `stop` (while a reply is being written, where Slack has no stop button of its own), `again` (another answer), `continue` (after an answer that was cut short), `feedback` (thumbs up and down); or `off`',
    parser: someOf('stop', 'again', 'continue', 'feedback'),
    default: 'stop,again,continue,feedback',
  },
  FEEDBACK_CHANNEL: {
    description:
      'Id of a channel where Skein reports each answer that somebody did not like, with the reason, and with question and answer if the person agrees. Skein must be a member',
    parser: matching(/^[CG][A-Z0-9]+$/, 'must be the id of a channel, such as C0123456789'),
    where: "the id is at the end of the channel's details in Slack; leave it out for no reports",
  },
  ALLOW_EXTERNAL_USERS: {
    description: 'Answer people from other companies (Slack Connect)',
    parser: yesOrNo,
    default: 'false',
  },
  ANSWER_WORKFLOWS: {
    description: 'Answer messages from Workflow Builder that mention the bot',
    parser: yesOrNo,
    default: 'false',
  },
  CHANNEL_HELLO: {
    description: 'Say hello in a channel that the bot is added to, once',
    parser: yesOrNo,
    default: 'true',
  },
  CHANNEL_CONTEXT_MESSAGES: {
    description:
      'How many messages before a mention the model gets as background, in channels and group DMs. 0 for none',
    parser: whole(0, 100),
    default: '10',
  },
  CHANNEL_CONTEXT_HOURS: {
    description: `Maximum age of these messages in hours, up to ${MAX_CHANNEL_HOURS}`,
    parser: whole(1, MAX_CHANNEL_HOURS),
    default: '12',
  },
  PROMPT_TOKENS: {
    description: 'Maximum size of a prompt, in tokens. If a conversation is longer, its oldest part is left out',
    parser: whole(1_000, 10_000_000),
    where: "leave it out for the model's own limit, but at most 272,000",
  },
  SETTINGS_FILE: {
    description:
      'Path of a JSON file with settings that take precedence over those made in Slack. The default file may be missing',
    parser: text,
    default: 'skein.config.json',
    where: '`docs/layers.md` lists its fields',
  },
  SETTINGS_BY: {
    description:
      'Who may change the settings of the workspace and its channels in Slack, separated by commas: `admins` of the workspace, user ids, and for a channel `channel-creators` and `channel-members`. Everybody may change their own settings',
    parser: settingsBy,
    default: 'admins,channel-creators',
  },
  VERBATIM_TOKENS: {
    description:
      'Tokens of a conversation that are sent word for word. Beyond that, the oldest three fifths are summarized. Capped at 60 % of what the model can read',
    parser: whole(1_000, 10_000_000),
    default: '24000',
  },
} as const satisfies Record<string, Setting>;
