/** Modals, the Home tab and shortcuts, for the page. */
import * as z from 'zod';
import type { Simulator, View } from '../simulator/index.js';
import { RequestError } from './request.js';

/** What a person sees besides the channels; undefined: nothing. */
export interface PersonViews {
  readonly person: string;
  readonly modal?: Pick<View, 'id' | 'view'>;
  readonly home?: Pick<View, 'id' | 'view'>;
}

export interface ShortcutView {
  readonly id: string;
  readonly name: string;
}

export function viewsOf(slack: Simulator, person: string): PersonViews {
  const [modal, home] = [slack.modal(person), slack.home(person)];
  return {
    person,
    ...(modal && { modal: { id: modal.id, view: modal.view } }),
    ...(home && { home: { id: home.id, view: home.view } }),
  };
}

/** Those of messages, from the app's manifest. */
export function shortcutsIn(manifest: object): ShortcutView[] {
  const { features } = manifest as { features: { shortcuts?: { type: string; callback_id: string; name: string }[] } };
  const messages = (features.shortcuts ?? []).filter(({ type }) => type === 'message');
  return messages.map(({ callback_id: id, name }) => ({ id, name }));
}

const user = z.string();
const value = z.union([z.string(), z.array(z.string()), z.null()]);

export const viewBodies = {
  home: z.strictObject({ user }),
  shortcut: z.strictObject({ user, channel: z.string(), ts: z.string(), id: z.string() }),
  pressView: z.strictObject({ user, actionId: z.string(), value: z.string().optional() }),
  submit: z.strictObject({ user, entered: z.record(z.string(), value) }),
  closeModal: z.strictObject({ user }),
};

const LATE = 'The bot did not answer in time. Try again.';

/** What a person does there. Throws `RequestError`, and `SimulatorUsageError` for what Slack does not allow. */
export function viewActions(slack: Simulator): {
  [Name in keyof typeof viewBodies]: (body: z.output<(typeof viewBodies)[Name]>) => Promise<object>;
} {
  const taken = ({ state }: { state: string }): object => {
    if (state === 'failed') throw new RequestError(400, LATE);
    return {};
  };
  return {
    async home(body) {
      slack.openHomeTab(body);
      return {};
    },
    shortcut: async ({ id, ...where }) => taken(await slack.shortcut({ ...where, callbackId: id })),
    pressView: async ({ value: chosen, ...press }) =>
      taken(await slack.pressInView({ ...press, ...(chosen !== undefined && { value: chosen }) })),
    submit: async (body) => taken(await slack.submitModal(body)),
    async closeModal(body) {
      slack.closeModal(body.user);
      return {};
    },
  };
}
