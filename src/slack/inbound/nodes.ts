/** Reads JSON whose form Slack documents in dozens of kinds, and extends: a part of unknown form counts as missing. Pure. */

export type Fields = Record<string, unknown>;

export function fieldsOf(node: unknown): Fields {
  return typeof node === 'object' && node !== null && !Array.isArray(node) ? (node as Fields) : {};
}

export function listOf(node: unknown): readonly unknown[] {
  return Array.isArray(node) ? (node as unknown[]) : [];
}

export function stringOf(node: unknown): string {
  return typeof node === 'string' ? node : '';
}

/** Those that are not blank, below each other. */
export function lines(parts: readonly string[]): string {
  return parts.filter((part) => part.trim() !== '').join('\n');
}

/** Not by a regular expression: it would take minutes for a long run of line breaks. */
export function withoutBreaksAtEnd(text: string): string {
  let end = text.length;
  while (text[end - 1] === '\n') end -= 1;
  return text.slice(0, end);
}

export function quoted(text: string): string {
  return `> ${text.replaceAll('\n', '\n> ')}`;
}
