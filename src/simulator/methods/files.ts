import { isObject, optional, required } from '../arguments.js';
import { MethodError } from '../errors.js';
import type { Json, SharedFile } from '../types.js';
import { fileJson } from '../wire.js';
import type { Workspace } from '../workspace.js';
import { appMessage } from './chat.js';
import { type Method, type MethodContext, threadRoot, writableChannel } from './method.js';

const MAX_ALT_TEXT = 1_000;
const MAX_SNIPPET_BYTES = 1_000_000;

const info: Method = {
  name: 'files.info',
  token: 'bot',
  tier: 'tier4',
  rules: {
    file: required('string'),
    count: optional('number'),
    cursor: optional('string'),
    limit: optional('number'),
    page: optional('number'),
  },
  run(args, { workspace, canReadFiles, baseUrls }) {
    if (!canReadFiles) throw new MethodError('missing_scope', { needed: 'files:read', provided: 'chat:write' });
    const id = args.required('file');
    const file = workspace.file(id);
    if (workspace.deletedFiles.has(id)) throw new MethodError('file_deleted');
    if (file === undefined) throw new MethodError('file_not_found');
    const shown = { ...fileJson(file, baseUrls().files), ...sharesOf(id, workspace) };
    return { file: shown, comments: [], response_metadata: { next_cursor: '' } };
  },
};

/** Where a file is shown. https://docs.slack.dev/reference/objects/file-object */
function sharesOf(id: string, workspace: Workspace): Json {
  const shares: Record<'public' | 'private', Record<string, Json[]>> = { public: {}, private: {} };
  const [channels, groups, ims] = [new Set<string>(), new Set<string>(), new Set<string>()];
  for (const { channel, ts, threadTs } of workspace.messagesWith(id)) {
    const kind = workspace.channels.get(channel)?.kind;
    const list = shares[kind === 'channel' ? 'public' : 'private'];
    (list[channel] ??= []).push({ ts, ...(threadTs !== undefined && { thread_ts: threadTs }) });
    (kind === 'channel' ? channels : kind === 'im' ? ims : groups).add(channel);
  }
  return { shares, channels: [...channels], groups: [...groups], ims: [...ims] };
}

const remove: Method = {
  name: 'files.delete',
  token: 'bot',
  tier: 'tier3',
  rules: { file: required('string') },
  run(args, { workspace, messaging, uploads }) {
    const id = args.required('file');
    if (uploads.discard(id)) return {};
    if (workspace.deletedFiles.has(id)) throw new MethodError('file_deleted');
    const file = workspace.file(id);
    if (file === undefined) throw new MethodError('file_not_found');
    if (file.user !== workspace.bot.id) throw new MethodError('cant_delete_file');
    messaging.deleteFile(id);
    workspace.privateFiles.delete(id);
    return {};
  },
};

const getUploadUrl: Method = {
  name: 'files.getUploadURLExternal',
  token: 'bot',
  tier: 'tier4',
  rules: {
    length: required('number'),
    filename: required('string'),
    snippet_type: optional('string'),
    alt_txt: optional('string'),
  },
  run(args, { uploads, uploadsUrl }) {
    const length = args.number('length') ?? 0;
    const snippet = args.string('snippet_type') !== undefined;
    if (!Number.isInteger(length) || length < 1) throw new MethodError('missing_argument');
    if ((args.string('alt_txt')?.length ?? 0) > MAX_ALT_TEXT) throw new MethodError('alt_txt_too_large');
    if (snippet && length > MAX_SNIPPET_BYTES) throw new MethodError('snippet_too_large');
    const id = uploads.announce({ name: args.required('filename'), length, snippet });
    return { upload_url: `${uploadsUrl()}${id}`, file_id: id };
  },
};

const completeUpload: Method = {
  name: 'files.completeUploadExternal',
  token: 'bot',
  tier: 'tier4',
  rules: {
    files: { kind: 'array', required: true },
    channel_id: optional('string'),
    thread_ts: optional('string'),
    initial_comment: optional('string'),
  },
  run(args, context) {
    const { workspace, uploads, timers } = context;
    const channelId = args.string('channel_id');
    const channel = channelId === undefined ? undefined : writableChannel(channelId, context);
    const threadTs = args.string('thread_ts');
    const root = channel && threadTs !== undefined ? threadRoot(channel, threadTs, context) : undefined;
    const wanted = (args.array('files') ?? []).map((one): Json => (isObject(one) ? one : {}));
    const by = { user: workspace.bot.id, at: timers.now() };
    const files = wanted.map(({ id, title }): SharedFile => {
      const file = uploads.complete(String(id), typeof title === 'string' ? title : undefined, by);
      if (file === undefined) throw new MethodError('file_not_found');
      return file;
    });
    if (files.length === 0) throw new MethodError('file_not_found');
    if (channel === undefined) for (const file of files) workspace.privateFiles.set(file.id, file);
    else post(files, channel, args.string('initial_comment') ?? '', root?.ts, context);
    return { files: files.map(({ id, title, name }) => ({ id, title: title ?? name })) };
  },
};

/** The message that shows the files: Slack posts it a moment later, and does not tell its `ts`. */
function post(
  files: SharedFile[],
  channel: Parameters<typeof appMessage>[0],
  text: string,
  threadTs: string | undefined,
  context: MethodContext,
): void {
  const message = appMessage(channel, { text }, context);
  context.messaging.post({ ...message, subtype: 'file_share', files, ...(threadTs !== undefined && { threadTs }) });
}

export const fileMethods: readonly Method[] = [info, remove, getUploadUrl, completeUpload];
