/** The bot's own sentences in English, for Slack: `:warning:` is an emoji there, and settings are named as an operator sets them. */
import { BUDGET_SETTINGS } from '../config/settings/limits.js';
import type { FileNote, FileProblem } from '../core/files.js';
import { MAX_PICTURES, type PictureProblem } from '../core/pictures.js';
import type {
  BotMessages,
  EphemeralNote,
  LimitOwner,
  ModelProblem,
  NoAnswer,
  PlaceProblem,
  UsageOwner,
} from '../core/ports.js';
import { fileLines } from './file-lines.js';

const SENTENCES: Record<ModelProblem, string> = {
  bad_key:
    "I can't reach my model: its API key is refused. Please ask your admin to check `OPENAI_API_KEY`, then try again.",
  no_quota:
    "I can't answer: the quota of my model's account is used up. Please ask your admin to check its billing, then try again.",
  unknown_model:
    "I can't answer: my model's server doesn't have the model I'm set up with. Please ask your admin to check `OPENAI_MODEL`, then try again.",
  unknown_api:
    "I can't answer: my model's server doesn't know the API I'm set up with. Please ask your admin to check `OPENAI_API` and `OPENAI_BASE_URL`, then try again.",
  content_filter: "The model's content filter stopped this answer. Please rephrase and try again.",
  context_too_long: 'This conversation is longer than my model can read. Please start a new thread, or send less text.',
  bad_request:
    "My model's server refused the request. The reason is in my log, for your admin. You can also try again in other words.",
  rate_limited: "My model's server is rate-limiting me. Please try again in a minute; I remember what was said.",
  unavailable: "My model's server isn't responding. Please try again in a minute; I remember what was said.",
  empty: 'The model gave an empty answer. Please try again.',
};

export function modelProblem(problem: ModelProblem): string {
  return `:warning: ${SENTENCES[problem]}`;
}

export const UNEXPECTED =
  ":warning: Something went wrong on my side, and I couldn't answer. Please try again. The reason is in my log, for your admin.";

export const ANSWER_REFUSED =
  ":warning: I have an answer, but Slack doesn't accept it. Please ask for it in another form, for example as plain text. The reason is in my log, for your admin.";

/** For who asked in a place that takes no reply. Channels are named as Slack links them; ids of direct messages begin with D. */
function placeRefused(channel: string, problem: PlaceProblem, code: string, answer: string): string {
  const place = channel.startsWith('D') ? 'the thread where you asked' : `<#${channel}>`;
  const reason = {
    not_member: `I'm not a member there. Invite me with \`/invite\` and my name${answer ? '' : ', then ask again'}, or message me here.`,
    archived: 'it is archived. Ask me in another channel, or message me here.',
    not_allowed: "I'm not allowed to post there. Ask an admin to let me, or message me here.",
    refused: `Slack refuses my message (\`${code}\`). The details are in my log, for your admin. You can message me here.`,
  };
  const sentence = `:warning: I can't answer in ${place}: ${reason[problem]}`;
  return answer ? `${sentence} Here is my answer:\n\n${answer}` : sentence;
}

export const POISONED =
  ":warning: I crashed several times on this question, so I've stopped trying. Please rephrase it, or ask in a new thread. The reason is in my log, for your admin.";

/** For who has to wait because of a limit. */
export function rateLimitNote(owner: LimitOwner, waitMs: number): EphemeralNote {
  const seconds = Math.ceil(waitMs / 1_000);
  const soon = seconds === 1 ? 'in about a second' : `in about ${seconds} seconds`;
  const sentence = {
    person: `You've sent me many messages in a short time. I've kept all of them, and will continue ${soon}.`,
    workspace: `I'm getting more questions than I'm allowed to answer right now. I've kept yours, and will continue ${soon}.`,
  };
  return {
    sentence: `:hourglass: ${sentence[owner]}`,
    status: `has kept your messages and will continue ${soon}`,
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
    person: "You've reached today's budget for my answers",
    channel: "Today's budget for my answers here is used up",
    workspace: "This month's budget for my answers in this workspace is used up",
  };
  const when = startOf(freeAt);
  return `:warning: ${what[owner]}. I can answer again from ${when}; I remember what was said. Your admin can change \`${BUDGET_SETTINGS[owner]}\`.`;
}

/** For who is near the end of a budget, in US dollars; it is there again at `freeAt`. */
export function nearBudgetNote(owner: UsageOwner, spentUsd: number, budgetUsd: number, freeAt: number): EphemeralNote {
  const whose = { person: 'My answers to you', channel: 'My answers here', workspace: 'My answers in this workspace' };
  const period = owner === 'workspace' ? "this month's" : "today's";
  const sentence = `${whose[owner]} have used $${spentUsd.toFixed(2)} of ${period} budget of $${budgetUsd.toFixed(2)}. When it is used up, I can answer again from ${startOf(freeAt)}.`;
  return { sentence: `:hourglass: ${sentence}` };
}

/** For who edited a question that was answered, when there is no other answer to be had. */
export function earlierAnswerStands(sentence: string): EphemeralNote {
  return { sentence: `${sentence}\nI've kept my earlier answer to your original question.` };
}

/** For who asks where the settings allow no answer. */
function notAnswered(reason: NoAnswer): EphemeralNote {
  const sentence = {
    off: "I'm switched off in this channel.",
    guest: "I don't answer guests here.",
    external: "I don't answer people from other companies here.",
    not_listed: "Only some people may use me here, and you aren't one of them.",
  };
  return {
    sentence: `:no_entry_sign: ${sentence[reason]} \`/skein why\` shows who set this. Ask an admin of this workspace to change it.`,
  };
}

export const CUT_OFF = '\n\n_My answer reached its length limit. Write “go on” for the rest._';
/** Once in a conversation. */
export const OLDEST_LEFT_OUT =
  '\n\n_This conversation is longer than I can read. From here on, I leave out its oldest messages._';
export const STOPPED = '\n\n_Stopped here._';
export const FILTERED = "\n\n_The model's content filter stopped the answer here._";

export const GREETING = [
  'Hello! Ask me anything in this thread. You only need to mention me once.',
  'In a channel, mention me; in a direct message, just write. I answer with the whole conversation in mind, edits and deletions included.',
].join(' ');

const FILE_PROBLEMS: Record<FileProblem, string> = {
  deleted: 'it was deleted',
  no_access: "Slack doesn't let me read it. Please ask your admin to give the app the scope `files:read`",
  elsewhere: 'it is stored outside of Slack',
  too_large: 'it is too large',
  unknown_kind: "I can't read this kind of file",
  empty: 'it contains nothing that I can read',
  broken: 'it is damaged, password-protected, or not the type of file that its name says',
  too_slow: 'reading it took too long',
  no_vision: "my model can't see pictures. If it can, your admin can say so in `MODELS_FILE`",
  older: 'I only look at the newest pictures',
  no_transcription: "I don't listen to recordings. Your admin can switch that on with `OPENAI_TRANSCRIPTION_MODEL`",
  not_transcribed: 'the service that transcribes recordings failed. Please ask again in a minute',
  unavailable: "Slack didn't let me download it just now. Please ask again in a minute",
};

const PICTURE_PROBLEMS: Record<PictureProblem, string> = {
  refused: 'the service that makes pictures refuses to show this. Please describe it differently',
  busy: 'the service that makes pictures is busy or not responding. Please ask again in a minute',
  failed: 'the service that makes pictures refused the request. The reason is in my log, for your admin',
  no_budget: 'the budget for it is used up',
  no_base: "I can't find the picture that is to be changed. Please attach it, or describe a new one",
  not_posted:
    "Slack doesn't let me post files here. The reason is in my log, for your admin; perhaps the app lacks the scope `files:write`",
  too_many: `I make at most ${MAX_PICTURES} pictures in an answer. Please ask again for the others`,
};

function filesNotRead(notes: readonly FileNote[]): string {
  return fileLines(notes, (name, problem) =>
    problem === undefined
      ? `I've read only part of ${name}: it is too long.`
      : `I haven't read ${name}: ${FILE_PROBLEMS[problem]}.`,
  );
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
  stopped: STOPPED,
  stopButton: 'Stop',
  againButton: (version) => (version ? `Again (${version.number}/${version.of})` : 'Again'),
  continueButton: 'Continue',
  goodAnswer: 'Good answer',
  badAnswer: 'Bad answer',
  feedbackForm: {
    title: 'What went wrong?',
    submit: 'Send',
    close: 'Skip',
    reason: 'What was wrong with the answer?',
    share: 'Share the question and the answer with the people who run me',
    question: 'Question',
    answer: 'Answer',
  },
  badAnswerIn: (link) =>
    `:thumbsdown: Somebody didn't like ${link === undefined ? 'one of my answers' : `<${link}|one of my answers>`}.`,
  goOn: 'Go on from where you stopped.',
  onlyNewest:
    'I can only do that with my newest answer, and when no question is waiting. Ask me in the thread instead.',
  filtered: FILTERED,
  oldestLeftOut: OLDEST_LEFT_OUT,
  filesNotRead,
  fileBelow: (name, { unit, count }) =>
    `_\`${name}\` (${count} ${count === 1 ? unit.slice(0, -1) : unit}) is in the file below._`,
  makingPicture: (name) => `_Making the picture \`${name}\`…_`,
  pictureBelow: (name) => `_\`${name}\` is below._`,
  pictureNotMade: (name, problem) => `:warning: I couldn't make \`${name}\`: ${PICTURE_PROBLEMS[problem]}.`,
  rateLimited: rateLimitNote,
  notAnswered,
  nearBudget: nearBudgetNote,
  earlierAnswerStands,
  budgetNeedsPrice: (owner, model) =>
    `${BUDGET_SETTINGS[owner]} is set, but the price of the model ${model} is unknown: ` +
    'add its price to MODELS_FILE, choose a model with a known price, or leave the budget out',
};
