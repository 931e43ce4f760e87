/** The prompt for models that have no system role. Pure. */
import { isObject, type JsonObject } from './error-body.js';

/** The system messages' text in front of the first user message, in the form in which that one is. */
export function systemInFirstUserMessage(messages: readonly JsonObject[]): JsonObject[] {
  const system = messages.filter(({ role }) => role === 'system');
  const others = messages.filter(({ role }) => role !== 'system');
  const head = system.map(({ content }) => String(content)).join('\n\n');
  const at = others.findIndex(({ role }) => role === 'user');
  const first = others[at];
  if (!first) return [{ role: 'user', content: head }, ...others];
  return others.with(at, { ...first, content: withHead(head, first['content']) });
}

function withHead(head: string, content: unknown): unknown {
  if (!Array.isArray(content)) return `${head}\n\n${String(content)}`;
  const [part, ...rest]: unknown[] = content;
  return isObject(part) ? [{ ...part, text: `${head}\n\n${String(part['text'])}` }, ...rest] : [head, ...content];
}
