/** What the stand-in answers: it finds and quotes, and never pretends to understand. Pure. */
import { type Place, tour } from './stand-in-tour.js';
import { authorOf, escapeMarkdown, oneLine, quoteOf, type Said } from './stand-in-turns.js';

/** Only the newest messages of a prompt are listed, and this many quoted. */
const MAX_SHOWN = 8;
const MAX_LISTED_CHARACTERS = 120;

const WORDS = String.raw`(?:^|\W)`;
const TOUR =
  /^\W*(?:skein\W+)?(?:hi|hello|hey|good (?:morning|afternoon|evening)|help|tour)(?:\W+(?:there|skein|all|everybody|everyone|me|please))*\W*$|what (?:can|do) you do|what are you|who are you|how does (?:this|it) work|show me around|what is this/i;
const SUMMARY = new RegExp(`${WORDS}(?:summ?ari[sz]e|summary|sum up|recap|tl;?dr|catch me up|what did i miss)`, 'i');
const AGREEMENT =
  /what (?:did|have|do|had) we (?:all |just )?(?:agree|decide|settle|choose|plan)|what (?:was|is) (?:agreed|decided)/i;
/** Its groups: who, and about what. */
const LOOK_UP = [
  /\bwho (?:said|says|mentioned|wrote|asked|wanted|wants|talked|spoke)\b(?<about>.*)/is,
  /\bwhat (?:did|has|does) (?<who>[\p{L}\p{N}@'’-]+) (?:say|said|write|written|ask|asked|want|mention)\b(?<about>.*)/isu,
  /\bwhat (?:was|did (?:we|anybody|anyone|somebody|someone)) (?:said|say|write|mention)\b(?<about>.*)/is,
  /\b(?:did|has) (?:anybody|anyone|somebody|someone|we) (?:say|said|mention|mentioned|ask|asked|write|written|talk|talked)\b(?<about>.*)/is,
];
/** How people agree. */
const AGREEING =
  /\b(?:agreed?|ok(?:ay)?|yes|deal|done|decided?|settled|let['’]?s|we(?:['’]ll| will| take| go| order)|i(?:['’]ll| will)|sounds good|go with|fine by me|by (?:mon|tues|wednes|thurs|fri|satur|sun)day)\b|👍|✅/i;
const STOP_WORDS = new Set(
  'a an the that this these those it is was were be about of for on in to at with and or not we i you he she they me us our my your any some something anything there here please again'.split(
    ' ',
  ),
);

/** The answer to the newest message, Markdown. `said`: everything in the prompt, the newest message last. */
export function answerTo(said: readonly Said[], place: Place): string {
  const question = said.at(-1)?.text ?? '';
  const people = said.slice(0, -1).filter((message) => message.by === 'person' && !isLookUp(message.text));
  if (TOUR.test(question)) return tour(said, place);
  if (AGREEMENT.test(question)) return agreement(people);
  if (SUMMARY.test(question)) return summary(said.slice(0, -1), people);
  const groups = lookUpIn(question);
  return groups ? lookUp(groups, people) : listPrompt(said);
}

function isLookUp(text: string): boolean {
  return TOUR.test(text) || AGREEMENT.test(text) || SUMMARY.test(text) || lookUpIn(text) !== undefined;
}

function lookUpIn(question: string): { who?: string; about?: string } | undefined {
  return LOOK_UP.map((pattern) => pattern.exec(question)?.groups).find((groups) => groups !== undefined);
}

function lookUp({ who, about = '' }: { who?: string; about?: string }, people: readonly Said[]): string {
  const person = who === undefined || /^(?:i|we|you)$/i.test(who) ? undefined : who.replace(/^@/, '').toLowerCase();
  const wanted = wordsOf(about);
  const what = wanted.length > 0 ? ` with “${escapeMarkdown(wanted.join(' '))}”` : '';
  const found = people.filter(
    ({ author, text }) =>
      (person === undefined || author.toLowerCase().split(/\s+/).includes(person)) && hasWords(text, wanted),
  );
  if (found.length === 0) {
    const by = person === undefined ? '' : ` by ${escapeMarkdown(who ?? '')}`;
    return `I found no message${by}${what} in this conversation.`;
  }
  const authors = [...new Set(found.map(authorOf))].join(', ');
  const head =
    found.length === 1 ? `One message${what}, by ${authors}:` : `${found.length} messages${what}, by ${authors}:`;
  return `${head}\n\n${quotes(found)}\n\nI only search for words; a model would understand them.`;
}

function summary(said: readonly Said[], people: readonly Said[]): string {
  const summaries = said.filter(({ by }) => by === 'summary');
  if (people.length === 0 && summaries.length === 0)
    return 'Nothing to summarize yet: talk to each other, then ask again.';
  const counts = countsOf(people);
  const head = `I can't summarize in my own words, so here are yours. ${messages(people.length)}${counts === '' ? '' : `, ${counts}`}:`;
  const older = summaries.map((one) => `> ${quoteOf(one, MAX_LISTED_CHARACTERS * 4)}`);
  return [head, ...older, quotes(people)].filter((part) => part !== '').join('\n\n');
}

function agreement(people: readonly Said[]): string {
  if (people.length === 0) return 'Nothing has been said yet. Talk to each other, then ask again.';
  const agreeing = people.filter(({ text }) => AGREEING.test(text) && !/\?\W*$/.test(text));
  const head =
    agreeing.length > 0
      ? "I can't judge it, but this sounds like an agreement:"
      : 'Nothing sounds like an agreement to me. The latest messages:';
  return `${head}\n\n${quotes(agreeing.length > 0 ? agreeing : people.slice(-3))}`;
}

/** The newest ones. */
function quotes(people: readonly Said[]): string {
  const shown = people.slice(-MAX_SHOWN);
  const hidden = people.length - shown.length;
  return [...(hidden > 0 ? [`${hidden} earlier, then:`] : []), ...shown.map((one) => `> ${quoteOf(one)}`)].join('\n\n');
}

/** For any other question: the messages of the prompt with their authors. */
function listPrompt(said: readonly Said[]): string {
  const first = !said.some(({ by }) => by === 'bot');
  const opening = first
    ? "That takes a real model, and I'm only a demo. A model would get"
    : "I can't answer that one either. A model would get";
  const lines = said.map((message, at) => `${at + 1}. ${quoteOf(message, MAX_LISTED_CHARACTERS)}`);
  const hidden = Math.max(0, lines.length - MAX_SHOWN);
  const shown = hidden === 0 ? lines.join('\n') : `The latest:\n\n${lines.slice(hidden).join('\n')}`;
  const offer = first ? '\n\nWhat I can answer: *hello*, *who said …*, *summarize*, *what did we agree on?*' : '';
  return `${opening} ${messages(said.length)} (${countsOf(said)}):\n\n${shown}${offer}`;
}

/** A sample summary for the bot's memory: the beginnings of the newest messages, and the lines of earlier summaries. */
export function summaryOf(said: readonly Said[]): string {
  const all = said.filter(({ by }) => by !== 'system');
  const lines = all.flatMap((message) =>
    message.by === 'summary'
      ? message.text.split('\n').filter((line) => line.startsWith('- '))
      : [`- ${message.author}: ${oneLine(message.text, MAX_LISTED_CHARACTERS)}`],
  );
  const kept = lines.slice(-MAX_SHOWN);
  return [
    `${messages(lines.length)}, of which the demo model kept the beginnings of the latest ${kept.length}:`,
    ...kept,
  ].join('\n');
}

/** "instructions, 3 by Ada, 2 by me", in order of appearance. */
function countsOf(said: readonly Said[]): string {
  const counts = new Map<string, number>();
  for (const message of said) {
    const author = authorOf(message);
    counts.set(author, (counts.get(author) ?? 0) + 1);
  }
  return [...counts]
    .map(([author, count]) => (author === 'system' ? 'instructions' : `${count} by ${author}`))
    .join(', ');
}

function messages(count: number): string {
  return count === 1 ? '1 message' : `${count} messages`;
}

/** The words that a question is about; in quotes, they belong together. */
function wordsOf(about: string): string[] {
  const quoted = /["“„](.+?)["”“]/s.exec(about)?.[1];
  if (quoted !== undefined) return [quoted.toLowerCase()];
  return (about.toLowerCase().match(/[\p{L}\p{N}][\p{L}\p{N}'’-]*/gu) ?? []).filter((word) => !STOP_WORDS.has(word));
}

/** Has every one of the words, or at least their beginning: "socks" finds "sock". */
function hasWords(text: string, wanted: readonly string[]): boolean {
  const lower = text
    .toLowerCase()
    .replace(/[*_~`]/g, '')
    .replace(/\s+/g, ' ');
  return wanted.every((word) => lower.includes(word.length > 3 ? word.replace(/s$/, '') : word));
}
