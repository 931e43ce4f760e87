/** Answers outside of conversations, which only one person sees: a question in a command, a message, a thread. */
import { type Content, mapText, partsOf, withHead, withoutParts } from '../core/content.js';
import type { ConversationId } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError, ModelError } from '../core/errors.js';
import type { FileNote, FileReference } from '../core/files.js';
import type { SettingsReader } from '../core/layers/reader.js';
import type { BotMessages, BotMessagesFor, Directory, FilesOfTurns, Limits, Model, NoAnswer } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import type { PersonTurn, Turn } from '../core/turn.js';
import { shorten } from '../prompt/shorten.js';
import { messageTokens } from '../prompt/tokens.js';
import { withWishes } from '../prompt/wishes.js';
import type { MeteredModel } from '../usage/metering.js';
import { whyNot } from './access.js';
import { budgetsIn, modelFor } from './place-model.js';

interface PrivateQuestion {
  /** Identifies the question, however often it is asked. */
  id: string;
  team: string;
  channel: string;
  person: string;
  /** What the model is to do, in its own words. */
  task: string;
  /** What people wrote that the task is about, oldest first. */
  about?: readonly Quoted[];
}

/** A message. `speaker`: where several people may have written. */
export interface Quoted {
  text: string;
  speaker?: string;
  files?: readonly FileReference[];
}

/** `text`: Markdown, the model's. `notice`: a sentence of the bot's own instead. */
export type PrivateAnswer = { text: string } | { notice: string } | { waitMs: number } | { refused: NoAnswer };

/** Throws what a later try may cure. */
export type AnswerPrivately = (question: PrivateQuestion, signal: AbortSignal) => Promise<PrivateAnswer>;

export interface PrivateAnswersOptions {
  settings: SettingsReader;
  directory: Directory;
  limits: Limits;
  model: Model;
  ask: MeteredModel;
  /** What files say; the names alone, without it. */
  files?: FilesOfTurns;
  botMessages: BotMessages;
  messagesFor?: BotMessagesFor;
  systemPrompt: string;
  /** Longest prompt, in tokens. */
  promptTokensOf: (limits: Model['limits']) => number;
}

const SHARE_FOR_TEXT = 0.8;

export function privateAnswers(options: PrivateAnswersOptions): AnswerPrivately {
  const { settings: reader, directory, limits, ask } = options;

  return async function answerPrivately({ id, team, channel, person, task, about }, signal) {
    const settings = await reader.at({ team, channel, person });
    const refused = await whyNot(team, person, settings, false, directory);
    if (refused) return { refused };
    const reached = await limits.take(team, [person], id);
    if (reached) return { waitMs: reached.waitMs };

    const model = modelFor(settings, options.model);
    const most = Math.floor(options.promptTokensOf(model.limits) * SHARE_FOR_TEXT);
    const place: ConversationId = { team, channel, thread: id.replaceAll(':', ' ') };
    const conversation: Conversation = { id: place, turns: [], pending: [], backlogRead: true };
    const budgets: BudgetSettings | undefined = budgetsIn(settings);
    let text = '';
    let notes: readonly FileNote[] = [];
    try {
      const turns = (about ?? []).map((one, at) => turnOf(one, String(at), person));
      const asked = { ...conversation, turns, pending: turns.map(({ ts }) => ts) };
      const read = await options.files?.read(asked, model, signal, budgets);
      if (read) ({ notes } = read);
      const quoted = quotedContent(read?.conversation.turns ?? turns, about ?? []);
      const asks = quoted && [{ type: 'text' as const, text: `${task}\n\n` }, ...partsOf(shorten(quoted, most))];
      const messages = [
        { role: 'system' as const, content: withWishes(options.systemPrompt, settings) },
        { role: 'user' as const, content: asks ?? task },
      ].map(withoutParts);
      const events = ask({
        model,
        budgets,
        messages,
        promptTokens: () => messages.reduce((sum, { content }) => sum + messageTokens(content), 0),
        conversation,
        purpose: 'answer',
        uncached: true,
        people: [person],
        run: id,
        signal,
      });
      for await (const event of events) {
        if (event.type === 'text') text += event.text;
        else if (event.type === 'restart') text = '';
      }
    } catch (error) {
      if (signal.aborted || error instanceof BudgetBusyError) throw error;
      const botMessages = (await options.messagesFor?.(team, person)) ?? options.botMessages;
      if (error instanceof ModelError) return { notice: botMessages.modelProblem(error.problem) };
      if (error instanceof BudgetReachedError) return { notice: botMessages.budgetUsedUp(error.owner, error.freeAt) };
      throw error;
    }
    const botMessages = (await options.messagesFor?.(team, person)) ?? options.botMessages;
    if (text.trim() === '') return { notice: botMessages.modelProblem('empty') };
    return { text: notes.length > 0 ? text + botMessages.filesNotRead(notes) : text };
  };
}

/** As if the person had just written it, so that its files are read. */
function turnOf({ text, files }: Quoted, ts: string, author: string): PersonTurn {
  return { role: 'person', ts, author, text, ...(files && files.length > 0 && { files }) };
}

/** One below the other. Further lines of a speaker's message are indented: nobody can write a line in another's name. */
function quotedContent(turns: readonly Turn[], about: readonly Quoted[]): Content | undefined {
  if (about.length === 0) return undefined;
  return turns.flatMap((turn, at) => {
    const whole = (turn.role === 'person' && turn.parts) || turn.text;
    const speaker = about[at]?.speaker;
    const said =
      speaker === undefined
        ? whole
        : withHead(
            `${speaker}: `,
            mapText(whole, (text) => text.replaceAll('\n', '\n  ')),
          );
    return partsOf(at === 0 ? said : withHead('\n', said));
  });
}
