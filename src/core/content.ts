/** What a message says: text today; images and files are further kinds of parts. Pure. */

interface TextPart {
  type: 'text';
  text: string;
}

/** One piece of a message, in the order in which a person reads it. */
export type ContentPart = TextPart;

/** A text, or several parts. */
export type Content = string | readonly ContentPart[];

export function partsOf(content: Content): readonly ContentPart[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** The words of all parts, one below the other. */
export function textOf(content: Content): string {
  if (typeof content === 'string') return content;
  return content.map(({ text }) => text).join('\n');
}

/** The message with one text in place of parts, put together as they are: every server takes that. */
export function withoutParts<Message extends { content: Content }>(message: Message): Message {
  if (typeof message.content === 'string') return message;
  return { ...message, content: message.content.map(({ text }) => text).join('') };
}

/** Content of the same form with every text changed. */
export function mapText(content: Content, change: (text: string) => string): Content {
  if (typeof content === 'string') return change(content);
  return content.map((part) => ({ ...part, text: change(part.text) }));
}

/** `head` in front of the first text. */
export function withHead(head: string, content: Content): Content {
  if (typeof content === 'string') return head + content;
  const [first, ...others] = content;
  return first ? [{ ...first, text: head + first.text }, ...others] : head;
}
