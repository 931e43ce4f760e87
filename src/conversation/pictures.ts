/** Has the pictures made that an answer asks for: new ones, or changes of those that stand in the conversation. */
import { createHash } from 'node:crypto';
import type { Conversation } from '../core/conversation.js';
import { BudgetReachedError, ModelError, ReplyError, StaleRunError } from '../core/errors.js';
import {
  formatOf,
  isSameName,
  MAX_PICTURES,
  type PictureForm,
  pictureForms,
  pictureName,
  type PictureProblem,
} from '../core/pictures.js';
import type {
  BotMessages,
  FileReader,
  FileSource,
  Logger,
  ModelProblem,
  PictureFile,
  ReplyWriter,
  Usage,
} from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import { cutAt } from '../core/text.js';
import type { MeteredPictures } from '../usage/pictures.js';
import { addUsage } from '../usage/totals.js';

/** Of what is not made, so many are named: the rest has the reason of the last one. */
const MAX_TOLD = 5;
const MAX_DESCRIPTION = 8_000;
/** Slack takes no longer ones. */
const MAX_ALT = 1_000;
const PICTURE_NAME = /\.(?:png|jpe?g|webp|gif|avif|heic|heif)$/i;

const ALL_PROBLEMS: readonly PictureProblem[] = [
  'refused',
  'busy',
  'failed',
  'no_budget',
  'no_base',
  'not_posted',
  'too_many',
];
const PROBLEMS: Partial<Record<ModelProblem, PictureProblem>> = {
  content_filter: 'refused',
  rate_limited: 'busy',
  unavailable: 'busy',
};

export interface PicturesOptions {
  make: MeteredPictures;
  source: FileSource;
  reader: FileReader;
  logger: Logger;
}

interface PicturesRequest {
  /** The whole text of the answer. */
  text: string;
  /** It is an earlier version, which says itself which pictures it is without. */
  isEarlier: boolean;
  conversation: Conversation;
  writer: ReplyWriter;
  /** Candidates to bill, in order of preference. */
  people: string[];
  budgets: BudgetSettings | undefined;
  messages: () => Promise<BotMessages>;
  signal: AbortSignal;
}

/**
 * Makes them one after the other, and writes a line for each that cannot be made. Resolves with what they have used. Throws the
 * signal's reason, `StaleRunError` and `ReplyError`.
 */
export type MakePictures = (request: PicturesRequest) => Promise<Usage | undefined>;

interface Base {
  id: string;
  name: string;
}

export function picturesFor({ make, source, reader, logger }: PicturesOptions): MakePictures {
  return async function makePictures(request) {
    const { text, conversation, writer, messages } = request;
    const { pictures } = writer;
    const forms = pictureForms(text);
    if (forms.length === 0) return undefined;
    let usage: Usage | undefined;
    const problems: [name: string, problem: PictureProblem][] = [];
    let budget: BudgetReachedError | undefined;
    const own = request.isEarlier ? await messages() : undefined;
    for (const [at, form] of forms.entries()) {
      if (own && ALL_PROBLEMS.some((problem) => text.includes(own.pictureNotMade(form.name, problem)))) continue;
      const problem = await one(at, form);
      if (problem) problems.push([form.name, problem]);
    }
    if (problems.length > 0) {
      const words = own ?? (await messages());
      for (const [name, problem] of problems.slice(0, MAX_TOLD))
        writer.write(`\n\n${words.pictureNotMade(name, problem)}`);
      if (budget) writer.write(`\n\n${words.budgetUsedUp(budget.owner, budget.freeAt)}`);
    }
    return usage;

    async function one(at: number, form: PictureForm): Promise<PictureProblem | undefined> {
      if (at >= MAX_PICTURES) return 'too_many';
      const base = form.from === undefined ? undefined : baseIn(conversation, form.from);
      if (form.from !== undefined && !base) return 'no_base';
      const digest = digestOf(form, base);
      if (pictures?.reuse(at, digest)) return undefined;
      if (!pictures?.arePossible) return 'not_posted';
      try {
        pictures.making(form.name);
        const from = base && (await load(conversation.id.team, base, request.signal));
        if (base && !from) return 'no_base';
        const { people, budgets, signal } = request;
        const description = cutAt(form.description, MAX_DESCRIPTION);
        const made = await make({ description, from, conversation, people, budgets, signal });
        usage = addUsage(usage, made.usage);
        const { format, bytes } = made.picture;
        const name = pictureName(form.name, format);
        logger.info({ channel: conversation.id.channel, bytes: bytes.length, usage: made.usage }, 'made a picture');
        const alt = cutAt(form.description, MAX_ALT);
        request.signal.throwIfAborted();
        return (await pictures.add(at, { name, alt, digest, bytes })) ? undefined : 'not_posted';
      } catch (error) {
        request.signal.throwIfAborted();
        // The answer stands there: it must not be written again only because a store is away for a moment.
        if (error instanceof StaleRunError || error instanceof ReplyError) throw error;
        const problem = problemOf(error);
        if (error instanceof ModelError && error.usage) usage = addUsage(usage, error.usage);
        if (error instanceof BudgetReachedError) budget = error;
        logger.warn({ channel: conversation.id.channel, err: error }, 'cannot make a picture: telling the people');
        return problem;
      } finally {
        pictures.making(undefined);
      }
    }
  };

  /** As it is, if the service takes that; otherwise as the model that answers would see it. Undefined if it cannot be downloaded or read. */
  async function load(team: string, { id, name }: Base, signal: AbortSignal): Promise<PictureFile | undefined> {
    const bytes = await source.download(team, { id, name }, signal);
    if (typeof bytes === 'string') return undefined;
    const format = formatOf(bytes);
    if (format) return { format, bytes };
    const content = await reader.extract(bytes, { id, name }, signal);
    if (content.kind !== 'image' || content.data === undefined) return undefined;
    return { format: 'jpeg', bytes: Buffer.from(content.data, 'base64') };
  }
}

function problemOf(error: unknown): PictureProblem {
  if (error instanceof ModelError) return PROBLEMS[error.problem] ?? 'failed';
  return error instanceof BudgetReachedError ? 'no_budget' : 'busy';
}

/** The newest picture of that name, of the bot's or of a person's. */
function baseIn({ turns }: Conversation, name: string): Base | undefined {
  const all = turns.flatMap((turn): Base[] => {
    if (turn.role === 'person')
      return (turn.files ?? []).filter((file) => file.mimetype?.startsWith('image/') || PICTURE_NAME.test(file.name));
    return (turn.postedFiles ?? []).flatMap(({ id, picture }) => (picture === undefined ? [] : { id, name: picture }));
  });
  return all.findLast((one) => isSameName(one.name, name));
}

function digestOf({ name, description }: PictureForm, base: Base | undefined): string {
  const wanted = JSON.stringify([name, description, base?.id]);
  return createHash('sha256').update(wanted).digest('base64url').slice(0, 22);
}
