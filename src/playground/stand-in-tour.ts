/** The stand-in's answer to "hello, what can you do?". Pure. */
import { escapeMarkdown, type Said } from './stand-in-turns.js';

/** Where it was asked. `flat`: a DM without threads. */
export type Place = 'channel' | 'dm' | 'flat-dm';

const SAMPLES = 'Ask for `long`, `code`, `table`, `chart`, `file`, `picture` or `error`.';

/** A guided tour of the playground, Markdown. `said`: everything in the prompt. */
export function tour(said: readonly Said[], place: Place): string {
  const asker = said.at(-1)?.author ?? 'you';
  const greeting = asker === 'you' ? 'Hello! 👋' : `Hello ${escapeMarkdown(asker)}! 👋`;
  const met = said.some(({ by }) => by === 'bot');
  const opening = met
    ? 'Here is the tour again.'
    : "I'm a demo model: no AI, I only quote. Everything else is the real bot: queue, memory, edits. Things to try in two minutes:";
  const steps = place === 'channel' ? channelSteps(said) : dmSteps(place);
  return `${greeting} ${opening}\n\n${steps.map((step, at) => `${at + 1}. ${step}`).join('\n')}`;
}

function channelSteps(said: readonly Said[]): string[] {
  const before = said.filter((message) => message.before);
  const heard =
    before.length === 0
      ? 'Then ask me *who said …* or *what did we agree on?*'
      : `Then ask me *what did we agree on?* I have also read the ${before.length === 1 ? 'message' : `${before.length} messages`} above your question.`;
  return [
    '**Continue in this thread.** No need to mention me again.',
    `**Talk to each other.** Switch people under *Write as*, and write "@linus …". I read it and stay quiet. ${heard}`,
    '**Edit your question** (hover, then the pencil), and this answer is rewritten in place. Delete it, and I forget it.',
    '**Click Inspect** above this thread to see my memory, the exact prompt and every step.',
    `**See formats.** ${SAMPLES}`,
    '**Break things** at the lower left: kill me in the middle of a `long` answer, and watch.',
    '**Look around.** In a DM I answer everything; in the group DM, mention me as in a channel.',
  ];
}

function dmSteps(place: Place): string[] {
  return [
    place === 'dm'
      ? '**Continue in this thread.** A message outside it starts a new conversation, with no memory of this one.'
      : '**Just continue.** A thread below a message is a separate conversation.',
    '**Ask me about it**: *summarize*, or *what did I say about …*. I quote what was said.',
    '**Edit your question** (hover, then the pencil), and this answer is rewritten in place.',
    '**Click Inspect** to see my memory, the exact prompt and every step. In a terminal, type `/context`.',
    `**See formats.** ${SAMPLES}`,
    '**Look around.** In a channel such as *#general*, mention me, and I answer in a thread.',
  ];
}
