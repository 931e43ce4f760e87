import type { Clock } from '../../core/ports.js';
import { refusalCode } from './failure.js';

/** Codes that mean every call of the method is refused in this workspace. https://docs.slack.dev/reference/methods */
const WHOLE_METHOD = new Set([
  'access_denied',
  'deprecated_endpoint',
  'enterprise_is_restricted',
  'feature_disabled',
  'feature_not_enabled',
  'method_deprecated',
  'missing_scope',
  'no_permission',
  'not_agent_app',
  'not_allowed',
  'not_allowed_token_type',
  'team_access_not_granted',
  'unknown_method',
]);
/** Then it is tried again: scopes and features can be added while the bot runs. */
const REMEMBERED_MS = 60 * 60_000;

/** Methods that workspaces refuse altogether: asking each time would be wasted. */
export class RefusedMethods {
  /** Until when, by workspace and method. */
  private readonly until = new Map<string, number>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  has(team: string, method: string): boolean {
    return this.clock.now() < (this.until.get(`${team} ${method}`) ?? 0);
  }

  /** `error`: of a call of that method. Any other error than such a refusal is ignored. */
  note(team: string, method: string, error: unknown): void {
    if (WHOLE_METHOD.has(refusalCode(error) ?? ''))
      this.until.set(`${team} ${method}`, this.clock.now() + REMEMBERED_MS);
  }
}
