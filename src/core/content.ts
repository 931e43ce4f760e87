/** What a message says: texts, pictures and documents. Pure. */

interface TextPart {
  type: 'text';
  text: string;
}

export interface ImagePart {
  type: 'image';
  /** Stands behind the picture, and in its place where no picture can be. */
  text: string;
  /** A JPEG, in base64. */
  data: string;
  /** That the model counts for it. */
  tokens: number;
}

export interface DocumentPart {
  type: 'document';
  /** Stands behind the document, and in its place where no document can be. */
  text: string;
  name: string;
  /** A PDF, in base64. */
  data: string;
  /** That the model counts for it, at most. */
  tokens: number;
}

/** One piece of a message, in the order in which a person reads it. */
export type ContentPart = TextPart | ImagePart | DocumentPart;

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

/** The message with one text in place of parts, unless some are no text. Texts are put together as they are: every server takes that. */
export function withoutParts<Message extends { content: Content }>(message: Message): Message {
  if (typeof message.content === 'string' || message.content.some(({ type }) => type !== 'text')) return message;
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
