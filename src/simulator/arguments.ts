import { invalidArguments, MethodError } from './errors.js';
import type { Json } from './types.js';

export type ArgumentKind = 'string' | 'boolean' | 'number' | 'array' | 'object';

export interface ArgumentRule {
  readonly kind: ArgumentKind;
  readonly required: boolean;
  /** Error code for a value of the wrong kind. Default `invalid_arguments`. */
  readonly malformedCode?: string;
  /** Allowed values. Not set: any. */
  readonly oneOf?: readonly string[];
}

export type ArgumentRules = Readonly<Record<string, ArgumentRule>>;

export function required(kind: ArgumentKind, malformedCode?: string): ArgumentRule {
  return { kind, required: true, ...(malformedCode === undefined ? {} : { malformedCode }) };
}

export function optional(kind: ArgumentKind, malformedCode?: string): ArgumentRule {
  return { kind, required: false, ...(malformedCode === undefined ? {} : { malformedCode }) };
}

/** An optional string; must be one of `values`. */
export function optionalOneOf(...values: string[]): ArgumentRule {
  return { kind: 'string', required: false, oneOf: values };
}

/** Arguments that every method accepts, because Slack clients add them automatically. */
const ALWAYS_ALLOWED = new Set(['token', 'team_id']);

/** The validated, typed arguments of one call. Reading an argument that has no rule throws a RangeError. */
export class Arguments {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #rules: ArgumentRules;

  private constructor(values: ReadonlyMap<string, unknown>, rules: ArgumentRules) {
    this.#values = values;
    this.#rules = rules;
  }

  /**
   * @param raw from a form: strings, with arrays and objects encoded as JSON; from a JSON body: any JSON values
   * @throws MethodError `invalid_arguments`, listing missing, unknown and malformed arguments, or a `malformedCode`
   */
  static read(raw: Json, rules: ArgumentRules): Arguments {
    const problems = Object.keys(raw)
      .filter((name) => rules[name] === undefined && !ALWAYS_ALLOWED.has(name))
      .map((name) => `unknown argument: ${name}`);
    const values = new Map<string, unknown>();
    for (const [name, rule] of Object.entries(rules)) {
      const given = raw[name];
      if (given === undefined || given === null) {
        if (rule.required) problems.push(`missing required field: ${name}`);
        continue;
      }
      const value = CONVERTERS[rule.kind](given);
      if (typeof value === 'string' && rule.oneOf?.includes(value) === false) {
        problems.push(`must be one of: ${rule.oneOf.join(', ')} [json-pointer:/${name}]`);
      } else if (value !== undefined) values.set(name, value);
      else if (rule.malformedCode !== undefined) throw new MethodError(rule.malformedCode);
      else problems.push(`must be a valid ${rule.kind} [json-pointer:/${name}]`);
    }
    if (problems.length > 0) throw invalidArguments(...problems);
    return new Arguments(values, rules);
  }

  has(name: string): boolean {
    return this.#value(name) !== undefined;
  }

  /** An optional string. */
  string(name: string): string | undefined {
    const value = this.#value(name);
    return typeof value === 'string' ? value : undefined;
  }

  /** A required string. `read` has checked that it is there. */
  required(name: string): string {
    const value = this.string(name);
    if (value === undefined) throw invalidArguments(`missing required field: ${name}`);
    return value;
  }

  boolean(name: string): boolean {
    return this.#value(name) === true;
  }

  number(name: string): number | undefined {
    const value = this.#value(name);
    return typeof value === 'number' ? value : undefined;
  }

  array(name: string): unknown[] | undefined {
    const value = this.#value(name);
    return Array.isArray(value) ? value : undefined;
  }

  object(name: string): Json | undefined {
    const value = this.#value(name);
    return isObject(value) ? value : undefined;
  }

  #value(name: string): unknown {
    if (this.#rules[name] === undefined) throw new RangeError(`argument "${name}" is not in the method's rules`);
    return this.#values.get(name);
  }
}

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const BOOLEANS = new Map<unknown, boolean>([
  [true, true],
  ['true', true],
  ['1', true],
  [1, true],
  [false, false],
  ['false', false],
  ['0', false],
  [0, false],
]);

/** Convert a raw value to each kind; undefined if it cannot be converted. */
const CONVERTERS: Record<ArgumentKind, (given: unknown) => unknown> = {
  string: (given) => (typeof given === 'number' ? String(given) : typeof given === 'string' ? given : undefined),
  boolean: (given) => BOOLEANS.get(given),
  number: (given) => {
    const number = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
    return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
  },
  array: (given) => {
    const list = parseJson(given);
    return Array.isArray(list) ? list : undefined;
  },
  object: (given) => {
    const object = parseJson(given);
    return isObject(object) ? object : undefined;
  },
};

function parseJson(given: unknown): unknown {
  if (typeof given !== 'string') return given;
  try {
    return JSON.parse(given);
  } catch {
    // The caller reports the error with the argument's own code.
    return undefined;
  }
}
