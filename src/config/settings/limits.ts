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
      'Answers per person and minute. Further messages wait, and get one answer when the minute is over. 0 for no limit',
    parser: whole(0, 100_000),
    default: '30',
  },
  WORKSPACE_MESSAGES_PER_MINUTE: {
    description: 'Answers per minute for the whole workspace. Further messages wait. 0 for no limit',
    parser: whole(0, 100_000),
    default: '0',
  },
  BUDGET_USER_DAILY_USD: {
    description:
      'Budget per person and day (UTC), in US dollars. When it is used up, questions are refused until the next day',
    parser: decimal(MIN_BUDGET_USD, MAX_BUDGET_USD),
    where: 'leave it out for no budget',
  },
  BUDGET_CHANNEL_DAILY_USD: {
    description: 'Budget per channel or DM and day (UTC), in US dollars',
    parser: decimal(MIN_BUDGET_USD, MAX_BUDGET_USD),
    where: 'leave it out for no budget',
  },
  BUDGET_WORKSPACE_MONTHLY_USD: {
    description: 'Budget for the whole workspace per month (UTC), in US dollars',
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
