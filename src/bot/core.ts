import type { PrivateAnswersOptions } from '../conversation/private-answer.js';
import type { ResponderOptions } from '../conversation/responder.js';
import type { CompactorOptions } from '../prompt/compactor.js';

/** What the responder, the compactor and the features need. */
export type Core = Pick<PrivateAnswersOptions, 'promptTokensOf' | 'model'> &
  Omit<
    ResponderOptions & CompactorOptions,
    | 'compactor'
    | 'limits'
    | 'replies'
    | 'backlog'
    | 'stops'
    | 'buttons'
    | 'settings'
    | 'directory'
    | 'promptTokens'
    | 'thresholds'
    | 'summaryWords'
  >;
