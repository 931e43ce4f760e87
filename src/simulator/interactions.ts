import type { Outcome, Transport } from './delivery.js';
import { SimulatorUsageError } from './errors.js';
import type { Lookup } from './lookup.js';
import { interactiveElements } from './methods/elements.js';
import type { Method, MethodContext } from './methods/method.js';
import { viewJson } from './methods/views.js';
import { ResponseUrls } from './response-urls.js';
import { storedText } from './text.js';
import type { Json } from './types.js';
import { type Entered, stateOf } from './view-state.js';

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

export interface InteractionsParts {
  readonly context: MethodContext;
  readonly find: Lookup;
  readonly transport: Transport;
  /** Base of response URLs. */
  readonly responsesUrl: () => string;
}

/** Slash commands, buttons, modals and shortcuts, and the response URLs with which an app answers them. */
export class Interactions {
  readonly #acts: { id: string; payload: Json; state: Act['state'] }[] = [];
  readonly #urls: ResponseUrls;
  readonly #parts: InteractionsParts;

  constructor(parts: InteractionsParts) {
    this.#parts = parts;
    this.#urls = new ResponseUrls(parts.context, parts.responsesUrl);
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
      response_url: this.#urls.issue(place, person),
      trigger_id: context.views.issueTrigger(user),
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
    const element = ((message.blocks ?? []) as Json[])
      .flatMap(interactiveElements)
      .find(({ action_id: id }) => id === actionId);
    if (element === undefined) throw new SimulatorUsageError(`no element with action_id ${actionId} in ${ts}`);
    const value = press.value ?? element['value'];
    return this.#send('interactive', {
      type: 'block_actions',
      api_app_id: context.workspace.bot.appId ?? '',
      token: 'simulated-verification-token',
      trigger_id: context.views.issueTrigger(user),
      team: { id: team.id, domain: team.domain },
      user: { id: user, username: person.name, team_id: person.team },
      channel: { id: channel, name: place.name },
      container: { type: 'message', message_ts: ts, channel_id: channel, is_ephemeral: false },
      message: context.messaging.json(message),
      response_url: this.#urls.issue(place, person),
      actions: [{ type: element['type'], action_id: actionId, action_ts: ts, ...(value !== undefined && { value }) }],
    });
  }

  /** Uses a shortcut with this `callback_id`: on a message, or without one from anywhere. */
  async shortcut(use: { user: string; callbackId: string; channel?: string; ts?: string }): Promise<Act> {
    const { find, context } = this.#parts;
    const { user, callbackId, channel, ts } = use;
    if (channel === undefined || ts === undefined) {
      find.user(user);
      return this.#send('interactive', { type: 'shortcut', callback_id: callbackId, ...this.#who(user) });
    }
    const place = find.channel(channel);
    const person = find.member(channel, user);
    const message = find.message(channel, ts);
    return this.#send('interactive', {
      type: 'message_action',
      callback_id: callbackId,
      ...this.#who(user),
      channel: { id: channel, name: place.name },
      message_ts: ts,
      message: context.messaging.json(message),
      response_url: this.#urls.issue(place, person),
    });
  }

  /** Presses a button, or chooses from a menu, in the person's modal or Home tab. */
  async pressInView(press: { user: string; actionId: string; value?: string }): Promise<Act> {
    const { views } = this.#parts.context;
    const { user, actionId } = press;
    for (const view of [views.modal(user), views.home(user)]) {
      const blocks = (view?.view['blocks'] ?? []) as Json[];
      const element = blocks.flatMap(interactiveElements).find(({ action_id: id }) => id === actionId);
      if (view === undefined || element === undefined) continue;
      const value = press.value ?? element['value'];
      const chosen =
        element['type'] === 'static_select' ? { selected_option: { value } } : value !== undefined && { value };
      return this.#send('interactive', {
        type: 'block_actions',
        ...this.#who(user),
        container: { type: 'view', view_id: view.id },
        view: viewJson(view, this.#parts.context),
        actions: [{ type: element['type'], action_id: actionId, ...chosen }],
      });
    }
    throw new SimulatorUsageError(`no element with action_id ${actionId} in a view of ${user}`);
  }

  /** Submits the modal that the person has open; it closes when the app acknowledges. */
  async submit({ user, entered = {} }: { user: string; entered?: Entered }): Promise<Act> {
    const { views } = this.#parts.context;
    const view = views.modal(user);
    if (view === undefined) throw new SimulatorUsageError(`${user} has no modal open`);
    const state = stateOf(view.view['blocks'] as unknown[], entered);
    const json = { ...viewJson(view, this.#parts.context), state };
    const act = await this.#send('interactive', { type: 'view_submission', ...this.#who(user), view: json });
    if (act.state === 'acked' && views.modal(user) === view) views.close(user);
    return act;
  }

  #who(user: string): Json {
    const { find, context } = this.#parts;
    const { team, bot } = context.workspace;
    const person = find.user(user);
    return {
      api_app_id: bot.appId ?? '',
      token: 'simulated-verification-token',
      trigger_id: context.views.issueTrigger(user),
      team: { id: team.id, domain: team.domain },
      user: { id: user, username: person.name, team_id: person.team },
    };
  }

  /** Sends an act again: the app's ack was lost on the way. */
  async redeliver(id: string): Promise<void> {
    const act = this.#acts.find((known) => known.id === id);
    if (act === undefined) throw new SimulatorUsageError(`no such act: ${id}`);
    await this.#parts.transport.send(act.payload, undefined, kindOf(act.payload));
  }

  /** What a POST to the response URL with this id does. */
  responseMethod(id: string): Method {
    return this.#urls.method(id);
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
}

function kindOf(payload: Json): 'slash_commands' | 'interactive' {
  return 'command' in payload ? 'slash_commands' : 'interactive';
}
