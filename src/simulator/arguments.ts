import { invalidArguments, MethodError } from './errors.js';
import type { Json } from './types.js';

export type ArgumentKind = 'string' | 'boolean' | 'number' | 'array' | 'object';

export interface ArgumentRule {
  readonly kind: ArgumentKind;
  readonly required: boolean;
  /** The code to answer when the value cannot be read. Default `invalid_arguments`. */
  readonly malformedCode?: string;
  /** The only values it may have. Default: any. */
  readonly oneOf?: readonly string[];
}

export type ArgumentRules = Readonly<Record<string, ArgumentRule>>;

/** Short forms for the tables of the methods. */
export function required(kind: ArgumentKind, malformedCode?: string): ArgumentRule {
  return { kind, required: true, ...(malformedCode === undefined ? {} : { malformedCode }) };
}

export function optional(kind: ArgumentKind, malformedCode?: string): ArgumentRule {
  return { kind, required: false, ...(malformedCode === undefined ? {} : { malformedCode }) };
}

/** An optional string that is one of these. */
export function optionalOneOf(...values: string[]): ArgumentRule {
  return { kind: 'string', required: false, oneOf: values };
}

/** Arguments every method takes: the client adds them by itself. */
const ALWAYS_ALLOWED = new Set(['token', 'team_id']);

/** The arguments of one call, checked and in their types. Asking for one the method's table does not name throws. */
export class Arguments {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #rules: ArgumentRules;

  private constructor(values: ReadonlyMap<string, unknown>, rules: ArgumentRules) {
    this.#values = values;
    this.#rules = rules;
  }

  /**
   * @param raw as they came: strings from a form (arrays and objects as JSON in them), any JSON from a JSON body
   * @throws MethodError `invalid_arguments` that names what is missing, unknown or of the wrong type
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

  /** A required string: the check when reading made sure of it. */
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
    if (this.#rules[name] === undefined) throw new RangeError(`the method's table does not name "${name}"`);
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

/** Reads a value of each kind; undefined if it is not of it. */
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
    // The caller reports it under the argument's own error code.
    return undefined;
  }
}
