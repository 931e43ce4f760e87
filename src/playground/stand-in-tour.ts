/** The stand-in's answer to "hello, what can you do?". Pure. */
import { escapeMarkdown, type Said } from './stand-in-turns.js';

/** Where it was asked. `flat`: a DM without threads. */
export type Place = 'channel' | 'dm' | 'flat-dm';

const SAMPLES = 'Ask for a `long` answer, for `code`, a `table` or an `error`.';

/** A guided tour of the playground, Markdown. `said`: everything in the prompt. */
export function tour(said: readonly Said[], place: Place): string {
  const asker = said.at(-1)?.author ?? 'you';
  const greeting = asker === 'you' ? 'Hello! 👋' : `Hello ${escapeMarkdown(asker)}! 👋`;
  const met = said.some(({ by }) => by === 'bot');
  const opening = met
    ? 'Here is the tour once more.'
    : 'No AI sits behind me, so I quote and never invent. All the rest is the real bot: its queue, its memory, its edits. Two minutes of things to try:';
  const steps = place === 'channel' ? channelSteps(said) : dmSteps(place);
  return `${greeting} ${opening}\n\n${steps.map((step, at) => `${at + 1}. ${step}`).join('\n')}`;
}

function channelSteps(said: readonly Said[]): string[] {
  const before = said.filter((message) => message.before);
  const heard =
    before.length === 0
      ? 'Then ask me *who said …* or *what did we agree on?*'
      : `Then ask me *what did we agree on?* I have read the ${before.length === 1 ? 'message' : `${before.length} messages`} above your question as well.`;
  return [
    '**Go on in this thread.** You need not name me again.',
    `**Talk to each other.** Under *Write as* on the left, become somebody else and write "@linus …": I listen and keep quiet. ${heard}`,
    '**Edit your question** (point at it, then the pencil): this answer is rewritten in its place. Delete it, and it is forgotten.',
    '**Inspect**, above this thread: what I remember, and word by word what a model would be given.',
    `**See replies.** ${SAMPLES}`,
    '**Make something fail**, at the lower left: kill me in the middle of a `long` answer, then watch.',
    '**Look around.** In the group DM you name me as in a channel; under *Direct messages*, *Skein* answers whatever you write.',
  ];
}

function dmSteps(place: Place): string[] {
  return [
    place === 'dm'
      ? '**Go on in this thread.** A message below it, outside, begins another conversation, which knows nothing of this one.'
      : '**Just go on.** A reply in a thread below a message is a conversation of its own.',
    '**Ask me about it**: *summarize*, or *what did I say about …*. I quote what was said.',
    '**Edit your question** (point at it, then the pencil): this answer is rewritten in its place.',
    '**Inspect**: what I remember, and word by word what a model would be given. In a terminal, that is `/context`.',
    `**See replies.** ${SAMPLES}`,
    '**Look around.** In a channel such as *#general* you name me, and I answer in a thread; colleagues talk there too.',
  ];
}
