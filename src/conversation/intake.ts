/** Stores what people say, and wakes the conversation. Runs before Slack gets its ack: after a throw, Slack sends the event again. */
import { type ConversationKey, idOf, keyOf } from '../core/conversation-id.js';
import { NewerFormatError } from '../core/errors.js';
import { contextTurnOf, type IncomingMessage, startsThread, turnOf } from '../core/incoming-message.js';
import type { SettingsReader } from '../core/layers/reader.js';
import { type Observe, unobserved } from '../core/observation.js';
import type { Clock, ConversationStore, Intent, WorkQueue } from '../core/ports.js';
import type { Edits, ThreadReplies } from '../core/settings.js';
import type { ChannelIntake } from './channel.js';
import { classify, dependsOnPlace, reasonAfterEdit, reasonFor } from './intent.js';
import { stopIn } from './stop-words.js';
import { WholeMessages } from './whole-messages.js';

export interface Intake {
  said(message: IncomingMessage): Promise<void>;
  /** `message`: as it is now. `newlyAsks`: it names the bot, and did not before. */
  edited(message: IncomingMessage, editedTs: string, newlyAsks: boolean): Promise<void>;
  deleted(key: ConversationKey, message: DeletedMessage): Promise<void>;
}

interface DeletedMessage {
  ts: string;
  /** Who wrote it, if a person did and Slack says who. */
  author?: string;
  /** As in `IncomingMessage`. */
  inChannel?: true;
}

export interface IntakeOptions {
  store: ConversationStore;
  /** Not set: nothing of channels is kept. */
  channel?: ChannelIntake;
  queue: Pick<WorkQueue, 'wake'>;
  /** Tells the run that writes the reply; without it, the run finds out somewhat later. Must not throw. */
  onStop?: (key: ConversationKey) => void;
  /** Where no settings say otherwise. */
  threadReplies: ThreadReplies;
  settings?: SettingsReader;
  edits: Edits;
  /** Called before a question that begins a conversation is stored. Must not throw. */
  onBegin?: (message: IncomingMessage) => void;
  /** Looks up the names that the prompt with this message will show. Must not throw. */
  lookUpAhead?: (message: IncomingMessage) => void;
  observe?: Observe;
  clock?: Clock;
}

export function createIntake(options: IntakeOptions): Intake {
  const { store, channel, queue, onStop, settings, edits, lookUpAhead, observe = unobserved } = options;

  const wholes = new WholeMessages(options.clock);

  /** Settings are read only for what they decide: replies in threads that do not name the bot. */
  async function intentOf(message: IncomingMessage): Promise<Intent | undefined> {
    const { threadReplies } = options;
    if (!settings || !dependsOnPlace(message)) return classify(message, threadReplies);
    const { team, channel: place } = message.conversation;
    const { answers } = await settings.at({ team, channel: place });
    return classify(message, answers?.value === 'off' ? 'mention' : (answers?.value ?? threadReplies));
  }

  async function replacePartial(key: ConversationKey, whole: IncomingMessage): Promise<void> {
    try {
      await store.edit(key, turnOf(whole), whole.ts, { asks: true, completes: true });
    } catch (error) {
      // It is left to the version that wrote it.
      if (!(error instanceof NewerFormatError)) throw error;
    }
  }

  /** Resolves with whether the conversation was woken. */
  async function take(message: IncomingMessage, intent: Intent | undefined): Promise<boolean> {
    const begins = (intent === 'yes' || intent === 'workflow') && startsThread(message);
    const stops = stopsReply(message);
    const explained = { ...message, unasked: reasonFor(message, intent), ...(stops && { stops }) };
    const withChannel = (await channel?.said(explained, begins)) ?? explained;
    if (intent === undefined) return false;
    const key = keyOf(message.conversation);
    if (begins && message.from === undefined) options.onBegin?.(message);
    let waking: Promise<void> | undefined;
    let isStored = false;
    const wakeBehind = (): void => {
      // One that was there first, as by way of a proxy with several servers, may have found nothing: another follows.
      const again = (): void => {
        if (!isStored) waking = undefined;
      };
      waking = queue.wake(key);
      waking.then(again, again);
    };
    const appending = store.append(withChannel, intent, intent === 'yes' && !stops ? wakeBehind : undefined);
    const appended = await appending.finally(() => (isStored = true));
    // A part may have come before it. Older than any edit, and no reason to answer again.
    if (appended === 'duplicate' && !message.isPartial && intent === 'yes') {
      await replacePartial(key, withChannel);
      waking = undefined;
    }
    // Not for what people say where the bot takes no part.
    if (appended === 'pending' || appended === 'context' || appended === 'steer') lookUpAhead?.(withChannel);
    const isStop = appended === 'stop' || appended === 'steer';
    if (isStop) onStop?.(key);
    // A duplicate wakes too: the process that took the first delivery may have died before its wake-up.
    if (appended !== 'pending' && appended !== 'duplicate' && !isStop) return false;
    await (waking ?? queue.wake(key));
    return true;
  }

  return {
    async said(message) {
      const intent = await intentOf(message);
      const key = keyOf(message.conversation);
      const name = `${key} ${message.ts}`;
      if (intent !== undefined) observe(key, { type: 'received', ts: message.ts });
      if (!message.isPartial && message.addressed === 'bot') await wholes.take(name, () => take(message, intent));
      else if (message.isPartial && (await wholes.has(name)))
        observe(key, { type: 'stored', ts: message.ts, as: 'duplicate' });
      else await take(message, intent);
    },
    async edited(message, editedTs, newlyAsks) {
      const key = keyOf(message.conversation);
      const unasked = reasonAfterEdit(message);
      const whole = { ...message, ...(unasked && { unasked }) };
      const { ts, addressed, from } = message;
      const meaning = { asks: addressed === 'bot' && from !== 'app', newlyAsks, regenerate: edits === 'regenerate' };
      const [amended] = await Promise.all([
        store.edit(key, contextTurnOf(whole), editedTs, meaning),
        message.inChannel && channel?.edited(whole, editedTs),
      ]);
      if (amended === 'changed') observe(key, { type: 'edited', ts });
      // An unknown conversation starts with the edit, which the store has kept for whichever form of the message comes first.
      if (amended === 'unknown' && newlyAsks)
        await store.append((await channel?.said(message, startsThread(message))) ?? message, 'yes');
      if (amended !== 'unknown' || newlyAsks) await queue.wake(key);
    },
    async deleted(key, { ts, author, inChannel }) {
      const [removed] = await Promise.all([
        store.remove(key, ts, author),
        inChannel && channel?.deleted(idOf(key), ts),
      ]);
      // A repeated deletion wakes too, as a message does.
      if (removed !== 'unknown') await queue.wake(key);
    },
  };
}

/** Only people stop replies, by a message that is not for somebody else. */
function stopsReply({ from, addressed, text, parts }: IncomingMessage): IncomingMessage['stops'] {
  if (from !== undefined || addressed === 'others') return undefined;
  const stops = stopIn(text);
  return stops === 'only' && parts ? 'too' : stops;
}
