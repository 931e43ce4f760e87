import * as z from 'zod';
import { type Message, type Simulator, SimulatorUsageError } from '../simulator/index.js';
import { attachBody, Attachments } from './attachments.js';
import { sendCommand } from './commands.js';
import { FAULT_KINDS, type InjectFault } from './faults.js';
import { RequestError } from './request.js';
import type { SampleWorkspace } from './sample-workspace.js';
import { viewActions, viewBodies } from './views.js';

/** Request handlers by path name. Each takes the request body and rejects with `RequestError`. */
export type Actions = Readonly<
  Record<
    | 'say'
    | 'attach'
    | 'edit'
    | 'remove'
    | 'react'
    | 'press'
    | 'stop'
    | 'read'
    | 'open'
    | 'fault'
    | keyof typeof viewBodies,
    (body: unknown) => Promise<object>
  >
>;

/** Slack's limit. https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const MAX_CHARACTERS = 40_000;
/** Slack's limit of the files of a message. */
const MAX_FILES = 10;

const ts = z.string().regex(/^\d{10}\.\d{6}$/, 'is not the ts of a message');
const BLANK = 'A message needs some text.';
const isShort = (typed: string): boolean => typed.length <= MAX_CHARACTERS;
const tooLong = ({ input }: { input?: unknown }): string =>
  `This message is too long: it has ${count(String(input).length)} characters, and Slack takes ${count(MAX_CHARACTERS)}. Shorten it, or send it in parts.`;
const text = z
  .string()
  .refine((typed) => typed.trim() !== '', BLANK)
  .refine(isShort, { error: tooLong });
const target = z.strictObject({ user: z.string(), channel: z.string() });
const words = z.string().refine(isShort, { error: tooLong });
const sayBody = target
  .extend({ text: words, threadTs: ts.optional(), files: z.array(z.string()).max(MAX_FILES).optional() })
  .refine(({ text: typed, files = [] }) => typed.trim() !== '' || files.length > 0, { error: BLANK, path: ['text'] });
const editBody = target.extend({ ts, text });
const removeBody = target.extend({ ts });
const reactBody = target.extend({ ts, name: z.string() });
const pressBody = target.extend({ ts, actionId: z.string(), value: z.string().optional() });
const readBody = target.extend({ ts, threadTs: ts.optional() });
const openBody = z.strictObject({ user: z.string() });
const faultBody = z.strictObject({ kind: z.enum(FAULT_KINDS) });

/** People can edit and remove only their own messages. `commands`: the app's slash commands. */
export function createActions(
  slack: Simulator,
  workspace: SampleWorkspace,
  injectFault: InjectFault,
  commands: readonly string[],
): Actions {
  const checkPerson = (user: string): void => {
    if (!workspace.people.includes(user)) throw new RequestError(400, `user: nobody here is ${user}`);
  };
  const messageAt = (channel: string, id: string): Message | undefined =>
    slack.messages(channel).find((known) => known.ts === id);
  const checkOwn = ({ user, channel, ts: id }: z.output<typeof removeBody>): void => {
    checkPerson(user);
    const message = messageAt(channel, id);
    if (!message || message.subtype === 'tombstone') throw new RequestError(400, `ts: there is no message ${id}`);
    if (message.user !== user) throw new RequestError(400, `ts: ${id} was written by somebody else`);
  };

  const attachments = new Attachments();

  return {
    say: validated(sayBody, async ({ user, channel, text: typed, threadTs, files = [] }) => {
      checkPerson(user);
      const message = { user, channel, text: typed, ...(threadTs !== undefined && { threadTs }) };
      if (files.length === 0) return (await sendCommand(slack, message, commands)) ?? slack.say(message);
      const said = slack.say({ ...message, files: attachments.get(files) });
      attachments.sent(files);
      return said;
    }),
    attach: validated(attachBody, (file) => attachments.add(file)),
    edit: validated(editBody, ({ user, channel, ts: id, text: typed }) => {
      checkOwn({ user, channel, ts: id });
      slack.edit({ user, channel, ts: id, text: typed });
      return {};
    }),
    remove: validated(removeBody, (where) => {
      checkOwn(where);
      slack.remove(where);
      return {};
    }),
    react: validated(reactBody, (body) => {
      checkPerson(body.user);
      const reacted = messageAt(body.channel, body.ts)
        ?.reactions.find(({ name }) => name === body.name)
        ?.users.includes(body.user);
      if (reacted) slack.unreact(body);
      else slack.react(body);
      return {};
    }),
    press: validated(pressBody, async ({ value, ...where }) => {
      checkPerson(where.user);
      const { state } = await slack.press({ ...where, ...(value !== undefined && { value }) });
      if (state === 'failed') throw new RequestError(400, 'The bot did not answer in time. Press it again.');
      return {};
    }),
    stop: validated(removeBody, (where) => {
      checkPerson(where.user);
      slack.stopStream(where);
      return {};
    }),
    read: validated(readBody, ({ user, channel, ts: id, threadTs }) => {
      checkPerson(user);
      slack.markRead({ user, channel, ts: id, ...(threadTs !== undefined && { threadTs }) });
      return {};
    }),
    open: validated(openBody, ({ user }) => {
      checkPerson(user);
      slack.openMessagesTab({ user });
      return {};
    }),
    ...personsViews(slack, checkPerson),
    fault: validated(faultBody, async ({ kind }) => ({ said: await injectFault(kind) })),
  };
}

function personsViews(slack: Simulator, checkPerson: (user: string) => void): Pick<Actions, keyof typeof viewBodies> {
  const actions = viewActions(slack);
  const handler = (name: keyof typeof viewBodies): ((body: unknown) => Promise<object>) =>
    validated<{ user: string }>(viewBodies[name], (body) => {
      checkPerson(body.user);
      return actions[name](body as never);
    });
  return {
    home: handler('home'),
    shortcut: handler('shortcut'),
    pressView: handler('pressView'),
    submit: handler('submit'),
    closeModal: handler('closeModal'),
  };
}

/** A handler of requests whose bodies have this schema. */
export function validated<T>(
  schema: z.ZodType<T>,
  handle: (body: T) => object | Promise<object>,
): (body: unknown) => Promise<object> {
  return async (body) => {
    const result = schema.safeParse(body);
    if (!result.success) throw new RequestError(400, result.error.issues.map(describeIssue).join('; '));
    try {
      return await handle(result.data);
    } catch (error) {
      if (error instanceof SimulatorUsageError) throw new RequestError(400, error.message);
      throw error;
    }
  };
}

/** Checks of our own are whole sentences, for people; the others name the field, for programs. */
function describeIssue({ path, message, code }: z.core.$ZodIssue): string {
  return path.length > 0 && code !== 'custom' ? `${path.join('.')}: ${message}` : message;
}

function count(number: number): string {
  return number.toLocaleString('en-US');
}
