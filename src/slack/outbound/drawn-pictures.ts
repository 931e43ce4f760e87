/** Pictures that are made for a reply: uploaded and recorded as soon as each is there, shown when the reply is complete. */
import type { Conversation } from '../../core/conversation.js';
import { isSameName, type PictureForm, pictureForms } from '../../core/pictures.js';
import type { MadePicture, ReplyPictures } from '../../core/ports.js';
import type { PostedFile } from '../../core/turn.js';
import { idsOf, type ReplyFile, upload, UPLOAD, uploadInTime } from './file-uploads.js';
import type { TextEdit } from './long-blocks.js';
import type { ReplySettings } from './reply-settings.js';
import type { ReplyText } from './reply-text.js';

interface Owner {
  /** Files of the reply that are recorded. */
  readonly known: () => readonly PostedFile[];
  /** Records one more. Throws `StaleRunError`. */
  readonly keep: (file: ReplyFile) => Promise<void>;
  /** Slack takes no files. */
  readonly refused: (error: unknown) => void;
  /** The unfinished text has changed. */
  readonly changed: () => void;
}

export class DrawnPictures implements ReplyPictures {
  /** By place among the picture forms of the text. */
  private readonly files = new Map<number, ReplyFile>();

  constructor(
    private readonly content: ReplyText,
    private readonly conversation: Conversation,
    private readonly settings: Pick<ReplySettings, 'client' | 'clock' | 'place' | 'files'>,
    /** Aborts when the reply is given up. */
    private readonly signal: AbortSignal,
    private readonly owner: Owner,
  ) {}

  get arePossible(): boolean {
    const { files: posting, place } = this.settings;
    return posting !== undefined && !posting.refused.has(place.recipient.teamId, UPLOAD);
  }

  /** Not where a person wants another answer: then another picture, too. */
  reuse(at: number, digest: string): boolean {
    const { again, redo = [] } = this.conversation;
    const replaced = again && again.version === undefined ? idsOf(redo) : new Set();
    const known = this.owner.known().find((file) => file.digest === digest && !replaced.has(file.id));
    const file = known && earlierPicture(known);
    if (file) this.files.set(at, file);
    return file !== undefined;
  }

  making(name: string | undefined): void {
    this.content.making = name;
    this.content.aside = '';
    if (name === undefined) this.owner.changed();
    else void this.say(name);
  }

  private async say(name: string): Promise<void> {
    const messages = await this.settings.files?.messages();
    if (!messages || this.content.making !== name) return;
    this.content.aside = `\n\n${messages.makingPicture(name)}`;
    this.owner.changed();
  }

  async add(at: number, { bytes, name, alt, digest }: MadePicture): Promise<boolean> {
    const { client, clock } = this.settings;
    const content = { name, bytes, alt };
    let id: string;
    try {
      id = await uploadInTime(clock, this.signal, async (signal) =>
        upload(await client, content, this.settings, signal),
      );
    } catch (error) {
      this.signal.throwIfAborted();
      this.owner.refused(error);
      return false;
    }
    const file = { id, digest, picture: name, content, isEarlier: false, mayBeShown: false };
    await this.owner.keep(file);
    this.files.set(at, file);
    return true;
  }

  /** Those that the whole text asks for, and what it says of them. */
  async inText(): Promise<{ files: ReplyFile[]; edits: TextEdit[] }> {
    const text = this.content.whole;
    const drawn = pictureForms(text).flatMap((form, at) => {
      const file = this.files.get(at) ?? this.ofEarlierAnswer(form, text);
      return file ? { file, form } : [];
    });
    if (drawn.length === 0) return { files: [], edits: [] };
    const messages = await this.settings.files?.messages();
    const below = (name: string): string => messages?.pictureBelow(name) ?? name;
    return {
      files: drawn.map(({ file }) => file),
      edits: drawn.map(({ file, form: { start, end } }) => ({ start, end, text: below(file.content.name) })),
    };
  }

  /** Where no other answer is to be had, the one that was to be replaced stands, with its pictures. */
  private ofEarlierAnswer({ name }: PictureForm, text: string): ReplyFile | undefined {
    const { redo = [] } = this.conversation;
    if (redo.map((turn) => turn.text).join('') !== text) return undefined;
    const known = this.owner.known().find(({ picture = '' }) => isSameName(picture, name));
    return known && earlierPicture(known);
  }
}

/** Undefined for a file that is none. */
function earlierPicture({ id, digest, picture }: PostedFile): ReplyFile | undefined {
  if (picture === undefined) return undefined;
  return { id, digest, picture, content: { name: picture }, isEarlier: true, mayBeShown: true };
}
