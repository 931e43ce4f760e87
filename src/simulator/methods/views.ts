import { isObject, optional, required } from '../arguments.js';
import { invalidArguments, MethodError } from '../errors.js';
import type { Json } from '../types.js';
import type { View } from '../views.js';
import { checkedViewBlocks } from './blocks.js';
import { checkText, type Report } from './elements.js';
import type { Method, MethodContext } from './method.js';

/** https://docs.slack.dev/reference/views */
const MAX_TITLE = 24;
const MAX_METADATA = 3_000;
const MAX_ID = 255;
const MAX_BYTES = 250_000;

const fail: Report = (problem, pointer) => invalidArguments(`${problem} [json-pointer:/view${pointer}]`);

/** The view with the blocks' ids. @throws MethodError `invalid_arguments`, `view_too_large` */
function checkedView(view: Json, type: 'modal' | 'home', { ids }: MethodContext): Json {
  if (view['type'] !== type) throw fail(`must be of type ${type}`, '/type');
  if (Buffer.byteLength(JSON.stringify(view)) > MAX_BYTES) throw new MethodError('view_too_large');
  const { blocks, private_metadata: metadata, callback_id: callback } = view;
  if (!Array.isArray(blocks)) throw fail('missing required field: blocks', '');
  if (typeof metadata === 'string' && metadata.length > MAX_METADATA)
    throw fail(`must be less than ${MAX_METADATA + 1} characters`, '/private_metadata');
  if (typeof callback === 'string' && callback.length > MAX_ID)
    throw fail(`must be less than ${MAX_ID + 1} characters`, '/callback_id');
  if (type === 'modal') {
    checkText(view['title'], MAX_TITLE, '/title', fail, 'plain_text');
    for (const name of ['submit', 'close'])
      if (view[name] !== undefined) checkText(view[name], MAX_TITLE, `/${name}`, fail, 'plain_text');
    const hasInput = blocks.some((block) => isObject(block) && block['type'] === 'input');
    if (hasInput && view['submit'] === undefined) throw fail('missing required field: submit', '');
  }
  return { ...view, blocks: checkedViewBlocks(blocks, () => ids.blockId(), fail) };
}

/** A view in wire format. */
export function viewJson({ id, hash, view }: View, { workspace }: Pick<MethodContext, 'workspace'>): Json {
  const { bot, team } = workspace;
  return {
    private_metadata: '',
    callback_id: '',
    ...view,
    id,
    team_id: team.id,
    state: { values: {} },
    hash,
    clear_on_close: false,
    notify_on_close: false,
    root_view_id: id,
    previous_view_id: null,
    app_id: bot.appId ?? '',
    external_id: '',
    bot_id: bot.botId ?? '',
  };
}

const open: Method = {
  name: 'views.open',
  token: 'bot',
  tier: 'tier4',
  rules: { trigger_id: required('string'), view: required('object') },
  run(args, context) {
    const view = checkedView(args.object('view') ?? {}, 'modal', context);
    return { view: viewJson(context.views.open(args.required('trigger_id'), view), context) };
  },
};

const update: Method = {
  name: 'views.update',
  token: 'bot',
  tier: 'tier4',
  rules: { view_id: required('string'), view: required('object'), hash: optional('string') },
  run(args, context) {
    const view = checkedView(args.object('view') ?? {}, 'modal', context);
    return { view: viewJson(context.views.update(args.required('view_id'), view, args.string('hash')), context) };
  },
};

const publish: Method = {
  name: 'views.publish',
  token: 'bot',
  tier: 'tier4',
  rules: { user_id: required('string'), view: required('object'), hash: optional('string') },
  run(args, context) {
    const user = context.workspace.users.get(args.required('user_id'));
    if (user === undefined || user.botId !== undefined) throw fail('user_not_found', '/user_id');
    const view = checkedView(args.object('view') ?? {}, 'home', context);
    return { view: viewJson(context.views.publish(user.id, view, args.string('hash')), context) };
  },
};

export const viewMethods: readonly Method[] = [open, publish, update];
