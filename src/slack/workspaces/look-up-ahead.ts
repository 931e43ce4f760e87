import type { IncomingMessage } from '../../core/incoming-message.js';
import { mentionedIn, placesIn } from '../../core/mentions.js';
import { isDirectMessage } from '../channels.js';
import type { SlackPeople } from './people.js';
import type { SlackPlaces } from './places.js';

/** Looks up the names in a message that asks the bot, so that its prompt, which comes soon after, need not wait for them. */
export function lookUpAhead(people: SlackPeople, places: SlackPlaces): (message: IncomingMessage) => void {
  return (message) => {
    const { conversation, text, before = [] } = message;
    const said = [message, ...before.flatMap(({ turn }) => turn ?? [])];
    // An app's post carries its name.
    const speakers = said.flatMap(({ author, name }) => (name === undefined ? [author] : []));
    const named = isDirectMessage(conversation.channel) ? [] : speakers;
    people.lookUpAhead(conversation.team, [...named, ...mentionedIn(text)]);
    places.lookUpAhead(conversation.team, placesIn(text));
  };
}
