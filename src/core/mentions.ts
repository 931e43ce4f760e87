/**
 * How a turn's text names people, channels and user groups: `<@U…>`, `<@#C…>`, `<@!S…>`. All begin with `<@`, and anything
 * else that begins so has been broken up on the way in. Pure.
 */
const MENTION = /<@([UW][A-Z0-9]+)>/g;
const PLACE = /<@([#!])([A-Z0-9]+)>/g;
/** Most texts have none: a search for it is much faster than for the patterns. */
const OPENING = '<@';

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
  if (!text.includes(OPENING)) return [];
  return Array.from(text.matchAll(MENTION), ([, id = '']) => id);
}

export function placesIn(text: string): MentionedPlace[] {
  if (!text.includes(OPENING)) return [];
  return Array.from(text.matchAll(PLACE), ([, sign, id = '']) => ({ kind: kindOf(sign), id }));
}

export function replaceMentions(text: string, replacement: (id: string) => string): string {
  if (!text.includes(OPENING)) return text;
  return text.replaceAll(MENTION, (_, id: string) => replacement(id));
}

export function replacePlaces(text: string, replacement: (place: MentionedPlace) => string): string {
  if (!text.includes(OPENING)) return text;
  return text.replaceAll(PLACE, (_, sign: string, id: string) => replacement({ kind: kindOf(sign), id }));
}

function kindOf(sign: string | undefined): PlaceKind {
  return KINDS[sign === '#' ? '#' : '!'];
}
