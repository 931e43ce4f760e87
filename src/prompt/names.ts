/** Names of people, channels and user groups in prompts, in place of their ids. */
import type { Conversation } from '../core/conversation.js';
import {
  type MentionedPlace,
  mentionedIn,
  placeMention,
  placesIn,
  replaceMentions,
  replacePlaces,
} from '../core/mentions.js';
import type { People, Places } from '../core/ports.js';
import type { PersonTurn, Turn } from '../core/turn.js';

export interface NameResolver {
  ofPerson(id: string): string;
  /** The text with names in place of ids. */
  in(text: string): string;
}

/**
 * User ids whose names the prompt of this conversation shows, the most important first: the newest speakers, then the
 * newest mentions. Where it is not `shared`, only mentions: nobody's message begins with their name.
 */
export function peopleIn({ turns, channelBefore = [] }: Conversation, shared = true): Set<string> {
  const newestFirst = [...channelBefore, ...turns].toReversed();
  const speakers = newestFirst.flatMap((turn) => (shared && isLookedUp(turn) ? [turn.author] : []));
  return new Set([...speakers, ...newestFirst.flatMap(({ text }) => mentionedIn(text))]);
}

/** Ids of apps: earlier versions stored their posts without a name. */
const APP_ID = /^B/;

/** Whose name has to be looked up: an app's post carries it. */
function isLookedUp(turn: Turn): turn is PersonTurn {
  return turn.role === 'person' && turn.name === undefined && !APP_ID.test(turn.author);
}

/** Names by id. Nothing is asked for what the conversation does not mention. Both look-ups have their own limit of time. */
export async function namesFor(
  conversation: Conversation,
  shared: boolean,
  { people, places }: { people: People; places: Places },
): Promise<ReadonlyMap<string, string>> {
  const { id, turns, channelBefore = [] } = conversation;
  const mentioned = [...channelBefore, ...turns].toReversed().flatMap(({ text }) => placesIn(text));
  const [ofPeople, ofPlaces] = await Promise.all([
    people.names(id.team, peopleIn(conversation, shared)),
    mentioned.length > 0 ? places.names(id, mentioned) : new Map<string, string>(),
  ]);
  return new Map([...ofPeople, ...ofPlaces]);
}

/**
 * Who or what has no name gets a number: its place among all that appear in the conversation, named or not. So it keeps
 * the number whichever look-ups succeed next time, and the beginning of the prompt stays the same.
 */
export function nameResolver(
  { turns, authors = [], channelBefore = [] }: Conversation,
  names: ReadonlyMap<string, string>,
): NameResolver {
  const inTurns = [...channelBefore, ...turns];
  const appearingIn = (some: readonly Turn[]): string[] =>
    some.flatMap((turn) => [...(isLookedUp(turn) ? [turn.author] : []), ...mentionedIn(turn.text)]);
  // Those who have written come first: their turns may be summarized, and not here.
  const people = numbered([...appearingIn(channelBefore), ...authors, ...appearingIn(turns)]);
  const marks = placeMarks(
    inTurns.flatMap(({ text }) => placesIn(text)),
    names,
  );
  const ofPerson = (id: string): string => names.get(id) ?? (people.has(id) ? `Person ${people.get(id)}` : 'someone');
  return {
    ofPerson,
    in: (text) =>
      replacePlaces(
        replaceMentions(text, (id) => `@${ofPerson(id)}`),
        (place) => marks.get(placeMention(place)) ?? `[${WORDS[place.kind]}]`,
      ),
  };
}

const WORDS = { channel: 'channel', group: 'user group' } as const;
const SIGNS = { channel: '#', group: '@' } as const;

/** What stands for each place; never the same for two of them. In brackets, which no name has, where there is no name. */
function placeMarks(places: readonly MentionedPlace[], names: ReadonlyMap<string, string>): Map<string, string> {
  const marks = new Map<string, string>();
  const taken = new Set<string>();
  const counts = { channel: 0, group: 0 };
  for (const place of places) {
    const key = placeMention(place);
    if (marks.has(key)) continue;
    counts[place.kind] += 1;
    const number = counts[place.kind];
    const name = names.get(place.id);
    const named = name === undefined ? `[${WORDS[place.kind]} ${number}]` : SIGNS[place.kind] + name;
    // Channels of two workspaces may have one name.
    const mark = taken.has(named) ? `${named} [${number}]` : named;
    taken.add(mark);
    marks.set(key, mark);
  }
  return marks;
}

/** The place of each among all, from 1 on, in order of first appearance. */
function numbered(ids: readonly string[]): Map<string, number> {
  return new Map([...new Set(ids)].map((id, at) => [id, at + 1]));
}
