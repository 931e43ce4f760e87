/** Messages that tell the bot to stop writing. Pure. */
import { mentionedIn, replaceMentions } from '../core/mentions.js';

/** In the languages of the bot's own sentences. Some say more elsewhere; they count only while a reply is being written. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  en: ['stop', '/stop', 'stop it', 'stop that', 'halt'],
  zh: ['停', '停止', '停下', '停一下', '请停', '请停止', '别说了'],
  ja: ['止めて', '止めてください', '停止', 'やめて', 'やめてください', 'ストップ'],
  de: ['stopp', 'halt', 'hör auf', 'aufhören'],
  es: ['para', 'detente', 'detén', 'basta'],
  fr: ['arrête', 'arrete', 'arrêtez', 'arretez', 'stop'],
};
const POLITE: Readonly<Record<string, readonly string[]>> = {
  en: ['please', 'thanks', 'thank you'],
  zh: ['请', '谢谢'],
  ja: ['お願いします', 'ありがとう'],
  de: ['bitte', 'danke'],
  es: ['por favor', 'gracias'],
  fr: ["s'il te plaît", "s'il vous plaît", 'merci'],
};

/** UTF-16 units that are looked at: messages may be a megabyte long. */
const LONGEST_HEAD = 200;
/** A sentence mark behind the word, or a dash or line break: what follows is something else. In English text a period needs a space. */
const BREAK = /[,;!，；。、！：…]\s*|[.:]+(?:\s+|$)|\s+[-–—]+\s+|\s*\n\s*/u;
const MARKS = /^[\s"'“”«»¡([{]+|[\s"'“”«».,;:!…，；。、！：)\]}]+$/gu;

const isWord = oneOf(WORDS);
const isPolite = oneOf(POLITE);

/** `only`: the message says nothing else. `too`: the rest of it asks something. Undefined: it does not tell the bot to stop. */
export function stopIn(said: string): 'only' | 'too' | undefined {
  const head = said.slice(0, LONGEST_HEAD);
  // Whoever names the bot behind the word means the bot; others are looked at elsewhere.
  const text = mentionedIn(head).length > 0 ? replaceMentions(head, () => ' ').trim() : head.trim();
  // As the command is written, which needs the bot's name.
  const [first = '', ...others] = text.replace(/^!(?=\p{L})/u, '').split(BREAK);
  if (!isWord(first) && !isPoliteWord(first)) return undefined;
  const rest = others.filter((part) => part.trim() !== '');
  const isAll = said.length <= LONGEST_HEAD && rest.every((part) => isPolite(part) || isWord(part));
  return isAll ? 'only' : 'too';
}

/** "stop please", "please stop". */
function isPoliteWord(text: string): boolean {
  const words = bare(text).split(/\s+/u);
  return (
    words.length > 1 &&
    [1, words.length - 1].some((at) => {
      const [front, back] = [words.slice(0, at).join(' '), words.slice(at).join(' ')];
      return (isWord(front) && isPolite(back)) || (isPolite(front) && isWord(back));
    })
  );
}

function oneOf(words: Readonly<Record<string, readonly string[]>>): (text: string) => boolean {
  const known = new Set(Object.values(words).flat().map(bare));
  return (text) => known.has(bare(text));
}

/** Without what makes no difference: case, marks around it, width and kind of apostrophe. */
function bare(text: string): string {
  return text.normalize('NFKC').toLowerCase().replaceAll(/[’`´]/g, "'").replaceAll(MARKS, '').replaceAll(/\s+/gu, ' ');
}
