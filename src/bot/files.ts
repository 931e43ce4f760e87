/** What the bot reads of files: puts its parts together. */
import type { Config } from '../config/config.js';
import { conversationFiles, type ConversationFiles } from '../conversation/files.js';
import type { Clock, ConversationStore, FileStore, Logger, WorkQueue } from '../core/ports.js';
import { fileReader } from '../files/reader.js';
import type { Network } from '../ops/network.js';
import { slackFiles } from '../slack/inbound/file-source.js';
import type { Workspaces } from '../slack/workspaces/workspaces.js';

export interface FileParts {
  files: FileStore;
  store: ConversationStore;
  queue: WorkQueue;
  workspaces: Workspaces;
  network: Network;
  clock: Clock;
  logger: Logger;
}

export function filesFor(
  { slack, files: bounds }: Config,
  { workspaces, network, ...parts }: FileParts,
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
  return conversationFiles({ ...parts, ...bounds, source, reader: fileReader(bounds, logger) });
}
