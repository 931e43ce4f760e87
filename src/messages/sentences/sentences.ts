/** What each catalogue of the bot's own sentences has. */
import type { FileProblem } from '../../core/files.js';
import type { PictureProblem } from '../../core/pictures.js';
import type { LimitOwner, ModelProblem, NoAnswer, PlaceProblem, UsageOwner } from '../../core/ports.js';

export type SentenceKey =
  | ModelProblem
  | PlaceProblem
  | NoAnswer
  | `budget_${UsageOwner}`
  | `near_${UsageOwner}`
  | `rate_${LimitOwner}`
  | `file_${FileProblem}`
  | `picture_${PictureProblem}`
  | 'greeting'
  | 'answerRefused'
  | 'place'
  | 'placeThread'
  | 'placeAnswer'
  | 'unexpected'
  | 'poisoned'
  | 'budgetFrom'
  | 'cutOff'
  | 'filtered'
  | 'oldestLeftOut'
  | 'fileNotRead'
  | 'fileCut'
  | 'fileBelow_lines'
  | 'fileBelow_rows'
  | 'makingPicture'
  | 'pictureBelow'
  | 'pictureNotMade'
  | 'rateStatus'
  | 'notAnsweredWhy'
  | 'nearUntil'
  | 'earlierAnswerStands'
  | 'stopped'
  | 'stopButton'
  | 'againButton'
  | 'againVersion'
  | 'continueButton'
  | 'goodAnswer'
  | 'badAnswer'
  | 'formTitle'
  | 'formSubmit'
  | 'formClose'
  | 'formReason'
  | 'formShare'
  | 'formQuestion'
  | 'formAnswer'
  | 'badAnswerIn'
  | 'anAnswer'
  | 'goOn'
  | 'onlyNewest';

/** `{…}` is filled in. */
export type Sentences = Readonly<Record<SentenceKey, string>>;
