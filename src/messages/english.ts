/** The bot's own sentences in English, for Slack: `:warning:` is an emoji there, and settings are named as an operator sets them. */
import { BUDGET_SETTINGS } from '../config/settings/limits.js';
import type { FileNote, FileProblem } from '../core/files.js';
import type { BotMessages, EphemeralNote, LimitOwner, ModelProblem, PlaceProblem, UsageOwner } from '../core/ports.js';

const SENTENCES: Record<ModelProblem, string> = {
  bad_key:
    'I cannot reach my model: its API key is refused. Whoever runs me needs to check `OPENAI_API_KEY`; then write here again.',
  no_quota:
    "I cannot answer: the quota of my model's account is used up. Whoever runs me needs to check its billing; then write here again.",
  unknown_model:
    'I cannot answer: the model I am set up with does not exist there. Whoever runs me needs to check `OPENAI_MODEL`; then write here again.',
  unknown_api:
    'I cannot answer: the server I am set up with does not know the API I am to use. Whoever runs me needs to check `OPENAI_API` and `OPENAI_BASE_URL`; then write here again.',
  content_filter: "The model's content filter stopped this answer. Put it in other words and I will try again.",
  context_too_long: 'This conversation is longer than my model can read. Start a new thread, or ask with less text.',
  bad_request:
    "The model's service refused my request. Whoever runs me finds the reason in the log; you can try again in other words.",
  unavailable: "The model's service does not answer just now. Write again in a minute, I keep what was said.",
  empty: 'The model gave an empty answer. Write again and I will have another try.',
};

export function modelProblem(problem: ModelProblem): string {
  return `:warning: ${SENTENCES[problem]}`;
}

export const UNEXPECTED =
  ':warning: Something went wrong on my side and I could not answer. Write again; whoever runs me finds the reason in the log.';

export const ANSWER_REFUSED =
  ':warning: I have an answer, but Slack does not accept it. Ask for it in another form, as plain text for example; whoever runs me finds the reason in the log.';

/** For who asked in a place that takes no reply. Channels are named as Slack links them; ids of direct messages begin with D. */
function placeRefused(channel: string, problem: PlaceProblem, code: string, answer: string): string {
  const place = channel.startsWith('D') ? 'the thread where you asked' : `<#${channel}>`;
  const reason = {
    not_member: `I am not a member there. Invite me with \`/invite\` and my name, ${answer ? '' : 'then ask again, '}or write to me here.`,
    archived: 'it is archived. Ask me in another channel, or write to me here.',
    not_allowed: 'I am not allowed to post there. Ask an admin to let me, or write to me here.',
    refused: `Slack refuses my message (\`${code}\`). Whoever runs me finds more in the log; you can write to me here.`,
  };
  const sentence = `:warning: I cannot answer in ${place}: ${reason[problem]}`;
  return answer ? `${sentence} This is my answer to what you asked there:\n\n${answer}` : sentence;
}

export const POISONED =
  ':warning: I broke down several times over this question, so I leave it be. Ask in other words or in a new thread; whoever runs me finds the reason in the log.';

/** For who has to wait because of a limit. */
export function rateLimitNote(owner: LimitOwner, waitMs: number): EphemeralNote {
  const seconds = Math.ceil(waitMs / 1_000);
  const soon = seconds === 1 ? 'in about a second' : `in about ${seconds} seconds`;
  const sentence = {
    person: `You have sent me many messages in a short time. I keep all of them, and go on answering ${soon}.`,
    workspace: `Everybody here together asks more just now than I may answer. I keep what you wrote, and go on answering ${soon}.`,
  };
  return {
    sentence: `:hourglass: ${sentence[owner]}`,
    status: `keeps all your messages and goes on answering ${soon}`,
  };
}

const UTC_DATE = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });

/** "6 November, 00:00 UTC". Spelt out: in Markdown, in which replies go out, Slack's own dates are not known. */
function startOf(ms: number): string {
  return `${UTC_DATE.format(ms)}, 00:00 UTC`;
}

/** For whose budget is used up until `freeAt`, milliseconds since 1970. */
export function budgetUsedUp(owner: UsageOwner, freeAt: number): string {
  const what = {
    person: 'What my answers to you may cost in a day is used up',
    channel: 'What my answers here may cost in a day is used up',
    workspace: 'What my answers in this workspace may cost in a month is used up',
  };
  const when = startOf(freeAt);
  return `:warning: ${what[owner]}. I can answer again from ${when}: write here then, I keep what was said. Whoever runs me can change \`${BUDGET_SETTINGS[owner]}\`.`;
}

/** For who is near the end of a budget, in US dollars; it is there again at `freeAt`. */
export function nearBudgetNote(owner: UsageOwner, spentUsd: number, budgetUsd: number, freeAt: number): EphemeralNote {
  const whose = { person: 'My answers to you', channel: 'My answers here', workspace: 'My answers in this workspace' };
  const period = owner === 'workspace' ? 'this month' : 'today';
  const sentence = `${whose[owner]} have cost $${spentUsd.toFixed(2)} of the $${budgetUsd.toFixed(2)} that they may cost ${period}. When that is used up, I answer again from ${startOf(freeAt)}.`;
  return { sentence: `:hourglass: ${sentence}` };
}

/** For who edited a question that was answered, when there is no other answer to be had. */
export function earlierAnswerStands(sentence: string): EphemeralNote {
  return { sentence: `${sentence}\nMy former answer stands, to what you had asked before.` };
}

export const CUT_OFF = '\n\n_My answer reached its length limit. Write “go on” for the rest._';
/** Once in a conversation. */
export const OLDEST_LEFT_OUT =
  '\n\n_This conversation has become longer than what I read of it: its oldest messages are left out from here on._';
export const FILTERED = "\n\n_The model's content filter stopped the answer here._";

export const GREETING = [
  'Hello! I read this thread and answer in it: ask me anything, right here, and go on without naming me again.',
  'In a channel, start with my name; in a direct message, just write. I keep the whole conversation in mind, edits and deletions included.',
].join(' ');

const FILE_PROBLEMS: Record<FileProblem, string> = {
  deleted: 'it was deleted',
  no_access: 'Slack does not let me read it. Whoever runs me needs to give the app the scope `files:read`',
  elsewhere: 'it is stored by another service than Slack',
  too_large: 'it is larger than I may read',
  unknown_kind: 'I cannot read files of its kind',
  empty: 'there is nothing in it that I can read',
  broken: 'it is damaged, protected, or not what its name says',
  too_slow: 'reading it takes too long',
  no_vision: 'my model cannot see pictures. Whoever runs me can say in `MODELS_FILE` that it can',
  older: 'I look at the newest pictures only',
  unavailable: 'Slack did not let me download it just now. Ask again in a minute',
};

/** One line for each file. Names are shown as they are. */
function filesNotRead(notes: readonly FileNote[]): string {
  const lines = notes.map(({ name, problem }) => {
    const shown = `\`${name.replaceAll('`', "'")}\``;
    if (problem === undefined) return `_I have read only a part of ${shown}: it is longer than I may read._`;
    return `_I have not read ${shown}: ${FILE_PROBLEMS[problem]}._`;
  });
  return `\n\n${lines.join('\n')}`;
}

export const english: BotMessages = {
  greeting: GREETING,
  modelProblem: modelProblem,
  placeRefused,
  unexpected: UNEXPECTED,
  answerRefused: ANSWER_REFUSED,
  poisoned: POISONED,
  budgetUsedUp: budgetUsedUp,
  cutOff: CUT_OFF,
  filtered: FILTERED,
  oldestLeftOut: OLDEST_LEFT_OUT,
  filesNotRead,
  rateLimited: rateLimitNote,
  nearBudget: nearBudgetNote,
  earlierAnswerStands,
  budgetNeedsPrice: (owner, model) =>
    `${BUDGET_SETTINGS[owner]} is set, but the price of the model ${model} is not known, so that nothing can be reckoned: ` +
    'say its price in MODELS_FILE, choose a model whose price is known, or leave the budget out',
};
