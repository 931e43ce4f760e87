/** Rate limits and budgets. */
import type { UsageOwner } from '../../core/ports.js';
import { decimal, whole } from '../parsers.js';
import type { Setting } from './setting.js';

/** One cent: a smaller budget, or 0, is probably a mistake. */
const MIN_BUDGET_USD = 0.01;
const MAX_BUDGET_USD = 1_000_000;

export const LIMITS = {
  USER_MESSAGES_PER_MINUTE: {
    description:
      'Answers that one person gets in a minute; what they write beyond that waits and is answered together when the minute is over; 0 for no limit',
    parser: whole(0, 100_000),
    default: '30',
  },
  WORKSPACE_MESSAGES_PER_MINUTE: {
    description:
      'Answers that everybody in the workspace together gets in a minute, beyond which messages wait as well; 0 for no limit',
    parser: whole(0, 100_000),
    default: '0',
  },
  BUDGET_USER_DAILY_USD: {
    description:
      'What the answers to one person may cost in a day (UTC), in US dollars; beyond it they are refused until the next',
    parser: decimal(MIN_BUDGET_USD, MAX_BUDGET_USD),
    where: 'leave it out for no budget',
  },
  BUDGET_CHANNEL_DAILY_USD: {
    description: 'The same of a channel, or of a direct message',
    parser: decimal(MIN_BUDGET_USD, MAX_BUDGET_USD),
    where: 'leave it out for no budget',
  },
  BUDGET_WORKSPACE_MONTHLY_USD: {
    description: 'What all answers together may cost in a month (UTC), in US dollars',
    parser: decimal(MIN_BUDGET_USD, MAX_BUDGET_USD),
    where: 'leave it out for no budget',
  },
} as const satisfies Record<string, Setting>;

/** The setting of each budget. */
export const BUDGET_SETTINGS: Readonly<Record<UsageOwner, keyof typeof LIMITS>> = {
  person: 'BUDGET_USER_DAILY_USD',
  channel: 'BUDGET_CHANNEL_DAILY_USD',
  workspace: 'BUDGET_WORKSPACE_MONTHLY_USD',
};
