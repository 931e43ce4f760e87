import type { WebClient } from '@slack/web-api';
import type { BotMessages, Clock, Logger, ReplyControl } from '../../core/ports.js';
import type { Outages } from '../web-api/outages.js';
import type { RefusedMethods } from '../web-api/refused-methods.js';
import type { Upload } from '../web-api/upload.js';
import type { Problem } from './elsewhere.js';
import type { ReplyPlace } from './post.js';
import type { ReplyStatus } from './status.js';
import type { TokenBucket } from './token-bucket.js';

export type ReplyMode = 'native' | 'edit' | 'off';

interface FilePosting {
  readonly upload: Upload;
  /** Of all replies. */
  readonly refused: RefusedMethods;
  /** False: long code and tables stay in the text; pictures are posted. */
  readonly isForText: boolean;
  /** What the text says of files. Never rejects. */
  messages(): Promise<Pick<BotMessages, 'fileBelow' | 'makingPicture' | 'pictureBelow' | 'pictureNotMade'>>;
}

export interface ReplySettings {
  client: Promise<WebClient>;
  clock: Clock;
  mode: ReplyMode;
  place: ReplyPlace;
  /** For showing unfinished text; the finished text is shown in any case. */
  buckets: { append: TokenBucket; edit: TokenBucket };
  status: ReplyStatus;
  /** The bot's unrecorded replies in the thread newer than turn `after`, oldest first. `recorded`: those that are known. */
  findUnrecorded: (after: string, recorded: Set<string>) => Promise<string[]>;
  /** The text of one of its messages as it stands in Slack; undefined if it is gone. */
  readText: (ts: string) => Promise<string | undefined>;
  /**
   * Tells the people who asked, elsewhere, that the place takes no reply; with the answer, or '' if there is none. Takes ten
   * seconds at most, and never rejects.
   */
  tellElsewhere: (problem: Problem, answer: string) => Promise<void>;
  outages: Outages;
  /** Undefined where all of an answer stays in its text. */
  files: FilePosting | undefined;
  logger: Logger;
  /** In place of an answer that Slack takes in no form. */
  notice: string;
  /** Markdown that ends a reply which a person stopped. Never rejects. */
  stoppedNote: () => Promise<string>;
  /**
   * Stands under a reply that is being written for long; undefined where Slack has a button of its own, and where none is
   * wanted. Never rejects.
   */
  stopButton: (() => Promise<ReplyControl>) | undefined;
}
