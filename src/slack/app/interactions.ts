/** Commands, buttons, modals and shortcuts, as durable as messages: stored, acknowledged, then handled by a worker. */
import type { App } from '@slack/bolt';
import type { Logger, RequestHandler, RequestQueue } from '../../core/ports.js';
import { type Interaction, interactionFrom, type InteractionKind } from '../inbound/interaction.js';
import type { EventHandler } from './event-handler.js';
import type { FeatureApp, InteractionHandler } from './feature.js';
import { COMMAND } from './manifest.js';

/** The command for `/skein` without a word that is known. */
const FALLBACK = 'help';

export interface Interactions extends EventHandler {
  /** Handles what `handle` has stored. */
  readonly work: RequestHandler;
  /** What features register with; its Bolt listeners acknowledge. */
  appFor(bolt: App): FeatureApp;
}

export function interactions(requests: Pick<RequestQueue, 'submit'>, logger: Logger): Interactions {
  const handlers = new Map<string, InteractionHandler>();
  const commands = new Map<string, string>();

  function add(kind: InteractionKind, name: string, handler: InteractionHandler): void {
    const key = keyFor(kind, name);
    if (handlers.has(key)) throw new Error(`two features register the ${kind} "${name}"`);
    handlers.set(key, handler);
  }

  function handlerOf({ kind, name }: Interaction): InteractionHandler | undefined {
    return handlers.get(keyFor(kind, name)) ?? (kind === 'command' ? handlers.get(keyFor(kind, FALLBACK)) : undefined);
  }

  return {
    async handle(body) {
      const interaction = interactionFrom(body);
      if (!interaction) return;
      if (handlerOf(interaction)) await requests.submit({ id: interaction.id, payload: interaction });
      else logger.warn({ kind: interaction.kind, name: interaction.name }, 'no feature handles this interaction');
    },

    async work({ payload }, signal) {
      const interaction = payload as Interaction;
      const handler = handlerOf(interaction);
      // Stored by another version of the program.
      if (!handler) throw new Error(`no feature handles the ${interaction.kind} "${interaction.name}"`);
      await handler(interaction, signal);
      logger.info({ kind: interaction.kind, name: interaction.name, team: interaction.team }, 'handled an interaction');
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
      };
    },
  };
}

function keyFor(kind: InteractionKind, name: string): string {
  return `${kind} ${name}`;
}
