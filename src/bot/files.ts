/** What the bot reads of files: puts its parts together. */
import type { Config } from '../config/config.js';
import { conversationFiles, type ConversationFiles } from '../conversation/files.js';
import type { Clock, ConversationStore, FileStore, Logger, Transcriber, WorkQueue } from '../core/ports.js';
import { fileReader } from '../files/reader.js';
import type { Network } from '../ops/network.js';
import { slackFiles } from '../slack/inbound/file-source.js';
import type { Workspaces } from '../slack/workspaces/workspaces.js';
import type { BillingOptions } from '../usage/billing.js';
import { meteredTranscriber } from '../usage/transcripts.js';

export interface FileParts {
  files: FileStore;
  store: ConversationStore;
  queue: WorkQueue;
  transcriber: Transcriber | undefined;
  /** How what costs money is billed. */
  billing: BillingOptions;
  workspaces: Workspaces;
  network: Network;
  clock: Clock;
  logger: Logger;
}

export function filesFor(
  { slack, files: bounds }: Config,
  { workspaces, network, transcriber, billing, ...parts }: FileParts,
): ConversationFiles {
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
  const reader = fileReader(bounds, logger);
  const listens = transcriber && { transcriber: meteredTranscriber(transcriber, billing) };
  return conversationFiles({ ...parts, ...bounds, ...listens, source, reader });
}
