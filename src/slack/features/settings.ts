/** `/skein settings`: the settings of the workspace, of a channel, or one's own, in a modal. */
import type { ModalView } from '@slack/web-api';
import * as z from 'zod';
import { mayChange } from '../../core/layers/rights.js';
import { type LayerKey, layerFrom, schemaOf, type StoredLayer } from '../../core/layers/table.js';
import type { LayerId, LoggedChange, ValueChange } from '../../core/ports.js';
import type { SettingsBy } from '../../core/settings.js';
import type { Say } from '../../messages/words.js';
import type { WordKey } from '../../messages/words/en.js';
import type { Feature, FeatureDeps } from '../app/feature.js';
import { isDirectMessage } from '../channels.js';
import type { Interaction } from '../inbound/interaction.js';
import { respond } from '../outbound/interaction-response.js';
import { openModal } from '../outbound/modal.js';
import { inputsFor, labelOf, plain, valuesFrom } from './settings/fields.js';
import { shownDate, shownValue } from './settings/shown.js';

const NAME = 'settings';
const SUBMITTED = 'settings';
/** Buttons in the Home tab. */
export const EDIT_MINE = 'settings-me';
export const EDIT_WORKSPACE = 'settings-workspace';
const LINES_OF_LOG = 15;

/** What the modal is about. `channel`: where it was opened, for the answer. */
const metadata = z.object({
  layer: z.enum(['workspace', 'channel', 'person']),
  id: z.string(),
  channel: z.string().optional(),
});

export const settings: Feature = {
  name: NAME,
  needs: { commands: [NAME], interactivity: true },
  register(app, deps) {
    const { services, workspaces, fetch } = deps;

    async function edit(interaction: Interaction, layer: LayerId, signal: AbortSignal): Promise<void> {
      const { user, team } = interaction;
      const say = await services.wordsFor({ team, person: user });
      const tell = (text: string): Promise<void> => respond(interaction, text, workspaces, signal, fetch);
      if (!(await mayChange(layer, user, services.settingsBy, services.directory)))
        return tell(notAllowed(layer.layer, services.settingsBy, say));
      const stored = await services.settings.read(placeOf(layer));
      const isOpen = await openModal(
        interaction,
        modal(layer, interaction.channel, stored[layer.layer], say),
        workspaces,
      );
      if (!isOpen) await tell(say('too_late'));
    }

    app.command(NAME, 'command_settings', async (interaction, signal) => {
      const { team, user, channel = '', text } = interaction;
      const word = text.toLowerCase();
      if (word === 'log') return showLog(interaction, deps, signal);
      const inChannel: LayerId = isDirectMessage(channel)
        ? { team, layer: 'person', id: user }
        : { team, layer: 'channel', id: channel };
      const layer: LayerId =
        word === 'workspace'
          ? { team, layer: 'workspace', id: '' }
          : word === 'me'
            ? { team, layer: 'person', id: user }
            : inChannel;
      return edit(interaction, layer, signal);
    });
    app.action(EDIT_MINE, (interaction, signal) =>
      edit(interaction, { team: interaction.team, layer: 'person', id: interaction.user }, signal),
    );
    app.action(EDIT_WORKSPACE, (interaction, signal) =>
      edit(interaction, { team: interaction.team, layer: 'workspace', id: '' }, signal),
    );
    app.submission(SUBMITTED, (interaction, signal) => save(interaction, deps, signal));
  },
};

async function save(interaction: Interaction, deps: FeatureDeps, signal: AbortSignal): Promise<void> {
  const { services, workspaces, fetch, clock, logger } = deps;
  const { team, user, id: request, view } = interaction;
  const { layer, id, channel } = metadata.parse(JSON.parse(view?.privateMetadata ?? ''));
  const target: LayerId = { team, layer, id };
  const say = await services.wordsFor({ team, person: user });
  const place = channel === undefined ? interaction : { ...interaction, channel };
  const tell = (text: string): Promise<void> => respond(place, text, workspaces, signal, fetch);
  // Their rights may have gone since the modal was opened.
  if (!(await mayChange(target, user, services.settingsBy, services.directory)))
    return tell(notAllowed(layer, services.settingsBy, say));
  const values = valuesFrom(layer, view?.values);
  const problem = firstProblem(values, say);
  if (problem !== undefined) return tell(problem);
  const changes = await services.settings.change(target, values, { id: request, by: user, at: clock.now() });
  // What people set for themselves stands in no log.
  const shown = layer === 'person' ? changes.map(({ key }) => ({ key })) : changes;
  logger.info({ layer, of: id, by: user, changes: shown }, 'settings were changed');
  await services.homeChanged(team, user);
  const name = say(`place_${layer === 'person' ? 'me' : layer}`);
  if (changes.length === 0) return tell(say('nothing_changed', { place: name }));
  const budgets = changes.some(({ key, to }) => key.endsWith('Usd') && to !== undefined);
  const { model } = services;
  return tell(
    [
      say('saved', { place: name }),
      ...changes.map((change) => changeLine(change, say)),
      ...(budgets && !services.hasPrice ? [say('no_price', { model: model.name })] : []),
    ].join('\n'),
  );
}

function firstProblem(values: Partial<Record<LayerKey, unknown>>, say: Say): string | undefined {
  for (const [key, value] of Object.entries(values)) {
    if (value === null) continue;
    const { error } = schemaOf(key as LayerKey).safeParse(value);
    if (error)
      return say('not_saved', { field: say(labelOf(key as LayerKey)), problem: error.issues[0]?.message ?? '' });
  }
  return undefined;
}

function changeLine({ key, from, to }: ValueChange, say: Say): string {
  return `• *${say(labelOf(key))}*: ${shownValue(key, from, say)} → ${shownValue(key, to, say)}`;
}

async function showLog(interaction: Interaction, deps: FeatureDeps, signal: AbortSignal): Promise<void> {
  const { services, workspaces, fetch } = deps;
  const { team, user } = interaction;
  const say = await services.wordsFor({ team, person: user });
  const log = await services.settings.log(team);
  const lines = log.slice(0, LINES_OF_LOG).flatMap((change) => logLines(change, say));
  const text = lines.length > 0 ? [say('log_title'), ...lines].join('\n') : say('log_empty');
  await respond(interaction, text, workspaces, signal, fetch);
}

export function logLines({ by, at, layer, of, changes }: LoggedChange, say: Say): string[] {
  const place = layer === 'channel' ? `<#${of}>` : say('place_workspace');
  return [`${shownDate(at)}, <@${by}>, ${place}:`, ...changes.map((change) => changeLine(change, say))];
}

function placeOf({ team, layer, id }: LayerId): { team: string; channel?: string; person?: string } {
  return { team, ...(layer === 'channel' && { channel: id }), ...(layer === 'person' && { person: id }) };
}

function notAllowed(layer: StoredLayer, by: SettingsBy, say: Say): string {
  const who = [
    ...(by.admins ? [say('allowed_admins')] : []),
    ...(layer === 'channel' && by.channelCreators ? [say('allowed_creator')] : []),
    ...by.people.map((id) => `<@${id}>`),
  ];
  return say('not_allowed', { place: say(`place_${layer}` as WordKey), who: who.join(', ') });
}

function modal({ layer, id }: LayerId, channel: string | undefined, values: unknown, say: Say): ModalView {
  const place = layer === 'channel' ? `<#${id}>` : say(layer === 'person' ? 'place_me' : 'place_workspace');
  return {
    type: 'modal',
    callback_id: SUBMITTED,
    private_metadata: JSON.stringify({ layer, id, ...(channel !== undefined && { channel }) }),
    title: plain(say('settings_title')),
    submit: plain(say('save')),
    close: plain(say('cancel')),
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: say('settings_intro', { place }) } },
      ...inputsFor(layer, layerFrom(values), say),
    ],
  };
}
