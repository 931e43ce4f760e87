/** What the bot says in its own name. One catalogue per place and language, see `messages/`. */
import type { FileNote } from '../files.js';
import type { PictureProblem } from '../pictures.js';
import type { EphemeralNote } from './ephemeral.js';
import type { LimitOwner } from './limits.js';
import type { ModelProblem } from './model.js';
import type { PlaceProblem } from './replies.js';
import type { UsageOwner } from './usage.js';

/** Why the settings of a place let somebody have no answer there. */
export type NoAnswer = 'off' | 'guest' | 'external' | 'not_listed';

/** In a person's language. Waits half a second at most, and never rejects. */
export type BotMessagesFor = (team: string, person: string) => Promise<BotMessages>;

/** Labels: 24 characters for the title and the buttons, 75 for the option. */
export interface FeedbackForm {
  readonly title: string;
  readonly submit: string;
  readonly close: string;
  readonly reason: string;
  readonly share: string;
  /** Of what people wrote, in the feedback channel. */
  readonly question: string;
  readonly answer: string;
}

/** Short and plain: what happened, and what to do next. Never holds a key, a stack trace or another person's words. */
export interface BotMessages {
  /** The reply where nobody has asked anything yet. */
  readonly greeting: string;

  /** The reply when the model gives no answer. */
  modelProblem(problem: ModelProblem): string;
  /** In place of an answer that Slack takes in no form. Plain text. */
  readonly answerRefused: string;
  /** For one person, when the reply cannot be posted in `channel`. `code`: Slack's. `answer`: Markdown, '' if there is none. */
  placeRefused(channel: string, problem: PlaceProblem, code: string, answer: string): string;
  /** The reply when something else went wrong, on the bot's side. */
  readonly unexpected: string;
  /** The reply when processes die over the question. */
  readonly poisoned: string;
  /** The reply when a budget is used up until `freeAt`, milliseconds since 1970. */
  budgetUsedUp(owner: UsageOwner, freeAt: number): string;

  /** Ends an answer that reached its length limit. */
  readonly cutOff: string;
  /** Ends an answer that a person stopped. */
  readonly stopped: string;
  /** The button that stops it. */
  readonly stopButton: string;
  /** The buttons under a whole reply. `again`: which of how many versions it shows, if there are several. */
  againButton(version?: { number: number; of: number }): string;
  readonly continueButton: string;
  /** Labels of the thumbs. */
  readonly goodAnswer: string;
  readonly badAnswer: string;
  /** What a person says by the button, to the model. */
  readonly goOn: string;
  /** The modal that asks why an answer is bad. */
  readonly feedbackForm: FeedbackForm;
  /** For the feedback channel. `link`: to the answer, undefined if there is none. mrkdwn. */
  badAnswerIn(link: string | undefined): string;
  /** For who pressed a button that is too late. */
  readonly onlyNewest: string;
  /** Ends an answer that the model's content filter stopped. */
  readonly filtered: string;
  /** Ends the first answer that does not take the oldest messages into account. */
  readonly oldestLeftOut: string;

  /** Ends an answer to which these files contributed nothing, or not all that is in them. Markdown. */
  filesNotRead(notes: readonly FileNote[]): string;

  /** In an answer, in place of code or a table that is in a file below it. Markdown. */
  fileBelow(name: string, size: { unit: 'lines' | 'rows'; count: number }): string;
  /** Below an answer that is not complete yet: the picture is being made. Markdown. */
  makingPicture(name: string): string;
  /** In an answer, in place of what a picture is to show: it stands below. Markdown. */
  pictureBelow(name: string): string;
  /** Ends an answer that asks for a picture which is not made. Markdown. */
  pictureNotMade(name: string, problem: PictureProblem): string;

  /** For people who have to wait `waitMs` because of a rate limit. */
  rateLimited(owner: LimitOwner, waitMs: number): EphemeralNote;
  /** For a person who gets no answer at this place. */
  notAnswered(reason: NoAnswer): EphemeralNote;
  /** For a person near the end of a budget, in US dollars, that starts again at `freeAt`. */
  nearBudget(owner: UsageOwner, spentUsd: number, budgetUsd: number, freeAt: number): EphemeralNote;
  /** For a person whose edited question got no new answer, for the reason in `sentence`: the earlier answer stands. */
  earlierAnswerStands(sentence: string): EphemeralNote;

  /** For the operator: there is a budget for `owner`, and the model has no known price. */
  budgetNeedsPrice(owner: UsageOwner, model: string): string;
}
