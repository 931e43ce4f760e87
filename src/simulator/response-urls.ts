import { randomUUID } from 'node:crypto';
import { type Arguments, type ArgumentRules, optional, optionalOneOf } from './arguments.js';
import { MethodError } from './errors.js';
import { appMessage, requiredContent } from './methods/chat.js';
import { CONTENT_RULES } from './methods/content.js';
import type { Method, MethodContext } from './methods/method.js';
import type { Channel, User } from './types.js';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const MAX_RESPONSES = 5;
const LIFETIME_MS = 30 * 60_000;

const RULES: ArgumentRules = {
  ...CONTENT_RULES,
  response_type: optionalOneOf('ephemeral', 'in_channel'),
  replace_original: optional('boolean'),
  mrkdwn: optional('boolean'),
  unfurl_links: optional('boolean'),
  unfurl_media: optional('boolean'),
};

interface ResponseUrl {
  readonly channel: Channel;
  readonly user: User;
  readonly expiresAt: number;
  uses: number;
}

/** The addresses with which an app answers what a person did. */
export class ResponseUrls {
  readonly #urls = new Map<string, ResponseUrl>();

  /** `base`: of all addresses. */
  constructor(
    private readonly context: MethodContext,
    private readonly base: () => string,
  ) {}

  issue(channel: Channel, user: User): string {
    const id = randomUUID();
    this.#urls.set(id, { channel, user, expiresAt: this.context.timers.now() + LIFETIME_MS, uses: 0 });
    return `${this.base()}${id}`;
  }

  /** What a POST to the address with this id does. */
  method(id: string): Method {
    return {
      name: 'response_url',
      token: 'none',
      tier: 'special',
      rules: RULES,
      run: (args) => {
        const url = this.#urls.get(id);
        if (url === undefined || url.expiresAt <= this.context.timers.now()) throw new MethodError('expired_url');
        if (url.uses >= MAX_RESPONSES) throw new MethodError('used_url');
        this.#respond(args, url);
        url.uses += 1;
        return {};
      },
    };
  }

  #respond(args: Arguments, { channel, user }: ResponseUrl): void {
    const message = appMessage(channel, requiredContent(args, this.context), this.context);
    if (args.string('response_type') !== 'in_channel') message.ephemeralTo = user.id;
    this.context.messaging.post(message);
  }
}
