import { optional, required } from '../arguments.js';
import { MethodError } from '../errors.js';
import { AUTHOR_RULES, requiredContent, appMessage } from './chat.js';
import { CONTENT_RULES, FORMAT_RULES } from './content.js';
import { threadRoot, writableChannel, type Method } from './method.js';

const postEphemeral: Method = {
  name: 'chat.postEphemeral',
  token: 'bot',
  tier: 'tier4',
  rules: {
    channel: required('string'),
    user: required('string'),
    ...CONTENT_RULES,
    // Accepted and ignored: ephemeral messages are not stored, and neither is their metadata.
    metadata: optional('object'),
    ...AUTHOR_RULES,
    ...FORMAT_RULES,
    thread_ts: optional('string'),
  },
  run(args, context) {
    const { workspace, messaging } = context;
    const channel = writableChannel(args.required('channel'), context);
    const user = args.required('user');
    if (!channel.members.has(user)) throw new MethodError('user_not_in_channel');
    const message = appMessage(channel, requiredContent(args, context), context);
    message.ephemeralTo = user;
    const threadTs = args.string('thread_ts');
    if (threadTs !== undefined) message.threadTs = threadRoot(channel, threadTs, context).ts;
    // Without replies there is no thread to show it in. Slack still responds with success.
    const hidden = threadTs !== undefined && workspace.replies(channel.id, threadTs).length === 0;
    if (!hidden) messaging.post(message);
    return { message_ts: message.ts };
  },
};

export const ephemeralMethods: readonly Method[] = [postEphemeral];
