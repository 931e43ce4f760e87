import { parseArgs } from 'node:util';

/** Invalid command line. The message names the flag. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** `boolean`: a switch without a value. `string`: a flag with a value. */
type Kind = { readonly type: 'boolean' | 'string'; readonly short?: string };

/**
 * Parses `args`, the command line without the program's name: flags and their values. `onName` gets what is neither;
 * without it, that is wrong too. Throws `FlagError`.
 */
export function parseFlags(
  args: readonly string[],
  flags: Readonly<Record<string, Kind>>,
  onName?: (name: string) => void,
): ReadonlyMap<string, string | undefined> {
  const { tokens } = parseArgs({ args: [...args], options: flags, strict: false, tokens: true });
  const given = new Map<string, string | undefined>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') {
      if (!onName) throw new FlagError(`"${token.value}" is not a flag`);
      onName(token.value);
      continue;
    }
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (!flag) throw new FlagError(`there is no flag ${token.rawName}`);
    const takesValue = flag.type === 'string';
    if (!takesValue && token.value !== undefined) throw new FlagError(`${token.rawName} takes no value`);
    // `parseArgs` takes the next flag for this one's value.
    const tookNextFlag = token.inlineValue !== true && token.value?.startsWith('-');
    if (takesValue && (tookNextFlag || !token.value?.trim())) throw new FlagError(`${token.rawName} needs a value`);
    given.set(token.name, token.value);
  }
  return given;
}
