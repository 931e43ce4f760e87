import { SimulatorUsageError } from './errors.js';

/** @throws SimulatorUsageError if the name is not in the IANA time zone database */
export function checkTimeZone(timeZone: string): void {
  try {
    Intl.DateTimeFormat('en-US', { timeZone });
  } catch (error) {
    throw new SimulatorUsageError(`no such time zone: ${timeZone}`, { cause: error });
  }
}

/** Slack's label, such as "Pacific Daylight Time", and the offset from UTC in seconds, both at the time `nowMs`. */
export function timeZoneAt(timeZone: string, nowMs: number): { readonly label: string; readonly offset: number } {
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(nameAt(timeZone, nowMs, 'longOffset')) ?? [];
  const offset = Number(hours ?? 0) * 3600 + Number(minutes ?? 0) * 60;
  return { label: nameAt(timeZone, nowMs, 'long'), offset: sign === '-' ? -offset : offset };
}

function nameAt(timeZone: string, nowMs: number, timeZoneName: 'long' | 'longOffset'): string {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName }).formatToParts(nowMs);
  return parts.find(({ type }) => type === 'timeZoneName')?.value ?? '';
}
