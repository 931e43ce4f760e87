/** `/skein why`: which settings are in force at this place for who asks, and which layer they come from. */
import type { InForce, Part } from '../../core/layers/resolve.js';
import { type Layer, SETTING_KEYS, type SettingKey } from '../../core/layers/table.js';
import type { LoggedChange } from '../../core/ports.js';
import type { Say } from '../../messages/words.js';
import type { Feature } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';
import { labelOf } from './settings/fields.js';
import { shownDate, shownValue } from './settings/shown.js';

const NAME = 'why';

type Found = InForce<unknown>;

export const why: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch }) {
    app.command(NAME, 'command_why', async (interaction, signal) => {
      const { team, user, channel = '' } = interaction;
      const place = { team, channel, person: user };
      const [say, inForce, log, reason] = await Promise.all([
        services.wordsFor(place),
        services.rules.at(place),
        services.settings.log(team),
        services.whyNot(place),
      ]);
      const changes = log.filter(({ layer, of }) => layer === 'workspace' || of === channel);
      const lines = SETTING_KEYS.flatMap((key) => {
        const found = inForce[key] as Found | undefined;
        return found ? linesOf(key, found, changes, say) : [];
      });
      const refusal = reason ? [say('why_not_answered', { reason: say(`reason_${reason}`) })] : [];
      await respond(interaction, [...refusal, say('why_title'), ...lines].join('\n'), workspaces, signal, fetch);
    });
  },
};

function linesOf(
  key: SettingKey,
  { value, origin, refused = [] }: Found,
  log: readonly LoggedChange[],
  say: Say,
): string[] {
  const isMany = key === 'instructions' || key === 'who';
  const parts: Part<unknown>[] = isMany ? [...(value as Part<unknown>[])] : [{ layer: origin, value }];
  return [
    ...parts.map((part) => `• ${lineOf(key, part, log, say)}`),
    ...refused.map(({ layer, why: reason, by }) => {
      const names = { layer: nameOf(layer, say), by: nameOf(by, say) };
      return `      _${say(reason === 'locked' ? 'why_locked' : 'why_forbidden', names)}_`;
    }),
  ];
}

function lineOf(key: SettingKey, { layer, value }: Part<unknown>, log: readonly LoggedChange[], say: Say): string {
  const shown = { name: say(labelOf(key)), value: shownValue(key, value, say), layer: nameOf(layer, say) };
  const last = log.find((line) => line.layer === layer && line.changes.some((change) => change.key === key));
  return last
    ? say('why_line_by', { ...shown, person: `<@${last.by}>`, date: shownDate(last.at) })
    : say('why_line', shown);
}

export function nameOf(layer: Layer, say: Say): string {
  return say(`layer_${layer}`);
}
