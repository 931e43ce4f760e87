import { optional, required, type Arguments } from '../arguments.js';
import { MethodError } from '../errors.js';
import { isReactionName } from '../reactions.js';
import { isTs } from '../timestamps.js';
import type { Channel, Message } from '../types.js';
import { existingMessage, joinedChannel, writableChannel, type Method, type MethodContext } from './method.js';

const RULES = { name: required('string'), channel: optional('string'), timestamp: optional('string') };

/**
 * The message and emoji of a call.
 * @throws MethodError `no_item_specified`, `bad_timestamp`, `message_not_found`, `invalid_name`, or from `channelOf`
 */
function target(
  args: Arguments,
  context: MethodContext,
  channelOf: (id: string) => Channel,
): { message: Message; name: string } {
  const id = args.string('channel');
  const ts = args.string('timestamp');
  if (id === undefined || ts === undefined) throw new MethodError('no_item_specified');
  const channel = channelOf(id);
  if (!isTs(ts)) throw new MethodError('bad_timestamp');
  const message = existingMessage(channel, ts, context);
  const name = args.required('name');
  if (!isReactionName(name)) throw new MethodError('invalid_name');
  return { message, name };
}

const add: Method = {
  name: 'reactions.add',
  token: 'bot',
  tier: 'tier3',
  rules: RULES,
  run(args, context) {
    const { message, name } = target(args, context, (id) => writableChannel(id, context));
    const errorCode = context.messaging.react(message, context.workspace.bot.id, name);
    if (errorCode !== undefined) throw new MethodError(errorCode);
    return {};
  },
};

const remove: Method = {
  name: 'reactions.remove',
  token: 'bot',
  tier: 'tier2',
  rules: RULES,
  run(args, context) {
    const { message, name } = target(args, context, (id) => joinedChannel(id, context));
    const errorCode = context.messaging.unreact(message, context.workspace.bot.id, name);
    if (errorCode !== undefined) throw new MethodError(errorCode);
    return {};
  },
};

export const reactionMethods: readonly Method[] = [add, remove];
