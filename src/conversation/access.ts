/** Whether the settings of a place let the bot answer somebody there. */
import { keyOf } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import type { SettingsReader } from '../core/layers/reader.js';
import type { Settings } from '../core/layers/resolve.js';
import type { BotMessages, BotMessagesFor, Directory, Ephemeral, Logger, NoAnswer } from '../core/ports.js';
import type { AssistantTurn, PersonTurn } from '../core/turn.js';

export interface PlaceOptions {
  /** Not set: all that there is to set is the deployment's. */
  settings?: SettingsReader;
  directory?: Directory;
  ephemeral: Ephemeral;
  botMessages: BotMessages;
  /** Not set: everybody reads `botMessages`. */
  messagesFor?: BotMessagesFor;
  logger: Logger;
}

interface PlaceRules {
  settings: Settings;
  /** Questions that get no answer here: their authors have been told. `turns`: of an earlier answer, which stays. */
  turnedAway?: { answered: string[]; turns: AssistantTurn[] };
}

/**
 * The settings for whoever asked last, and whom they turn away. A reply that is being written goes on. Throws while Slack
 * does not tell what that depends on; `overdue`: it has not for long, and who is unknown is not answered.
 */
export async function placeRules(
  round: Conversation,
  asked: readonly PersonTurn[],
  overdue: boolean,
  options: PlaceOptions,
): Promise<PlaceRules> {
  const { team, channel } = round.id;
  const { author = '' } = asked.at(-1) ?? {};
  const settings = (await options.settings?.at({ team, channel, person: author })) ?? {};
  if (!options.directory || (round.reply && !round.redo)) return { settings };
  const reasons = new Map<string, NoAnswer>();
  for (const person of new Set(asked.map((turn) => turn.author))) {
    const reason = await whyNot(team, person, settings, overdue, options.directory);
    if (reason) reasons.set(person, reason);
  }
  if (reasons.size === 0) return { settings };
  const facts = { conversation: keyOf(round.id), reasons: Object.fromEntries(reasons) };
  options.logger.info(facts, 'not answering: the settings here exclude these people');
  for (const [person, reason] of reasons) {
    const messages = (await options.messagesFor?.(team, person)) ?? options.botMessages;
    options.ephemeral.send(round, person, messages.notAnswered(reason));
  }
  const away = asked.filter((turn) => reasons.has(turn.author));
  const turns = away.length === asked.length ? (round.redo ?? []) : [];
  return { settings, turnedAway: { answered: away.map(({ ts }) => ts), turns } };
}

/** Why this person gets no answer there; undefined if they get one. */
export async function whyNot(
  team: string,
  person: string,
  { answers, guests, externals, who }: Settings,
  overdue: boolean,
  directory: Directory,
): Promise<NoAnswer | undefined> {
  if (answers?.value === 'off') return 'off';
  // Where the deployment forbids externals, events have been asked: of some they say more than Slack tells of the person.
  const noExternals = externals?.value === false && externals.origin !== 'deployment';
  if (guests?.value === false || noExternals) {
    const facts = await directory.person(team, person);
    if (!facts && !overdue) throw new Error('cannot find out yet whether a person is a guest');
    if (guests?.value === false && (!facts || facts.isGuest)) return 'guest';
    if (noExternals && (!facts || facts.isExternal)) return 'external';
  }
  for (const { value } of who?.value ?? []) {
    if (value.people.includes(person)) continue;
    let isIn = false;
    for (const group of value.groups) {
      const members = await directory.membersOfGroup(team, group);
      if (!members && !overdue) throw new Error('cannot find out yet who is in a user group');
      isIn ||= members?.has(person) === true;
    }
    if (!isIn) return 'not_listed';
  }
  return undefined;
}
