/**
 * The files of a reply. They are uploaded before its whole text is shown, recorded before people can see them, and shown
 * below the text: so a process that takes over finds each, and none is there twice or without its reply.
 */
import type { WebClient } from '@slack/web-api';
import { AmendedError, ReplyError, StaleRunError } from '../../core/errors.js';
import type { ReplyRequest } from '../../core/ports.js';
import type { PostedFile } from '../../core/turn.js';
import { refusalCode, refusalOf, refusesEverything, slackFailure } from '../web-api/failure.js';
import { DrawnPictures } from './drawn-pictures.js';
import { digestOf, idsOf, type ReplyFile, upload, UPLOAD, uploadInTime } from './file-uploads.js';
import { takeBack } from './late-post.js';
import { type LongBlock, longBlocks, type TextEdit } from './long-blocks.js';
import { deleteFile, isShown } from './posted-file.js';
import type { ReplySettings } from './reply-settings.js';
import type { ReplyText } from './reply-text.js';

const NO_SCOPE = "the app lacks the scope files:write: a reply's long code and tables stay in its text";
const REFUSED = "Slack does not take a reply's files: they stay in its text";

type Settings = Pick<ReplySettings, 'client' | 'clock' | 'logger' | 'place' | 'files'>;

export class ReplyFiles {
  /** Undefined until they are looked for. */
  private files: ReplyFile[] | undefined;
  readonly pictures: DrawnPictures;
  /** Pictures that the whole text asks for. */
  private drawn: ReplyFile[] = [];
  private recorded: readonly PostedFile[];
  private isDone = false;

  constructor(
    private readonly content: ReplyText,
    private readonly request: ReplyRequest,
    private readonly settings: Settings,
    /** Aborts when the reply is given up. */
    private readonly signal: AbortSignal,
    /** Called when the unfinished text has changed. */
    changed: () => void,
  ) {
    this.recorded = request.conversation.reply?.postedFiles ?? [];
    const known = (): readonly PostedFile[] => this.recorded;
    const keep = (file: ReplyFile): Promise<void> => this.record([...this.recorded, file]);
    const refused = (error: unknown): void => this.refused(error);
    const owner = { known, keep, refused, changed };
    this.pictures = new DrawnPictures(content, request.conversation, settings, signal, owner);
  }

  /** Uploads what the whole text has for files, where nobody sees it yet. If that fails, the text stays as it is. */
  async prepare(client: WebClient): Promise<void> {
    if (this.files) return;
    this.files = [];
    const words = await this.preparedBlocks(client);
    const { files, edits } = await this.pictures.inText();
    this.drawn = files;
    this.content.edits = [...words, ...edits].toSorted((one, other) => one.start - other.start);
  }

  private async preparedBlocks(client: WebClient): Promise<TextEdit[]> {
    const { files: posting } = this.settings;
    if (!posting?.isForText || !this.pictures.arePossible) return [];
    try {
      const blocks = longBlocks(this.content.whole);
      if (blocks.length === 0) return [];
      this.files = await uploadInTime(this.settings.clock, this.signal, (signal) =>
        this.uploadAll(client, blocks, signal),
      );
      const { fileBelow } = await posting.messages();
      return blocks.flatMap((block) => block.edits(fileBelow(block.name, block.size)));
    } catch (error) {
      this.signal.throwIfAborted();
      this.refused(error);
      return [];
    }
  }

  /**
   * Once the messages show the text: shows its files below it, and deletes those of an earlier text. False if Slack refuses
   * them: then the text has to be shown as a whole, and this called again. May be repeated after a failure.
   */
  async show(client: WebClient): Promise<boolean> {
    const wanted = [...(this.content.isAbridged ? (this.files ?? []) : []), ...this.drawn];
    const stale = this.recorded.filter(({ id }) => !wanted.some((file) => file.id === id));
    if (this.isDone || (wanted.length === 0 && stale.length === 0)) return true;
    if (wanted.length > 0) await this.record([...stale, ...wanted]);
    for (const { id } of stale) await deleteFile(client, id, this.settings.logger);
    try {
      await this.complete(client, wanted);
    } catch (error) {
      if (refusalOf(error) === undefined || refusesEverything(error)) throw error;
      await this.doWithout(error);
      return false;
    }
    await this.record(wanted).catch((error: unknown) => this.lostWith(error, client, wanted));
    this.isDone = true;
    return true;
  }

  /**
   * A person stopped the reply, of which `shown` is left. The files of the answer that it was to replace go, unless that
   * stands; so do pictures that nobody has seen.
   */
  async afterStop<Shown extends readonly { text: string }[]>(shown: Shown): Promise<Shown> {
    const { client, logger, place } = this.settings;
    const { redo = [] } = this.request.conversation;
    const stands = redo.length === shown.length && redo.every(({ text }, at) => text === shown[at]?.text);
    const replaced = idsOf(redo);
    try {
      const stale = new Set(stands ? [] : replaced);
      for (const { id, picture } of this.recorded) {
        if (picture === undefined || replaced.has(id)) continue;
        if (!(await isShown(await client, id, place.channel))) stale.add(id);
      }
      for (const id of stale) await deleteFile(await client, id, logger);
      if (stale.size > 0) await this.record(this.recorded.filter(({ id }) => !stale.has(id)));
    } catch (error) {
      if (error instanceof StaleRunError) throw error;
      logger.warn({ err: error }, 'cannot delete the files of an answer that a person stopped');
    }
    return shown;
  }

  private async uploadAll(client: WebClient, blocks: readonly LongBlock[], signal: AbortSignal): Promise<ReplyFile[]> {
    const earlier = new Map(this.recorded.map((file) => [file.digest, file.id]));
    const files: ReplyFile[] = [];
    for (const block of blocks) {
      const digest = digestOf(block);
      const known = earlier.get(digest);
      const content = { name: block.name, bytes: Buffer.from(block.content) };
      const id = known ?? (await upload(client, content, this.settings, signal));
      files.push({ id, digest, content, isEarlier: known !== undefined, mayBeShown: known !== undefined });
    }
    return files;
  }

  /** All of them in one message. */
  private async complete(client: WebClient, wanted: ReplyFile[]): Promise<void> {
    const { channel, threadTs } = this.settings.place;
    const hidden: ReplyFile[] = [];
    for (const file of wanted) {
      if (!file.mayBeShown || !(await isShown(client, file.id, channel))) hidden.push(file);
    }
    const [first, ...others] = hidden.map(({ id, content }) => ({ id, title: content.name }));
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
      if (lost.some(({ content }) => !content.bytes)) await this.record(wanted.filter((file) => !lost.includes(file)));
      for (const file of lost) {
        file.id = await upload(client, file.content, this.settings, this.signal);
        file.isEarlier = file.mayBeShown = false;
      }
      await this.record(wanted);
      await this.complete(client, wanted);
    }
  }

  private async record(files: readonly PostedFile[]): Promise<void> {
    this.recorded = files.map(({ id, digest, picture }) => ({ id, digest, ...(picture !== undefined && { picture }) }));
    await this.request.recordFiles(this.recorded);
  }

  /** The text has to say so where that is a loss. */
  private async doWithout(error: unknown): Promise<void> {
    this.refused(error);
    [this.files, this.content.edits] = [[], []];
    const lost = this.drawn.splice(0);
    if (lost.length === 0) return;
    const messages = await this.settings.files?.messages();
    for (const { content } of lost)
      this.content.write(`\n\n${messages?.pictureNotMade(content.name, 'not_posted') ?? ''}`);
  }

  private refused(error: unknown): void {
    const { files: posting, logger, place } = this.settings;
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
