import { expect } from '@jest/globals';
import type { Json } from '../../../src/simulator/index.js';
import { type Fixture, type MethodCase, MODAL, triggerOf } from './fixture.js';

const HUGE = Array.from({ length: 90 }, () => ({
  type: 'section',
  text: { type: 'mrkdwn', text: 'x'.repeat(3_000) },
}));
const HOME = { type: 'home', blocks: [{ type: 'divider' }] };

function viewJson({ slack }: Fixture, view: Json): Json {
  return {
    private_metadata: '',
    callback_id: '',
    ...view,
    blocks: (view['blocks'] as Json[]).map((block) => ({ block_id: expect.any(String), ...block })),
    id: expect.stringMatching(/^V/),
    team_id: slack.team.id,
    state: { values: {} },
    hash: expect.any(String),
    clear_on_close: false,
    notify_on_close: false,
    root_view_id: expect.stringMatching(/^V/),
    previous_view_id: null,
    app_id: slack.bot.appId,
    external_id: '',
    bot_id: slack.bot.botId,
  };
}

export const VIEWS: Record<string, MethodCase> = {
  'views.open': {
    args: (fixture) => ({ trigger_id: triggerOf(fixture, fixture.ann), view: MODAL }),
    response: (fixture) => ({ view: viewJson(fixture, MODAL) }),
    bad: {
      invalid_trigger_id: { trigger_id: '1.2.3' },
      exchanged_trigger_id: async (fixture) => {
        const trigger = triggerOf(fixture, fixture.ann);
        await fixture.client.views.open({ trigger_id: trigger, view: MODAL as never });
        return { trigger_id: trigger };
      },
      expired_trigger_id: (fixture) => {
        const trigger = triggerOf(fixture, fixture.ann);
        fixture.clock.advance(3_000);
        return { trigger_id: trigger };
      },
      view_too_large: { view: { ...MODAL, blocks: HUGE } },
    },
  },
  'views.update': {
    args: ({ modal }) => ({ view_id: modal, view: MODAL }),
    response: (fixture) => ({ view: viewJson(fixture, MODAL) }),
    bad: {
      not_found: { view_id: 'V0NOTHING' },
      hash_conflict: { hash: 'old' },
      view_too_large: { view: { ...MODAL, blocks: HUGE } },
    },
  },
  'views.publish': {
    args: ({ ann }) => ({ user_id: ann, view: HOME }),
    response: (fixture) => ({ view: viewJson(fixture, HOME) }),
    bad: {
      hash_conflict: async ({ client, ann }) => {
        await client.views.publish({ user_id: ann, view: HOME as never });
        return { hash: 'old' };
      },
      view_too_large: { view: { ...HOME, blocks: HUGE } },
    },
  },
};
