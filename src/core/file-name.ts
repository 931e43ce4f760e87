/** Names of the files that the bot posts: one plain name, with an ending that Slack knows. Pure. */

/** By the language of a fence, where that is not the ending itself. */
const ENDINGS: Readonly<Record<string, string>> = {
  bash: 'sh',
  'c#': 'cs',
  'c++': 'cpp',
  cs: 'cs',
  csharp: 'cs',
  golang: 'go',
  javascript: 'js',
  julia: 'jl',
  kotlin: 'kt',
  latex: 'tex',
  markdown: 'md',
  'objective-c': 'm',
  perl: 'pl',
  plaintext: 'txt',
  powershell: 'ps1',
  python: 'py',
  python3: 'py',
  ruby: 'rb',
  rust: 'rs',
  shell: 'sh',
  text: 'txt',
  typescript: 'ts',
  yml: 'yaml',
  zsh: 'sh',
};
const KNOWN =
  /^(?:c|cc|cfg|conf|cpp|cs|css|csv|dart|diff|ex|exs|go|h|hpp|hs|html|ini|java|jl|js|json|jsonl|jsx|kt|less|lua|m|md|mjs|php|pl|proto|ps1|py|r|rb|rs|scala|scss|sh|sql|svg|swift|tex|tf|toml|ts|tsv|tsx|txt|vue|xml|yaml)$/;
const LONGEST_NAME = 80;
const LONGEST_ENDING = 10;
/** Control characters, what reverses or hides text, halves of pairs; and what file systems do not take. */
const UNFIT = /[\p{C}\p{Zl}\p{Zp}]/gu;
const FORBIDDEN = /[<>:"|?*`]/g;

/** Names in lower case, with the number that makes the next one that is wanted another. */
export type TakenNames = Map<string, number>;

/**
 * A plain file name. `wanted`: as the model wrote it; `language`: of the fence; `otherwise`: the name without ending where
 * none is wanted. `taken`: names in use, which gets this one too.
 */
export function fileName(wanted: string | undefined, language: string, otherwise: string, taken: TakenNames): string {
  const plain = (wanted ?? '').normalize('NFC').replaceAll(UNFIT, '').split(/[\\/]/).at(-1) ?? '';
  const bare = plain
    .replaceAll(FORBIDDEN, '_')
    .replaceAll(/\s+/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '');
  const [, stem = bare, own] = /^(.+)\.([A-Za-z0-9]{1,10})$/.exec(bare) ?? [];
  const ending = own ?? endingOf(language);
  const characters = Array.from(stem || otherwise);
  const numbered = (number: number): string => {
    const more = number > 1 ? `-${number}` : '';
    const room = LONGEST_NAME - LONGEST_ENDING - more.length;
    return `${characters.slice(0, room).join('').trimEnd()}${more}.${ending}`;
  };
  const first = numbered(1).toLowerCase();
  for (let number = taken.get(first) ?? 1; ; number += 1) {
    const name = numbered(number);
    if (taken.has(name.toLowerCase())) continue;
    taken.set(name.toLowerCase(), 2);
    taken.set(first, number + 1);
    return name;
  }
}

function endingOf(language: string): string {
  const lower = language.toLowerCase();
  const ending = ENDINGS[lower] ?? lower;
  return KNOWN.test(ending) ? ending : 'txt';
}
