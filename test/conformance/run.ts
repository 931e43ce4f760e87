/**
 * npm run conformance -- DIR
 *
 * Compares the bot's Web API calls with Slack's public reference (DIR/slack-api/<method>.json), and parses recorded
 * events (DIR/slack-payloads/*.jsonl) like the bot does. Exits with 1 on any deviation.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagsOrExit } from '../../scripts/command-line.js';
import { messageFrom, teamOf } from '../../src/slack/inbound/events.js';
import { callsOfTheBot } from './calls.js';
import { deviations, type MethodReference } from './reference.js';

const USAGE = `Usage: npm run conformance -- DIR

Compares every call of the bot with Slack's method reference in DIR/slack-api/, one <method>.json each, and reads the
recorded events in DIR/slack-payloads/, if there are any.

  --help    this text`;

const folders: string[] = [];
flagsOrExit(USAGE, {}, (name) => folders.push(name));
const [dir] = folders;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
if (dir === undefined || !existsSync(join(dir, 'slack-api'))) {
  process.stderr.write(`${dir ?? 'DIR'} has no folder slack-api\n\n${USAGE}\n`);
  process.exit(1);
}

const problems: string[] = [];

const calls = await callsOfTheBot();
for (const method of [...new Set(calls.map((call) => call.method))].toSorted()) {
  const file = join(dir, 'slack-api', `${method}.json`);
  if (!existsSync(file)) {
    problems.push(`${method}: this method is not in the reference`);
    continue;
  }
  const reference = JSON.parse(readFileSync(file, 'utf8')) as MethodReference;
  const ofMethod = calls.filter((call) => call.method === method);
  const wrong = new Set(ofMethod.flatMap(({ args }) => deviations(method, args, reference)));
  problems.push(...[...wrong].map((problem) => `${method}: ${problem}`));
  say(`${wrong.size === 0 ? 'ok ' : 'BAD'} ${method} (${ofMethod.length} calls)`);
}

const payloads = join(dir, 'slack-payloads');
const recordings = existsSync(payloads) ? readdirSync(payloads).filter((file) => file.endsWith('.jsonl')) : [];
for (const line of recordings.flatMap((file) => readFileSync(join(payloads, file), 'utf8').split('\n'))) {
  if (line.trim() !== '') say(replay(JSON.parse(line)));
}

for (const problem of problems) process.stderr.write(`${problem}\n`);
say(`${calls.length} calls and the recorded events: ${problems.length} problems`);
process.exit(problems.length === 0 ? 0 : 1);

interface RecordedEvent {
  authorizations?: { user_id?: string }[];
  event: { type: string; subtype?: string; ts?: string; user?: string; bot_id?: string; message?: { bot_id?: string } };
}

/** How the bot parses a recorded event, as a line. Adds a problem if it would answer a program or ignore a person. */
function replay(body: unknown): string {
  const { event, authorizations } = body as RecordedEvent;
  const meaning = messageFrom(body, {
    bot: { userId: authorizations?.[0]?.user_id ?? '', botId: '', teamId: teamOf(body) ?? '' },
    allowExternalUsers: false,
    dmReplies: 'thread',
  });
  const name = `${event.type}${event.subtype === undefined ? '' : `/${event.subtype}`} ${event.ts ?? ''}`;
  const byProgram = event.bot_id !== undefined || event.message?.bot_id !== undefined || event.user === 'USLACK';
  if (meaning && byProgram) problems.push(`${name}: not from a person, but parsed as ${meaning.kind}`);
  if (!meaning && !byProgram && ['message', 'app_mention'].includes(event.type))
    problems.push(`${name}: from a person, but ignored`);
  if (meaning?.kind !== 'said') return `ok  ${name}: ${meaning?.kind ?? 'ignored'}`;
  const { addressed, text, conversation } = meaning.message;
  return `ok  ${name}: ${addressed}, ${conversation.thread}, ${JSON.stringify(text)}`;
}
