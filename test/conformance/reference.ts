/** Compares calls of a Web API method with Slack's public reference of it. */

interface Property {
  type?: string;
  enum?: string[];
  desc?: string;
  anyOf?: { type?: string }[];
}

export interface MethodReference {
  args: { required?: string[]; properties: Record<string, Property> };
}

/** Arguments that the published reference wrongly requires. */
const NOT_REQUIRED: Record<string, string[]> = {
  // Either this or `chunks`. https://docs.slack.dev/reference/methods/chat.appendStream
  'chat.appendStream': ['markdown_text'],
};

/** Arguments that it leaves out, though Slack's own client has them. */
const UNLISTED: Record<string, Record<string, Property>> = {
  // https://docs.slack.dev/tools/node-slack-sdk/reference/web-api/
  'chat.stopStream': {
    session_status: { type: 'string', enum: ['active', 'processing', 'suspended', 'closed'] },
  },
};

/** One sentence per deviation from the reference. `args` as sent: mostly strings. */
export function deviations(method: string, args: Record<string, unknown>, reference: MethodReference): string[] {
  const { properties, required = [] } = reference.args;
  const missing = required.filter(
    (name) => name !== 'token' && !(name in args) && !NOT_REQUIRED[method]?.includes(name),
  );
  return [
    ...missing.map((name) => `${name} is required`),
    ...Object.entries(args).flatMap(([name, value]) => {
      const property = properties[name] ?? UNLISTED[method]?.[name];
      return property ? deviationsOf(name, value, property) : [`${name} is unknown`];
    }),
  ];
}

function deviationsOf(name: string, value: unknown, { type, anyOf, enum: allowed, desc = '' }: Property): string[] {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const types = type === undefined ? (anyOf ?? []).flatMap((option) => option.type ?? []) : [type];
  const wrong: string[] = [];
  if (types.length > 0 && !types.some((wanted) => isOfType(text, wanted)))
    wrong.push(`${name} must be ${types.join(' or ')}`);
  if (allowed && !allowed.includes(text)) wrong.push(`${name} must be one of ${allowed.join(', ')}`);
  const limit = /[Ll]imit this field to ([\d,]+) characters/.exec(desc)?.[1]?.replaceAll(',', '');
  if (limit !== undefined && text.length > Number(limit)) wrong.push(`${name} is longer than ${limit} characters`);
  return wrong;
}

function isOfType(text: string, type: string): boolean {
  switch (type) {
    case 'string':
      return true;
    case 'boolean':
      return /^(true|false|0|1)$/.test(text);
    case 'number':
    case 'integer':
      return text !== '' && Number.isFinite(Number(text));
    case 'array':
      return Array.isArray(parseJson(text));
    default:
      return true;
  }
}

/** Undefined when `text` is not JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
