/** The model and the budgets of a place. Pure. */
import type { Settings } from '../core/layers/resolve.js';
import type { Model } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';

/** As it is set at this place, as far as the service has more than one. */
export function modelFor({ model, effort, verbosity }: Settings, plain: Model): Model {
  const set = [model, effort, verbosity].filter((one) => one !== undefined && one.origin !== 'deployment');
  if (set.length === 0 || !plain.as) return plain;
  return plain.as({
    ...(model && { name: model.value }),
    ...(effort && { effort: effort.value }),
    ...(verbosity && { verbosity: verbosity.value }),
  });
}

/** Without any, those of the deployment. */
export function budgetsIn({
  personDailyUsd,
  channelDailyUsd,
  workspaceMonthlyUsd,
}: Settings): BudgetSettings | undefined {
  if (!personDailyUsd && !channelDailyUsd && !workspaceMonthlyUsd) return undefined;
  return {
    ...(personDailyUsd && { person: personDailyUsd.value }),
    ...(channelDailyUsd && { channel: channelDailyUsd.value }),
    ...(workspaceMonthlyUsd && { workspace: workspaceMonthlyUsd.value }),
  };
}
