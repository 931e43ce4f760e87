/** Tells all processes at once that a reply was stopped, or a channel renamed. Without it they find out later: a signal may be lost. */

/** `ConversationKey` of the reply that was stopped, or `ChannelKey` of the channel that has another name. */
export type Signal = string;

export interface StopSignals {
  /** `hear` is called for each signal, of every process; again for one that is sent again. */
  start(hear: (signal: Signal) => void): void;
  /** Returns at once and never throws. */
  send(signal: Signal): void;
}
