/** How a turn's text names people: `<@` id `>`. Anything else that looks like it has been broken up on the way in. Pure. */
const MENTION = /<@([UW][A-Z0-9]+)>/g;

export function mention(id: string): string {
  return `<@${id}>`;
}

export function mentionedIn(text: string): string[] {
  return Array.from(text.matchAll(MENTION), ([, id = '']) => id);
}

export function replaceMentions(text: string, replacement: (id: string) => string): string {
  return text.replaceAll(MENTION, (_, id: string) => replacement(id));
}
