import { z } from 'zod';
import { type Message, type Simulator, SimulatorUsageError } from '../simulator/index.js';
import { FAULTS, type MakeFail } from './faults.js';
import { RequestError } from './request.js';
import type { Workplace } from './workplace.js';

/** What the page may do, by the name of its path. Takes the request's body; throws `RequestError`. */
export type Actions = Readonly<
  Record<'say' | 'edit' | 'remove' | 'react' | 'read' | 'fault', (body: unknown) => Promise<object>>
>;

/** Slack's own limit. https://docs.slack.dev/reference/methods/chat.postMessage#truncating */
const MAX_CHARACTERS = 40_000;

const ts = z.string().regex(/^\d{10}\.\d{6}$/, 'is not the ts of a message');
const text = z
  .string()
  .refine((typed) => typed.trim() !== '', 'is empty')
  .refine((typed) => typed.length <= MAX_CHARACTERS, `is longer than ${MAX_CHARACTERS} characters`);
const place = z.strictObject({ user: z.string(), channel: z.string() });
const saying = place.extend({ text, threadTs: ts.optional() });
const editing = place.extend({ ts, text });
const removal = place.extend({ ts });
const reaction = place.extend({ ts, name: z.string() });
const reading = place.extend({ ts, threadTs: ts.optional() });
const failing = z.strictObject({ kind: z.enum(FAULTS) });

/** What people write is theirs: somebody else's message is neither edited nor removed. */
export function actionsIn(slack: Simulator, workplace: Workplace, makeFail: MakeFail): Actions {
  const checkPerson = (user: string): void => {
    if (!workplace.people.includes(user)) throw new RequestError(400, `user: nobody here is ${user}`);
  };
  const messageAt = (channel: string, id: string): Message | undefined =>
    slack.messages(channel).find((known) => known.ts === id);
  const checkOwn = ({ user, channel, ts: id }: z.output<typeof removal>): void => {
    checkPerson(user);
    const message = messageAt(channel, id);
    if (!message || message.subtype === 'tombstone') throw new RequestError(400, `ts: there is no message ${id}`);
    if (message.user !== user) throw new RequestError(400, `ts: ${id} was written by somebody else`);
  };

  return {
    say: asked(saying, ({ user, channel, text: typed, threadTs }) => {
      checkPerson(user);
      return slack.say({ user, channel, text: typed, ...(threadTs !== undefined && { threadTs }) });
    }),
    edit: asked(editing, ({ user, channel, ts: id, text: typed }) => {
      checkOwn({ user, channel, ts: id });
      slack.edit({ user, channel, ts: id, text: typed });
      return {};
    }),
    remove: asked(removal, (where) => {
      checkOwn(where);
      slack.remove(where);
      return {};
    }),
    react: asked(reaction, (pressed) => {
      checkPerson(pressed.user);
      const reacted = messageAt(pressed.channel, pressed.ts)
        ?.reactions.find(({ name }) => name === pressed.name)
        ?.users.includes(pressed.user);
      if (reacted) slack.unreact(pressed);
      else slack.react(pressed);
      return {};
    }),
    read: asked(reading, ({ user, channel, ts: id, threadTs }) => {
      checkPerson(user);
      slack.markRead({ user, channel, ts: id, ...(threadTs !== undefined && { threadTs }) });
      return {};
    }),
    fault: asked(failing, async ({ kind }) => ({ said: await makeFail(kind) })),
  };
}

function asked<T>(shape: z.ZodType<T>, act: (body: T) => object | Promise<object>): (body: unknown) => Promise<object> {
  return async (body) => {
    const result = shape.safeParse(body);
    if (!result.success) throw new RequestError(400, result.error.issues.map(complaint).join('; '));
    try {
      return await act(result.data);
    } catch (error) {
      if (error instanceof SimulatorUsageError) throw new RequestError(400, error.message);
      throw error;
    }
  };
}

function complaint({ path, message }: z.core.$ZodIssue): string {
  return path.length > 0 ? `${path.join('.')}: ${message}` : message;
}
