/** Files that the bot has uploaded: looks whether people see one, and deletes it. */
import type { WebClient } from '@slack/web-api';
import type { Logger } from '../../core/ports.js';
import { refusalCode, refusalOf, refusesEverything } from '../web-api/failure.js';

const GONE = new Set(['file_deleted', 'file_not_found']);

/** Fine if it is gone already; one that Slack does not let be deleted stays. Throws what may pass. */
export async function deleteFile(client: WebClient, id: string, logger: Logger): Promise<void> {
  try {
    await client.files.delete({ file: id });
  } catch (error) {
    if (refusalOf(error) === undefined || refusesEverything(error)) throw error;
    if (GONE.has(refusalCode(error) ?? '')) return;
    logger.warn({ file: id, err: error }, 'Slack does not let a file that is no longer needed be deleted');
  }
}

/** Where Slack does not tell, it is not. Throws what may pass. */
export async function isShown(client: WebClient, id: string, channel: string): Promise<boolean> {
  try {
    const { channels = [], groups = [], ims = [], shares } = (await client.files.info({ file: id })).file ?? {};
    const shared = [shares?.public, shares?.private].flatMap((places) => Object.keys(places ?? {}));
    return [...channels, ...groups, ...ims, ...shared].includes(channel);
  } catch (error) {
    if (refusalOf(error) === undefined || refusesEverything(error)) throw error;
    return false;
  }
}
