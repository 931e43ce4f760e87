import { randomUUID } from 'node:crypto';
import { Arguments, optional, optionalOneOf, type ArgumentRules } from './arguments.js';
import type { Outcome, Transport } from './delivery.js';
import { MethodError, SimulatorUsageError } from './errors.js';
import type { Lookup } from './lookup.js';
import { appMessage, requiredContent } from './methods/chat.js';
import { CONTENT_RULES } from './methods/content.js';
import type { Method, MethodContext } from './methods/method.js';
import { storedText } from './text.js';
import type { Channel, Json, User } from './types.js';

/** https://docs.slack.dev/interactivity/handling-user-interaction#message_responses */
const MAX_RESPONSES = 5;
const RESPONSE_URL_LIFETIME_MS = 30 * 60_000;

const RESPONSE_RULES: ArgumentRules = {
  ...CONTENT_RULES,
  response_type: optionalOneOf('ephemeral', 'in_channel'),
  replace_original: optional('boolean'),
  mrkdwn: optional('boolean'),
  unfurl_links: optional('boolean'),
  unfurl_media: optional('boolean'),
};

/** What a person typed or pressed, as sent to the app. Slack sends it once, without retries. */
export interface Act {
  /** The payload's `trigger_id`. */
  readonly id: string;
  readonly payload: Json;
  /** `failed`: no ack in time, so the person sees an error. */
  readonly state: 'sent' | 'acked' | 'failed';
}

export interface Typed {
  readonly user: string;
  readonly channel: string;
  /** With its slash: `/skein`. */
  readonly command: string;
  readonly text: string;
}

interface ResponseUrl {
  readonly channel: Channel;
  readonly user: User;
  readonly expiresAt: number;
  uses: number;
}

export interface InteractionsParts {
  readonly context: MethodContext;
  readonly find: Lookup;
  readonly transport: Transport;
  /** Base of response URLs. */
  readonly responsesUrl: () => string;
}

/** Slash commands and buttons, and the response URLs with which an app answers them. */
export class Interactions {
  readonly #acts: { id: string; payload: Json; state: Act['state'] }[] = [];
  readonly #urls = new Map<string, ResponseUrl>();
  readonly #parts: InteractionsParts;

  constructor(parts: InteractionsParts) {
    this.#parts = parts;
  }

  /** Oldest first. */
  get acts(): readonly Act[] {
    return this.#acts;
  }

  /** @returns whether the app acknowledged it in time */
  async command({ user, channel, command, text }: Typed): Promise<Act> {
    const { find, context } = this.#parts;
    const { team } = context.workspace;
    const place = find.openChannel(channel);
    const person = find.member(channel, user);
    return this.#send('slash_commands', {
      token: 'simulated-verification-token',
      team_id: team.id,
      team_domain: team.domain,
      channel_id: channel,
      channel_name: place.kind === 'im' ? 'directmessage' : place.name,
      user_id: user,
      user_name: person.name,
      command,
      text: storedText(text),
      api_app_id: context.workspace.bot.appId ?? '',
      is_enterprise_install: 'false',
      response_url: this.#responseUrl(place, person),
      trigger_id: this.#triggerId(),
    });
  }

  /** Presses a button or a feedback button in a message of the app. */
  async press(press: { user: string; channel: string; ts: string; actionId: string; value?: string }): Promise<Act> {
    const { find, context } = this.#parts;
    const { team } = context.workspace;
    const { user, channel, ts, actionId } = press;
    const place = find.channel(channel);
    const person = find.member(channel, user);
    const message = find.message(channel, ts);
    const element = elementsIn(message.blocks ?? []).find(({ action_id: id }) => id === actionId);
    if (element === undefined) throw new SimulatorUsageError(`no element with action_id ${actionId} in ${ts}`);
    const value = press.value ?? element['value'];
    return this.#send('interactive', {
      type: 'block_actions',
      api_app_id: context.workspace.bot.appId ?? '',
      token: 'simulated-verification-token',
      trigger_id: this.#triggerId(),
      team: { id: team.id, domain: team.domain },
      user: { id: user, username: person.name, team_id: person.team },
      channel: { id: channel, name: place.name },
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      message: context.messaging.json(message),
      response_url: this.#responseUrl(place, person),
      actions: [{ type: element['type'], action_id: actionId, action_ts: ts, ...(value !== undefined && { value }) }],
    });
  }

  /** Sends an act again: the app's ack was lost on the way. */
  async redeliver(id: string): Promise<void> {
    const act = this.#acts.find((known) => known.id === id);
    if (act === undefined) throw new SimulatorUsageError(`no such act: ${id}`);
    await this.#parts.transport.send(act.payload, undefined, kindOf(act.payload));
  }

  /** What a POST to the response URL with this id does. */
  responseMethod(id: string): Method {
    const { context } = this.#parts;
    return {
      name: 'response_url',
      token: 'none',
      tier: 'special',
      rules: RESPONSE_RULES,
      run: (args) => {
        const url = this.#urls.get(id);
        if (url === undefined || url.expiresAt <= context.timers.now()) throw new MethodError('expired_url');
        if (url.uses >= MAX_RESPONSES) throw new MethodError('used_url');
        this.#respond(args, url, context);
        url.uses += 1;
        return {};
      },
    };
  }

  #respond(args: Arguments, { channel, user }: ResponseUrl, context: MethodContext): void {
    const message = appMessage(channel, requiredContent(args, context), context);
    if (args.string('response_type') !== 'in_channel') message.ephemeralTo = user.id;
    context.messaging.post(message);
  }

  async #send(kind: 'slash_commands' | 'interactive', payload: Json): Promise<Act> {
    const { context, transport } = this.#parts;
    const id = String(payload['trigger_id']);
    const act = { id, payload, state: 'sent' as Act['state'] };
    this.#acts.push(act);
    context.notify({ kind: 'act', id });
    const outcome: Outcome = await transport.send(payload, undefined, kind);
    act.state = outcome.ok ? 'acked' : 'failed';
    context.notify({ kind: 'act', id });
    return act;
  }

  #responseUrl(channel: Channel, user: User): string {
    const id = randomUUID();
    const expiresAt = this.#parts.context.timers.now() + RESPONSE_URL_LIFETIME_MS;
    this.#urls.set(id, { channel, user, expiresAt, uses: 0 });
    return `${this.#parts.responsesUrl()}${id}`;
  }

  #triggerId(): string {
    const { ids, timers } = this.#parts.context;
    return `${timers.now()}.${Math.floor(ids.random() * 1e9)}.${ids.uuid().replaceAll('-', '')}`;
  }
}

function kindOf(payload: Json): 'slash_commands' | 'interactive' {
  return 'command' in payload ? 'slash_commands' : 'interactive';
}

/** Elements of all blocks that have an `action_id`. */
function elementsIn(blocks: readonly unknown[]): Json[] {
  return blocks.flatMap((block) => {
    const { elements, accessory } = block as { elements?: Json[]; accessory?: Json };
    return [...(elements ?? []), ...(accessory ? [accessory] : [])].filter((element) => 'action_id' in element);
  });
}
