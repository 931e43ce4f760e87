/** What an error code of Slack's may mean: see `refusals.ts`. */
export type Meaning =
  /** Slack does not take what the call contains; in another form it may. */
  | 'form'
  /** This message cannot be changed (any more), or not in this way. */
  | 'message'
  /** The channel or thread takes nothing from the bot. */
  | 'place'
  /** This person cannot be reached. */
  | 'person'
  /** Every call with the bot's token is refused, until the operator helps. */
  | 'token'
  /** The workspace takes nothing from the bot, until its admins or the operator help. */
  | 'workspace'
  /** The method is refused in the whole workspace, for lack of a scope for example. */
  | 'method'
  /** Slack itself failed, or wants fewer calls: it may have happened or not. */
  | 'moment'
  /** No code of this table. */
  | 'unknown';
