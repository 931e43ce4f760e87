/** `/skein usage`: what answers have cost, and what is left of the budgets. */
import type { Settings } from '../../core/layers/resolve.js';
import type { OwnerUsage, UsageOwner } from '../../core/ports.js';
import type { Say } from '../../messages/words.js';
import type { Feature, FeatureServices } from '../app/feature.js';
import { respond } from '../outbound/interaction-response.js';

const NAME = 'usage';
const NANOS_PER_USD = 1_000_000_000;

export const usage: Feature = {
  name: NAME,
  needs: { commands: [NAME] },
  register(app, { services, workspaces, fetch, clock }) {
    app.command(NAME, 'command_usage', async (interaction, signal) => {
      const { team, user, channel = '' } = interaction;
      const place = { team, channel, person: user };
      const [say, lines] = await Promise.all([services.wordsFor(place), usageLines(place, services, clock.now())]);
      const text = [`*${say('usage_title')}*`, ...lines(say).map((line) => `• ${line}`)].join('\n');
      await respond(interaction, text, workspaces, signal, fetch);
    });
  },
};

/** `channel` '': without one. */
export async function usageLines(
  { team, channel, person }: { team: string; channel: string; person: string },
  { ledger, rules }: Pick<FeatureServices, 'ledger' | 'rules'>,
  now: number,
): Promise<(say: Say) => string[]> {
  const day = new Date(now).toISOString().slice(0, 10);
  const [today, month, settings] = await Promise.all([
    ledger.totals(team, day),
    ledger.totals(team, day.slice(0, 7)),
    rules.at({ team, person, ...(channel !== '' && { channel }) }),
  ]);
  return (say) => [
    say('usage_me', { spent: spent(today, 'person', person, say), of: budget(settings.personDailyUsd, say) }),
    say('usage_me_month', { spent: spent(month, 'person', person, say) }),
    ...(channel === ''
      ? []
      : [
          say('usage_channel', {
            spent: spent(today, 'channel', channel, say),
            of: budget(settings.channelDailyUsd, say),
          }),
        ]),
    say('usage_workspace', {
      spent: spent(month, 'workspace', team, say),
      of: budget(settings.workspaceMonthlyUsd, say),
    }),
  ];
}

function spent(totals: readonly OwnerUsage[], owner: UsageOwner, id: string, say: Say): string {
  const found = totals.find((total) => total.owner === owner && total.id === id);
  const { costNanos = 0, calls = 0, unpriced = 0 } = found ?? {};
  if (unpriced > 0 && unpriced === calls) return say('usage_unpriced', { calls });
  const usd = costNanos / NANOS_PER_USD;
  return say('usage_answers', { spent: `$${usd.toFixed(usd > 0 && usd < 0.1 ? 4 : 2)}`, calls });
}

function budget(found: Settings['personDailyUsd'], say: Say): string {
  return found ? say('usage_of', { budget: `$${found.value.toFixed(2)}` }) : '';
}
