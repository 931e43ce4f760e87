/** The workspaces that the bot is installed in. */
import type { WebClient } from '@slack/web-api';

/** The bot in one workspace. */
export interface BotIdentity {
  /** Its user id. */
  userId: string;
  /** Its id as an app: posts of other apps carry theirs. */
  botId: string;
  /** The workspace, `T…`. */
  teamId: string;
  /** The organization, `E…`, that the workspace belongs to (Enterprise Grid). */
  enterpriseId?: string;
}

interface Workspace {
  /** Calls the Web API with the workspace's token. */
  readonly client: WebClient;
  readonly bot: BotIdentity;
}

export interface Workspaces {
  /** The bot in workspace `team`. Rejects if it is not installed there. Cheap enough to call for every event and reply. */
  of(team: string): Promise<Workspace>;
}
