/** The text of a setting as it stands in the environment. */
import type { Setting } from './settings/setting.js';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Undefined: not set. Empty and blank values count as not set. */
export function rawValue(env: Environment, name: string, setting: Setting): string | undefined {
  const lowerCase = setting.lowerCaseToo ? env[name.toLowerCase()]?.trim() : undefined;
  const value = lowerCase || env[name]?.trim();
  return (value && !setting.keepsQuotes ? withoutQuotes(value) : value) || undefined;
}

/**
 * `docker --env-file` and others keep the quotes of `KEY="value"`, which a shell and `.env` take off. A pair around the
 * whole value, with no further one inside, is taken off here: no setting needs it.
 */
function withoutQuotes(value: string): string {
  return (/^"([^"]*)"$/.exec(value) ?? /^'([^']*)'$/.exec(value))?.[1]?.trim() ?? value;
}

/** Whether quotes are left around the value, or on one side of it. */
export function hasQuotes(value: string): boolean {
  return /^["']|["']$/.test(value);
}
