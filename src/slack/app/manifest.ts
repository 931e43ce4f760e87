/** Builds the app's manifest from what its parts need. https://docs.slack.dev/reference/app-manifest */

import { CONVERSATION } from '../../config/settings/conversation.js';

/** The bot's only slash command; features register its first word. */
export const COMMAND = '/skein';

/** What one part of the bot needs from Slack. */
export interface ManifestNeeds {
  /** Scopes of the bot token. */
  readonly scopes?: readonly string[];
  /** Events that Slack must send. */
  readonly events?: readonly string[];
  /** First words of the slash command. */
  readonly commands?: readonly string[];
  readonly shortcuts?: readonly Shortcut[];
  /** Buttons or modals. */
  readonly interactivity?: true;
  /** The Home tab. */
  readonly home?: true;
}

interface Shortcut {
  readonly name: string;
  readonly type: 'global' | 'message';
  readonly callback_id: string;
  readonly description: string;
}

/** Needs of the bot's fixed parts. Which methods need which scopes: https://docs.slack.dev/reference/methods */
export const BASE_NEEDS: readonly ManifestNeeds[] = [
  // Messages, and reading threads back.
  {
    scopes: ['app_mentions:read', 'channels:history', 'groups:history', 'im:history', 'mpim:history'],
    events: ['app_mention', 'message.channels', 'message.groups', 'message.im', 'message.mpim'],
  },
  // Replies.
  { scopes: ['chat:write'] },
  // Names of people; of channels and user groups, which the bot can do without. Events of people's names would be too many:
  // each new status sends one.
  {
    scopes: ['users:read', 'channels:read', 'groups:read', 'usergroups:read'],
    events: ['channel_rename', 'group_rename'],
  },
  // What people attach.
  { scopes: ['files:read'], events: ['file_deleted'] },
  // Long code and tables, which the bot posts as files.
  { scopes: ['files:write'] },
  // Status lines, titles and sessions. Slack shows its stop button to apps that get this event.
  { scopes: ['assistant:write'], events: ['agent_session_stopped'] },
];

const DISPLAY = { name: 'Skein', description: 'A chat bot that keeps the thread', background_color: '#2f3b52' };

/** Those that stand there until somebody opens the Messages tab are the setting's default. */
const AGENT_VIEW = {
  agent_description: 'Answers in threads and direct messages, with the whole conversation as context.',
  suggested_prompts: CONVERSATION.SUGGESTED_PROMPTS.parser.parse(CONVERSATION.SUGGESTED_PROMPTS.default),
};

/** For Socket Mode: with HTTP, Slack also wants the address of commands, events and interactivity. */
export function manifest(needs: readonly ManifestNeeds[]): object {
  const commands = needs.flatMap((need) => need.commands ?? []);
  const shortcuts = needs.flatMap((need) => need.shortcuts ?? []);
  const scopes = needs.flatMap((need) => need.scopes ?? []);
  if (commands.length + shortcuts.length > 0) scopes.push('commands');
  return {
    _metadata: { major_version: 1, minor_version: 1 },
    display_information: DISPLAY,
    features: {
      app_home: {
        home_tab_enabled: needs.some((need) => need.home),
        messages_tab_enabled: true,
        messages_tab_read_only_enabled: false,
      },
      bot_user: { display_name: 'skein', always_online: true },
      ...(shortcuts.length > 0 && { shortcuts }),
      ...(commands.length > 0 && { slash_commands: [slashCommand(commands)] }),
      agent_view: AGENT_VIEW,
    },
    oauth_config: { scopes: { bot: unique(scopes) } },
    settings: {
      event_subscriptions: { bot_events: unique(needs.flatMap((need) => need.events ?? [])) },
      interactivity: { is_enabled: shortcuts.length > 0 || needs.some((need) => need.interactivity) },
      org_deploy_enabled: false,
      socket_mode_enabled: true,
      token_rotation_enabled: false,
    },
  };
}

function slashCommand(words: readonly string[]): object {
  return {
    command: COMMAND,
    description: 'Ask privately, see usage, change settings, get help',
    usage_hint: words.join(' | '),
    should_escape: false,
  };
}

function unique(values: readonly string[]): string[] {
  return [...new Set(values)].toSorted();
}
