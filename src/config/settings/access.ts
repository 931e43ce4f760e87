/** Access to Slack and to the model: tokens, keys and addresses. */
import { matching, url, whole } from '../parsers.js';
import type { Setting } from './setting.js';

export const IN_APP_CREDENTIALS =
  'api.slack.com/apps → your app → Basic Information → App Credentials → Signing Secret';

export const ACCESS = {
  SLACK_BOT_TOKEN: {
    description: 'Bot token of the Slack app',
    parser: matching(/^xoxb-\S+$/, 'must begin with xoxb-', [
      [/^xapp-/, 'this is an app-level token; it belongs in SLACK_APP_TOKEN'],
      [/^xoxp-/, 'this is a user token; use the bot token, which begins with xoxb-'],
      [/^xoxe\./, 'this token expires; turn off token rotation for the app and reinstall it'],
    ]),
    required: 'always',
    secret: true,
    where: 'api.slack.com/apps → your app → OAuth & Permissions → Bot User OAuth Token',
  },
  SLACK_APP_TOKEN: {
    description:
      'App-level token with the scope connections:write. If set, Skein uses Socket Mode and needs no public address',
    parser: matching(/^xapp-\S+$/, 'must begin with xapp-', [
      [/^xoxb-/, 'this is a bot token; it belongs in SLACK_BOT_TOKEN'],
      [/^xoxp-/, 'this is a user token; use an app-level token, which begins with xapp-'],
    ]),
    required: 'for Socket Mode',
    secret: true,
    where: 'api.slack.com/apps → your app → Basic Information → App-Level Tokens',
  },
  OPENAI_API_KEY: {
    description: 'API key for the model',
    parser: matching(/^[\x21-\x7e]+$/, 'must be ASCII characters without spaces'),
    required: 'unless OPENAI_BASE_URL names another server',
    secret: true,
    where: 'platform.openai.com/api-keys',
  },
  SLACK_SIGNING_SECRET: {
    description: 'Signing secret, to check that HTTP requests come from Slack',
    parser: matching(/^[0-9a-f]{32}$/i, 'must be 32 hexadecimal characters', [
      [/^xapp-/, 'this is an app-level token; it belongs in SLACK_APP_TOKEN'],
      [/^xox/, 'this is a token; the signing secret has 32 hexadecimal characters'],
    ]),
    required: 'without SLACK_APP_TOKEN',
    secret: true,
    where: IN_APP_CREDENTIALS,
  },
  PORT: {
    description: "HTTP port for Slack's requests, without SLACK_APP_TOKEN",
    parser: whole(1, 65_535),
    default: '3000',
  },
  SLACK_API_URL: {
    description: "Address of Slack's Web API, for GovSlack, a proxy or a simulator",
    parser: url('https:', 'http:'),
    where: 'leave it out for https://slack.com/api/',
  },
} as const satisfies Record<string, Setting>;
