/** Invalid settings, and the text that reports them. */
import type { SettingName } from './settings.js';

export interface Fault {
  readonly variable: string;
  /** What is wrong. Never contains a secret. */
  readonly problem: string;
  /** Where to get the value, or what to write instead. */
  readonly hint: string;
}

/** Without `hint`, the fault says where to get the value, or else what the setting is. */
export type AddFault = (variable: SettingName, problem: string, hint?: string) => void;

/** The settings are invalid. Has all faults, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly Fault[]) {
    super(`${faults.length} invalid setting(s): ${faults.map((fault) => fault.variable).join(', ')}`);
  }
}

/** All faults in one line. */
export function faultsInOneLine(error: ConfigError): string {
  return error.faults.map(({ variable, problem, hint }) => `${variable}: ${problem} (${hint})`).join('; ');
}

/** All faults as text for the terminal, each with its hint. */
export function describeFaults(error: ConfigError): string {
  const faults = error.faults.map(({ variable, problem, hint }) => `  ${variable}: ${problem}\n    → ${hint}`);
  return [
    'Skein cannot start with these settings:',
    '',
    ...faults,
    '',
    'Every setting is explained in .env.example.',
  ].join('\n');
}
