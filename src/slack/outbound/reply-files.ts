/**
 * The files of a reply. They are uploaded before its whole text is shown, recorded before people can see them, and shown
 * below the text: so a process that takes over finds each, and none is there twice or without its reply.
 */
import { createHash } from 'node:crypto';
import type { WebClient } from '@slack/web-api';
import { AmendedError, ReplyError, StaleRunError } from '../../core/errors.js';
import type { ReplyRequest } from '../../core/ports.js';
import { settlesWithin } from '../../core/shutdown.js';
import type { PostedFile } from '../../core/turn.js';
import { refusalCode, refusalOf, refusesEverything, slackFailure } from '../web-api/failure.js';
import { takeBack } from './late-post.js';
import { type LongBlock, longBlocks } from './long-blocks.js';
import { deleteFile, isShown } from './posted-file.js';
import type { ReplySettings } from './reply-settings.js';
import type { ReplyText } from './reply-text.js';
import { retrying } from './retry-policy.js';

/** All of a reply's files together. Its text is there, and settled no sooner. */
const UPLOADS_WAIT_MS = 20_000;
const UPLOAD = 'files.getUploadURLExternal';
const NO_SCOPE = "the app lacks the scope files:write: a reply's long code and tables stay in its text";
const REFUSED = "Slack does not take a reply's files: they stay in its text";

interface ReplyFile extends PostedFile {
  readonly block: LongBlock;
  /** An earlier run has uploaded it. */
  isEarlier: boolean;
  mayBeShown: boolean;
}

type Settings = Pick<ReplySettings, 'clock' | 'logger' | 'place' | 'files'>;

export class ReplyFiles {
  /** Undefined until they are looked for. */
  private files: ReplyFile[] | undefined;
  private recorded: readonly PostedFile[];
  private isDone = false;

  constructor(
    private readonly content: ReplyText,
    private readonly request: ReplyRequest,
    private readonly settings: Settings,
    /** Aborts when the reply is given up. */
    private readonly signal: AbortSignal,
  ) {
    this.recorded = request.conversation.reply?.postedFiles ?? [];
  }

  /** Uploads what the whole text has for files, where nobody sees it yet. If that fails, the text stays as it is. */
  async prepare(client: WebClient): Promise<void> {
    const { files: posting, clock, place } = this.settings;
    if (this.files) return;
    this.files = [];
    if (!posting || posting.refused.has(place.recipient.teamId, UPLOAD)) return;
    const late = new AbortController();
    try {
      const blocks = longBlocks(this.content.whole);
      if (blocks.length === 0) return;
      const uploads = this.uploadAll(client, blocks, AbortSignal.any([this.signal, late.signal]));
      uploads.catch(() => {});
      if (!(await settlesWithin(UPLOADS_WAIT_MS, uploads, clock))) throw new Error('the uploads take too long');
      this.files = await uploads;
      const note = await posting.note();
      this.content.edits = blocks.flatMap((block) => block.edits(note(block.name, block.size)));
    } catch (error) {
      this.signal.throwIfAborted();
      this.doWithout(error);
    } finally {
      late.abort(new Error('over'));
    }
  }

  /**
   * Once the messages show the text: shows its files below it, and deletes those of an earlier text. False if Slack refuses
   * them: then the text has to be shown as a whole, and this called again. May be repeated after a failure.
   */
  async show(client: WebClient): Promise<boolean> {
    const wanted = this.content.isAbridged ? (this.files ?? []) : [];
    const stale = this.recorded.filter(({ id }) => !wanted.some((file) => file.id === id));
    if (this.isDone || (wanted.length === 0 && stale.length === 0)) return true;
    if (wanted.length > 0) await this.record([...stale, ...wanted]);
    for (const { id } of stale) await deleteFile(client, id, this.settings.logger);
    try {
      await this.complete(client, wanted);
    } catch (error) {
      if (refusalOf(error) === undefined || refusesEverything(error)) throw error;
      this.doWithout(error);
      return false;
    }
    await this.record(wanted).catch((error: unknown) => this.lostWith(error, client, wanted));
    this.isDone = true;
    return true;
  }

  /** A person stopped the reply, of which `shown` is left. The files of the answer that it was to replace go, unless that stands. */
  async afterStop<Shown extends readonly { text: string }[]>(client: Promise<WebClient>, shown: Shown): Promise<Shown> {
    const { redo = [] } = this.request.conversation;
    if (redo.length === shown.length && redo.every(({ text }, at) => text === shown[at]?.text)) return shown;
    const stale = new Set(redo.flatMap(({ postedFiles = [] }) => postedFiles.map(({ id }) => id)));
    try {
      for (const id of stale) await deleteFile(await client, id, this.settings.logger);
      if (stale.size > 0) await this.record(this.recorded.filter(({ id }) => !stale.has(id)));
    } catch (error) {
      if (error instanceof StaleRunError) throw error;
      this.settings.logger.warn({ err: error }, 'cannot delete the files of an answer that a person stopped');
    }
    return shown;
  }

  private async uploadAll(client: WebClient, blocks: readonly LongBlock[], signal: AbortSignal): Promise<ReplyFile[]> {
    const earlier = new Map(this.recorded.map((file) => [file.digest, file.id]));
    const files: ReplyFile[] = [];
    for (const block of blocks) {
      const digest = digestOf(block);
      const known = earlier.get(digest);
      const id = known ?? (await this.upload(client, block, signal));
      files.push({ id, digest, block, isEarlier: known !== undefined, mayBeShown: known !== undefined });
    }
    return files;
  }

  private upload(client: WebClient, { name, content }: LongBlock, signal: AbortSignal): Promise<string> {
    const bytes = Buffer.from(content);
    const attempt = async (): Promise<string> => {
      signal.throwIfAborted();
      const announced = await client.files.getUploadURLExternal({ filename: name, length: bytes.byteLength });
      const { upload_url: url = '', file_id: id } = announced;
      if (!id) throw new Error('the answer to an upload does not say which file it is');
      await this.settings.files?.upload(url, bytes);
      return id;
    };
    return retrying(attempt, this.settings.clock, signal);
  }

  /** All of them in one message. */
  private async complete(client: WebClient, wanted: ReplyFile[]): Promise<void> {
    const { channel, threadTs } = this.settings.place;
    const hidden: ReplyFile[] = [];
    for (const file of wanted) {
      if (!file.mayBeShown || !(await isShown(client, file.id, channel))) hidden.push(file);
    }
    const [first, ...others] = hidden.map(({ id, block }) => ({ id, title: block.name }));
    if (!first) return;
    await this.request.stillOwned();
    try {
      const files: [typeof first, ...typeof others] = [first, ...others];
      const place = threadTs === undefined ? { channel_id: channel } : { channel_id: channel, thread_ts: threadTs };
      await client.files.completeUploadExternal({ files, ...place });
    } catch (error) {
      if (slackFailure(error).kind === 'uncertain') for (const file of hidden) file.mayBeShown = true;
      const lost = hidden.filter(({ isEarlier }) => isEarlier);
      if (lost.length === 0 || refusalCode(error) !== 'file_not_found') throw error;
      // Slack has not kept the uploads of a process that died, or a person has deleted them.
      for (const file of lost) {
        file.id = await this.upload(client, file.block, this.signal);
        file.isEarlier = file.mayBeShown = false;
      }
      await this.record(wanted);
      await this.complete(client, wanted);
    }
  }

  private async record(files: readonly PostedFile[]): Promise<void> {
    this.recorded = files.map(({ id, digest }) => ({ id, digest }));
    await this.request.recordFiles(this.recorded);
  }

  private doWithout(error: unknown): void {
    const { files: posting, logger, place } = this.settings;
    this.files = [];
    this.content.edits = [];
    const problem = error instanceof ReplyError ? (error.cause ?? error) : error;
    posting?.refused.note(place.recipient.teamId, UPLOAD, problem);
    const isScope = refusalCode(problem) === 'missing_scope';
    logger.warn({ err: problem, channel: place.channel }, isScope ? NO_SCOPE : REFUSED);
  }

  /** Another run has taken over, perhaps before this one showed the files. */
  private lostWith(error: unknown, client: WebClient, files: readonly PostedFile[]): never {
    const { clock, logger } = this.settings;
    if (error instanceof StaleRunError && !(error instanceof AmendedError)) {
      const remove = (id: string) => deleteFile(client, id, logger);
      for (const { id } of files) void takeBack(id, { clock, isKept: (file) => this.request.isKept(file), remove });
    }
    throw error;
  }
}

function digestOf({ name, content }: LongBlock): string {
  return createHash('sha256').update(`${name}\n${content}`).digest('base64url').slice(0, 22);
}
