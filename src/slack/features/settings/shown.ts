/** Settings in words. Pure. */
import type { LayerKey, SettingKey } from '../../../core/layers/table.js';
import { cutAt } from '../../../core/text.js';
import type { Say } from '../../../messages/words.js';
import { labelOf } from './fields.js';

const MAX_SHOWN = 200;

/** In mrkdwn, without anything in it that pings. */
export function shownValue(key: LayerKey, value: unknown, say: Say): string {
  if (value === undefined || value === null) return say('nothing');
  if (typeof value === 'boolean') return say(value ? 'yes' : 'no');
  if (typeof value === 'number') return `$${value.toFixed(2)}`;
  if (key === 'locked') return (value as SettingKey[]).map((one) => say(labelOf(one))).join(', ');
  if (key === 'who') {
    const { people, groups } = value as { people: string[]; groups: string[] };
    return [...people.map((id) => `<@${id}>`), ...groups.map(code)].join(', ');
  }
  if (Array.isArray(value)) return value.map((one) => code(String(one))).join(', ');
  return code(typeof value === 'string' ? value : JSON.stringify(value));
}

/** As code: it ends no code span, and pings nobody. */
export function code(text: string): string {
  return `\`${escaped(cutAt(text.replaceAll(/[`\s]+/g, ' '), MAX_SHOWN))}\``;
}

/** https://docs.slack.dev/messaging/formatting-message-text#escaping */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A moment as each client shows it in its own time zone and language. */
export function shownDate(ms: number): string {
  const seconds = Math.floor(ms / 1_000);
  return `<!date^${seconds}^{date_short_pretty} {time}|${new Date(ms).toISOString().slice(0, 16)} UTC>`;
}
