/** What is wrong with the settings, and how a person is told. */

export interface Fault {
  readonly variable: string;
  /** What is wrong. Never holds the value of a secret. */
  readonly problem: string;
  /** Where to get the value, or what to write instead. */
  readonly hint: string;
}

/** The environment cannot be used; holds every fault found, not only the first. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly Fault[]) {
    super(`${faults.length} setting(s) cannot be used: ${faults.map((fault) => fault.variable).join(', ')}`);
  }
}

/** The faults in one line. */
export function faultsIn(error: ConfigError): string {
  return error.faults.map(({ variable, problem, hint }) => `${variable}: ${problem} (${hint})`).join('; ');
}

/** The faults as text for the terminal, each with what to do about it. */
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
