/** Answers outside of conversations, which only one person sees: a question in a command, a message, a thread. */
import type { ConversationId } from '../core/conversation-id.js';
import type { Conversation } from '../core/conversation.js';
import { BudgetBusyError, BudgetReachedError, ModelError } from '../core/errors.js';
import type { SettingsReader } from '../core/layers/reader.js';
import type { BotMessages, BotMessagesFor, Directory, Limits, Model, NoAnswer, PromptMessage } from '../core/ports.js';
import type { BudgetSettings } from '../core/settings.js';
import { cutInTheMiddle } from '../prompt/shorten.js';
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
  /** What people wrote that the task is about. */
  about?: string;
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
    const messages: PromptMessage[] = [
      { role: 'system', content: withWishes(options.systemPrompt, settings) },
      { role: 'user', content: about === undefined ? task : `${task}\n\n${cutInTheMiddle(about, most)}` },
    ];
    const place: ConversationId = { team, channel, thread: id.replaceAll(':', ' ') };
    const conversation: Conversation = { id: place, turns: [], pending: [], backlogRead: true };
    const budgets: BudgetSettings | undefined = budgetsIn(settings);
    let text = '';
    try {
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
    if (text.trim() !== '') return { text };
    return { notice: ((await options.messagesFor?.(team, person)) ?? options.botMessages).modelProblem('empty') };
  };
}
