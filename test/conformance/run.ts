/**
 * npm run conformance -- DIR
 *
 * Holds what the bot sends against Slack's public reference (DIR/slack-api/<method>.json), and reads recorded events
 * (DIR/slack-payloads/*.jsonl) the way the bot does. Exit status 1 when something does not agree.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageFrom } from '../../src/slack/inbound/events.js';
import { callsOfTheBot } from './calls.js';
import { disagreements, type MethodReference } from './reference.js';

const [, , dir] = process.argv;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (dir === undefined || !existsSync(join(dir, 'slack-api'))) {
  process.stderr.write('Name the folder that holds slack-api/ and slack-payloads/: npm run conformance -- DIR\n');
  process.exit(1);
}

const complaints: string[] = [];

const calls = await callsOfTheBot();
for (const method of [...new Set(calls.map((call) => call.method))].toSorted()) {
  const file = join(dir, 'slack-api', `${method}.json`);
  if (!existsSync(file)) {
    complaints.push(`${method}: there is no such method in the reference`);
    continue;
  }
  const reference = JSON.parse(readFileSync(file, 'utf8')) as MethodReference;
  const made = calls.filter((call) => call.method === method);
  const wrong = new Set(made.flatMap(({ args }) => disagreements(method, args, reference)));
  complaints.push(...[...wrong].map((problem) => `${method}: ${problem}`));
  say(`${wrong.size === 0 ? 'ok ' : 'BAD'} ${method} (${made.length} calls)`);
}

const payloads = join(dir, 'slack-payloads');
const recordings = existsSync(payloads) ? readdirSync(payloads).filter((file) => file.endsWith('.jsonl')) : [];
for (const line of recordings.flatMap((file) => readFileSync(join(payloads, file), 'utf8').split('\n'))) {
  if (line.trim() !== '') say(replayed(JSON.parse(line)));
}

for (const complaint of complaints) process.stderr.write(`${complaint}\n`);
say(`${calls.length} calls and the recorded events: ${complaints.length} complaints`);
process.exit(complaints.length === 0 ? 0 : 1);

interface Recorded {
  event: { type: string; subtype?: string; ts?: string; user?: string; bot_id?: string; message?: { bot_id?: string } };
}

/** What the bot makes of a recorded event; complains when it would answer itself or another program. */
function replayed(body: unknown): string {
  const { event } = body as Recorded;
  const meaning = messageFrom(body, { botUserId: '', allowExternalUsers: false });
  const name = `${event.type}${event.subtype === undefined ? '' : `/${event.subtype}`} ${event.ts ?? ''}`;
  const byProgram = event.bot_id !== undefined || event.message?.bot_id !== undefined || event.user === 'USLACK';
  if (meaning && byProgram) complaints.push(`${name}: not said by a person, and still taken for ${meaning.kind}`);
  if (!meaning && !byProgram && ['message', 'app_mention'].includes(event.type))
    complaints.push(`${name}: a person said it, and nothing is made of it`);
  if (meaning?.kind !== 'said') return `ok  ${name}: ${meaning?.kind ?? 'nothing'}`;
  const { addressed, text, conversation } = meaning.message;
  return `ok  ${name}: ${addressed}, ${conversation.thread}, ${JSON.stringify(text)}`;
}
