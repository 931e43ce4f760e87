import type { Config } from '../config/config.js';
import type { Layers } from '../core/layers/resolve.js';

/** The settings below those that people make in Slack: environment variables, then the file. */
export function groundOf({ openai, conversation, replies, budgets, fileLayer }: Config): Layers {
  return {
    deployment: {
      model: openai.model,
      answers: conversation.threadReplies,
      streaming: replies.streaming,
      guests: true,
      externals: conversation.allowExternalUsers,
      ...(openai.reasoningEffort !== undefined && { effort: openai.reasoningEffort }),
      ...(budgets.person !== undefined && { personDailyUsd: budgets.person }),
      ...(budgets.channel !== undefined && { channelDailyUsd: budgets.channel }),
      ...(budgets.workspace !== undefined && { workspaceMonthlyUsd: budgets.workspace }),
    },
    file: fileLayer,
  };
}
