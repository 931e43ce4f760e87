import { parseArgs } from 'node:util';

/** The command line cannot be used. The message names the flag. */
export class FlagError extends Error {
  override readonly name = 'FlagError';
}

/** A flag that is there or not, or one with a value. */
type Kind = { readonly type: 'boolean' | 'string'; readonly short?: string };

/** The flags of a command line, without the program's own name, and their values. Throws `FlagError`. */
export function givenFlags(
  args: readonly string[],
  flags: Readonly<Record<string, Kind>>,
): ReadonlyMap<string, string | undefined> {
  const { tokens } = parseArgs({ args: [...args], options: flags, strict: false, tokens: true });
  const given = new Map<string, string | undefined>();
  for (const token of tokens) {
    if (token.kind === 'option-terminator') continue;
    if (token.kind === 'positional') throw new FlagError(`"${token.value}" is not a flag`);
    const flag = Object.hasOwn(flags, token.name) ? flags[token.name] : undefined;
    if (!flag) throw new FlagError(`there is no flag ${token.rawName}`);
    const takesValue = flag.type === 'string';
    if (!takesValue && token.value !== undefined) throw new FlagError(`${token.rawName} takes no value`);
    // The next flag is not this one's value.
    const swallowed = token.inlineValue !== true && token.value?.startsWith('-');
    if (takesValue && (swallowed || !token.value?.trim())) throw new FlagError(`${token.rawName} needs a value`);
    given.set(token.name, token.value);
  }
  return given;
}
