/** What the bot reads of files, and the pictures that it makes: puts their parts together. */
import type { Config } from '../config/config.js';
import { conversationFiles, type ConversationFiles } from '../conversation/files.js';
import { type MakePictures, picturesFor } from '../conversation/pictures.js';
import type {
  Clock,
  ConversationStore,
  FileStore,
  Logger,
  PictureMaker,
  Transcriber,
  WorkQueue,
} from '../core/ports.js';
import { fileReader } from '../files/reader.js';
import type { Network } from '../ops/network.js';
import { slackFiles } from '../slack/inbound/file-source.js';
import type { Workspaces } from '../slack/workspaces/workspaces.js';
import type { BillingOptions } from '../usage/billing.js';
import { meteredPictures } from '../usage/pictures.js';
import { meteredTranscriber } from '../usage/transcripts.js';
import type { PortDecorators } from './options.js';

export interface FileParts {
  files: FileStore;
  store: ConversationStore;
  queue: WorkQueue;
  transcriber: Transcriber | undefined;
  maker: PictureMaker | undefined;
  /** How what costs money is billed. */
  billing: BillingOptions;
  workspaces: Workspaces;
  network: Network;
  clock: Clock;
  logger: Logger;
}

export function filesFor(
  { slack, files: bounds }: Config,
  { workspaces, network, transcriber, maker, billing, ...parts }: FileParts,
  decorate: PortDecorators,
): { files: ConversationFiles; pictures?: MakePictures } {
  const { apiUrl } = slack;
  const { clock, logger } = parts;
  const source = slackFiles({
    workspaces,
    fetch: network.slackFetch,
    ...(apiUrl !== undefined && { apiUrl }),
    bounds,
    clock,
    logger,
  });
  const plainReader = fileReader(bounds, logger);
  const reader = decorate.reader?.(plainReader) ?? plainReader;
  const store = decorate.files?.(parts.files) ?? parts.files;
  const listening = transcriber && (decorate.transcriber?.(transcriber) ?? transcriber);
  const listens = listening && { transcriber: meteredTranscriber(listening, billing) };
  const pictures = maker && picturesFor({ make: meteredPictures(maker, billing), source, reader, logger });
  const files = conversationFiles({ ...parts, ...bounds, ...listens, files: store, source, reader });
  return { files, ...(pictures && { pictures }) };
}
