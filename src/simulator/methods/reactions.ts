import { optional, required, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Message } from '../types.js';
import { foundMessage, joinedChannel, type Method, type MethodContext } from './method.js';

/** Slack knows thousands, and each workspace its own: any well-formed name passes. */
const NAME = /^[a-z0-9_+'-]+(::skin-tone-[2-6])?$/;
const TS = /^\d{9,11}\.\d{6}$/;

/** @throws MethodError `no_item_specified`, `bad_timestamp`, `message_not_found`, `invalid_name` */
function target(args: Arguments, context: MethodContext): { message: Message; name: string } {
  const id = args.string('channel');
  const ts = args.string('timestamp');
  if (id === undefined || ts === undefined) throw new MethodError('no_item_specified');
  const channel = joinedChannel(id, context);
  if (!TS.test(ts)) throw new MethodError('bad_timestamp');
  const message = foundMessage(channel, ts, context);
  const name = args.required('name');
  if (!NAME.test(name)) throw new MethodError('invalid_name');
  return { message, name };
}

const RULES = { name: required('string'), channel: optional('string'), timestamp: optional('string') };

const add: Method = {
  name: 'reactions.add',
  token: 'bot',
  tier: 'tier3',
  rules: RULES,
  run(args, context) {
    const { message, name } = target(args, context);
    if (!context.messaging.react(message, context.workspace.bot.id, name)) throw new MethodError('already_reacted');
    return {};
  },
};

const remove: Method = {
  name: 'reactions.remove',
  token: 'bot',
  tier: 'tier2',
  rules: RULES,
  run(args, context) {
    const { message, name } = target(args, context);
    if (!context.messaging.unreact(message, context.workspace.bot.id, name)) throw new MethodError('no_reaction');
    return {};
  },
};

export const reactionMethods: readonly Method[] = [add, remove];
