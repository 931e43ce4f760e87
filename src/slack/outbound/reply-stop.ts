/** The end of a reply that a person stopped: what stands there stays, with a line that says so. */
import type { Conversation } from '../../core/conversation.js';
import { pictureForms } from '../../core/pictures.js';
import type { BotMessages, ReplyControl, ReplyRequest } from '../../core/ports.js';
import { wholeOf } from '../../core/turn.js';
import { isContentRefused, refusalOf } from '../web-api/failure.js';
import type { MessageContent } from './blocks.js';
import { hasChart } from './charts.js';
import { unlessRefused } from './message-calls.js';
import type { ReplyMessage } from './message.js';
import type { ReplyMessages } from './reply-messages.js';
import type { ReplySettings } from './reply-settings.js';
import { retrying } from './retry-policy.js';
import { needsBlocks } from './safe-blocks.js';
import { withFenceClosed } from './split.js';

interface Ending {
  /** Markdown. */
  readonly note: string;
  readonly controls: readonly ReplyControl[] | undefined;
  readonly makingPicture: BotMessages['makingPicture'] | undefined;
}

/**
 * Ends the reply, and resolves with what its messages show. `signal` aborts when it is given up. Throws `ReplyError`, and
 * `StaleRunError` if another run writes it now.
 */
export async function stoppedReply(
  messages: ReplyMessages,
  request: ReplyRequest,
  { clock, stoppedNote, files }: Pick<ReplySettings, 'clock' | 'stoppedNote' | 'files'>,
  signal: AbortSignal,
  controls: readonly ReplyControl[] | undefined,
): Promise<{ ts: string; text: string }[]> {
  const note = await stoppedNote();
  const makingPicture = (await files?.messages())?.makingPicture;
  await request.stillOwned();
  // It must not be written again only because Slack fails for a moment.
  await retrying(() => endStopped(messages, { note, controls, makingPicture }), clock, signal);
  return retrying(() => messages.shown(), clock, signal);
}

/** May be repeated. What Slack refuses is left as it stands there; throws what may pass. */
async function endStopped(messages: ReplyMessages, ending: Ending): Promise<void> {
  await messages.adoptUnrecorded();
  if (messages.hasGone) return;
  // What stands behind that is of an earlier text, which this one was replacing.
  const written = messages.all.findLastIndex(({ content }) => content !== undefined);
  if (written >= 0) await messages.deleteSurplus(written + 1);
  const last = await lastWithText(messages, ending);
  // A placeholder says nothing.
  if (!last) return messages.deleteSurplus(0);
  const { message, content } = last;
  for (const form of formsOf(content, ending)) {
    try {
      return await message.showStopped(form);
    } catch (error) {
      if (refusalOf(error) === undefined) throw error;
      if (!isContentRefused(error)) return;
    }
  }
}

interface EarlierAnswer {
  text: string;
  /** Its messages, if they still say it: then nothing has to be done. */
  standing?: { ts: string; text: string }[];
}

/**
 * What was to be rewritten, if no word has come in its place, or only parts from a run that was interrupted. Undefined if it
 * has been rewritten or deleted, or if a run before this one has stopped that, and said so.
 */
export async function earlierAnswer(
  messages: ReplyMessages,
  { redo = [], reply }: Conversation,
  { clock, stoppedNote }: Pick<ReplySettings, 'clock' | 'stoppedNote'>,
  signal: AbortSignal,
): Promise<EarlierAnswer | undefined> {
  // A placeholder says nothing.
  const isRewritten = messages.all.some(({ content }) => (content?.source ?? '').trim() !== '');
  if (redo.length === 0 || isRewritten || messages.hasGone) return undefined;
  const text = wholeOf(redo);
  const note = (await stoppedNote()).trim();
  const shown = await retrying(() => messages.shown(), clock, signal);
  const words = bareWords(text);
  if (words !== '' && bareWords(wholeOf(shown)) === words && !reply?.opening)
    return { text, standing: redo.map((turn) => ({ ts: turn.ts, text: turn.text })) };
  const isStopped = shown.some((message) => message.text.endsWith(note)) && !text.endsWith(note);
  return isStopped ? undefined : { text };
}

/** Slack's words of a message lack some of its Markdown. */
function bareWords(text: string): string {
  return text.replaceAll(/[\s\p{P}\p{Cf}$+<=>^`|~]/gu, '');
}

async function lastWithText(
  messages: ReplyMessages,
  { makingPicture }: Ending,
): Promise<{ message: ReplyMessage; content: MessageContent } | undefined> {
  for (const message of messages.all.toReversed()) {
    const source = (await message.source().catch(unlessRefused)) ?? '';
    if (source.trim() === '') continue;
    const [aside] = pictureForms(source).flatMap(({ name }) => {
      const line = `\n\n${makingPicture?.(name)}`;
      return source.endsWith(line) ? line : [];
    });
    return { message, content: message.content ?? { markdown: source, source, ...(aside && { aside }) } };
  }
  return undefined;
}

/** Of a message that an earlier process wrote, only the words are known: the note may stand there already. */
function formsOf(content: MessageContent, { note, controls }: Ending): MessageContent[] {
  const { aside = '', plain } = content;
  const markdown =
    aside && content.markdown.endsWith(aside) ? content.markdown.slice(0, -aside.length) : content.markdown;
  const source = content.source === undefined || content.source === content.markdown ? markdown : content.source;
  const isNoted = source.endsWith(note.trim());
  const shown = isNoted ? markdown : withFenceClosed(markdown) + note;
  const bare = { markdown: shown, source: isNoted ? source : source + note, ...(plain && { plain }) };
  if (plain) return [bare];
  const rich: MessageContent = needsBlocks(shown, true) ? { ...bare, rich: { complete: true } } : bare;
  const withoutCharts: MessageContent = { ...bare, rich: { complete: true, withoutCharts: true } };
  const looks = hasChart(shown) ? [rich, withoutCharts] : [rich];
  const withControls = controls && controls.length > 0 ? looks.map((look) => ({ ...look, controls })) : [];
  return [...withControls, ...looks, bare];
}
