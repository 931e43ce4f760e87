/** Commands, buttons, modals and shortcuts, as durable as messages: stored, acknowledged, then handled by a worker. */
import type { App } from '@slack/bolt';
import { DM_TOP_LEVEL, keyOf } from '../../core/conversation-id.js';
import type { IncomingMessage } from '../../core/incoming-message.js';
import type { Logger, RequestHandler, RequestQueue } from '../../core/ports.js';
import type { WordKey } from '../../messages/words/en.js';
import { type Interaction, interactionFrom, type InteractionKind } from '../inbound/interaction.js';
import type { EventHandler } from './event-handler.js';
import type { FeatureApp, InteractionHandler } from './feature.js';
import { COMMAND } from './manifest.js';

/** The command for `/skein` without a word that is known. */
const FALLBACK = 'help';

export interface Interactions extends EventHandler {
  /** Handles what `handle` has stored. */
  readonly work: RequestHandler;
  /** Stores a command that was written as a message, `!usage` behind the bot's name. False if the message is none. */
  takeMessage(message: IncomingMessage): Promise<boolean>;
  /** Stores what happened to the bot, once in `knownMs`, if a feature handles it. */
  takeEvent(event: Omit<Interaction, 'kind' | 'text'>, knownMs: number): Promise<void>;
  /** What features register with; its Bolt listeners acknowledge. */
  appFor(bolt: App): FeatureApp;
}

export function interactions(requests: Pick<RequestQueue, 'submit'>, logger: Logger): Interactions {
  const handlers = new Map<string, InteractionHandler>();
  const commands = new Map<string, WordKey>();

  function add(kind: InteractionKind, name: string, handler: InteractionHandler): void {
    const key = keyFor(kind, name);
    if (handlers.has(key)) throw new Error(`two features register the ${kind} "${name}"`);
    handlers.set(key, handler);
  }

  /** Where it is registered: under its name, or for a command with any other word under the fallback. */
  function registered({ kind, name }: Interaction): { name: string; handler: InteractionHandler } | undefined {
    const names = kind === 'command' ? [name, FALLBACK] : [name];
    for (const one of names) {
      const handler = handlers.get(keyFor(kind, one));
      if (handler) return { name: one, handler };
    }
    return undefined;
  }

  return {
    async handle(body) {
      const interaction = interactionFrom(body, COMMAND);
      if (!interaction) return;
      if (registered(interaction)) await requests.submit({ id: interaction.id, payload: interaction });
      else logger.warn({ kind: interaction.kind, name: interaction.name }, 'no feature handles this interaction');
    },

    async takeMessage(message) {
      const interaction = writtenCommand(message);
      if (!interaction) return false;
      // More words behind one that is no command: a question.
      if (!commands.has(interaction.name) && interaction.text !== '') return false;
      // Once for all events of the message.
      await requests.submit({ id: interaction.id, payload: interaction });
      return true;
    },

    async takeEvent(event, knownMs) {
      const payload: Interaction = { ...event, kind: 'event', text: '' };
      if (registered(payload)) await requests.submit({ id: event.id, payload, knownMs });
    },

    async work({ payload }, signal) {
      const interaction = payload as Interaction;
      const { kind, team } = interaction;
      const found = registered(interaction);
      // Stored by another version of the program.
      if (!found) throw new Error(`no feature handles the ${kind} "${interaction.name}"`);
      await found.handler(interaction, signal);
      // Not the word that was typed: it may be anything.
      logger.info({ kind, name: found.name, team }, 'handled an interaction');
    },

    appFor(bolt) {
      bolt.command(COMMAND, ({ ack }) => ack());
      return {
        bolt,
        commands,
        command(name, description, handler) {
          add('command', name, handler);
          commands.set(name, description);
        },
        action(id, handler) {
          add('action', id, handler);
          bolt.action(id, ({ ack }) => ack());
        },
        submission(id, handler) {
          add('submission', id, handler);
          bolt.view(id, ({ ack }) => ack());
        },
        shortcut(id, handler) {
          add('shortcut', id, handler);
          bolt.shortcut(id, ({ ack }) => ack());
        },
        event: (name, handler) => add('event', name, handler),
      };
    },
  };
}

function keyFor(kind: InteractionKind, name: string): string {
  return `${kind} ${name}`;
}

/** Undefined if the message does not begin with `!` and a word. */
function writtenCommand({ conversation, ts, author, from, addressed, text }: IncomingMessage): Interaction | undefined {
  const [, name = '', rest = ''] = /^!([a-z]+)(?:\s+(.*))?$/is.exec(text.trim()) ?? [];
  if (name === '' || addressed !== 'bot' || from !== undefined) return undefined;
  const { team, channel, thread } = conversation;
  return {
    id: `message ${keyOf(conversation)} ${ts}`,
    kind: 'command',
    name: name.toLowerCase(),
    team,
    user: author,
    channel,
    ...(thread !== ts && thread !== DM_TOP_LEVEL && { thread }),
    message: { ts },
    text: rest.trim(),
  };
}
