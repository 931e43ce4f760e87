/**
 * How a turn's text names people, channels and user groups: `<@U…>`, `<@#C…>`, `<@!S…>`. All begin with `<@`, and anything
 * else that begins so has been broken up on the way in. Pure.
 */
const MENTION = /<@([UW][A-Z0-9]+)>/g;
const PLACE = /<@([#!])([A-Z0-9]+)>/g;

type PlaceKind = 'channel' | 'group';
const KINDS = { '#': 'channel', '!': 'group' } as const;

/** A channel or user group that a text names. */
export interface MentionedPlace {
  kind: PlaceKind;
  id: string;
}

export function mention(id: string): string {
  return `<@${id}>`;
}

export function placeMention({ kind, id }: MentionedPlace): string {
  return `<@${kind === 'channel' ? '#' : '!'}${id}>`;
}

export function mentionedIn(text: string): string[] {
  return Array.from(text.matchAll(MENTION), ([, id = '']) => id);
}

export function placesIn(text: string): MentionedPlace[] {
  return Array.from(text.matchAll(PLACE), ([, sign, id = '']) => ({ kind: kindOf(sign), id }));
}

export function replaceMentions(text: string, replacement: (id: string) => string): string {
  return text.replaceAll(MENTION, (_, id: string) => replacement(id));
}

export function replacePlaces(text: string, replacement: (place: MentionedPlace) => string): string {
  return text.replaceAll(PLACE, (_, sign: string, id: string) => replacement({ kind: kindOf(sign), id }));
}

function kindOf(sign: string | undefined): PlaceKind {
  return KINDS[sign === '#' ? '#' : '!'];
}
