import type { WebClient } from '@slack/web-api';
import { refusalOf, refusesEverything } from '../web-api/failure.js';
import { contentArguments } from './blocks.js';
import { messageRefusal } from './message-calls.js';
import { stopStream } from './stop-stream.js';

/** Replaces the text of a message that cannot be deleted. */
const RETRACTED = '_(taken back)_';

/**
 * Deletes a message of the bot's; fine if it is gone already. In a workspace that does not let it be deleted, its text is
 * replaced. False if Slack does not allow that either: it stays as it is. Throws what may pass.
 */
export async function retract(client: WebClient, message: { channel: string; ts: string }): Promise<boolean> {
  try {
    await deleteEvenStreaming(client, message);
    return true;
  } catch (error) {
    throwUnlessFinal(error);
  }
  try {
    await client.chat.update({ ...message, ...contentArguments({ markdown: RETRACTED }) });
    return true;
  } catch (error) {
    throwUnlessFinal(error);
    return messageRefusal(error) === 'gone';
  }
}

async function deleteEvenStreaming(client: WebClient, message: { channel: string; ts: string }): Promise<void> {
  try {
    await client.chat.delete(message);
  } catch (error) {
    const group = messageRefusal(error);
    if (group === 'gone') return;
    if (group !== 'still_streaming') throw error;
    await stopStream(client, message, []).catch((failure: unknown) => throwUnlessFinal(failure));
    await client.chat.delete(message).catch((again: unknown) => {
      // Slack just said that it is not being streamed: a retry will tell.
      throw messageRefusal(again) === 'still_streaming'
        ? new Error('Slack gives contradictory errors about a stream', { cause: again })
        : again;
    });
  }
}

/** Where the operator has to help, it is tried again once that is done. */
function throwUnlessFinal(error: unknown): void {
  if (refusalOf(error) === undefined || refusesEverything(error)) throw error;
}
