/** Bots with a bug built in on purpose. Each breaks the promise in one way, and the checker must notice. */
import type { PortDecorators } from '../../src/bot.js';
import { memorySettings } from '../../src/in-memory/settings.js';
import type { SweepTimes } from '../../src/storage.js';
import type { Finding } from '../checker/findings.js';
import { forgetChannel, keepDeletedInChannel } from './sabotages/channels.js';
import { forgetTranscripts, keepClaims } from './sabotages/files.js';
import { alwaysFail, endAtSilence, forgetTurns } from './sabotages/models.js';
import {
  blameAll,
  forgetFeedback,
  repeatRequests,
  wakeLater,
  withoutAbort,
  withoutRecovery,
} from './sabotages/queues.js';
import {
  dropEnd,
  forgetFiles,
  giveUpSlowReplies,
  leaveStatus,
  misplaceReplies,
  postAnotherReply,
  rememberAll,
  withSecondReply,
} from './sabotages/replies.js';
import {
  answerDuplicates,
  copySummaries,
  ignoreLate,
  ignoreStops,
  newestFirst,
  settleFirst,
  storeHalf,
  storeLater,
  withoutLeaseChecks,
} from './sabotages/stores.js';
import { NO_SWEEP, SWEEP } from './sweep.js';

interface SabotageSpec {
  readonly decorators: PortDecorators;
  /** Not set: as in every bot of the run. */
  readonly sweep?: SweepTimes;
  /** The checker must report at least one of these. */
  readonly expected: readonly Finding['kind'][];
}

const SPECS = {
  /** Settles before the reply is in Slack: a crash loses the question. */
  'settle-first': { decorators: { store: settleFirst }, expected: ['lost', 'half-written'] },
  /** A conversation is not resumed after a crash, nor found by the sweeper. */
  'no-recovery': { decorators: { queue: withoutRecovery }, sweep: NO_SWEEP, expected: ['lost', 'half-written'] },
  /** Takes a redelivered event for a new question. */
  'answer-doubles': { decorators: { store: answerDuplicates }, expected: ['doubled'] },
  /** Acknowledges before it stores. */
  'ack-first': { decorators: { store: storeLater, queue: wakeLater }, expected: ['lost', 'turn missing'] },
  /** Sends the model only the turns after the last reply. */
  'forget-turns': { decorators: { model: forgetTurns }, expected: ['turn missing'] },
  'keep-deleted': {
    decorators: { store: (store) => ({ ...store, remove: async () => 'changed' }) },
    expected: ['deleted turn read'],
  },
  /** Gives the model the mention alone. */
  'forget-channel': { decorators: { channels: forgetChannel }, expected: ['turn missing'] },
  /** Does not follow deletions into what it keeps of channels. */
  'keep-deleted-in-channel': { decorators: { channels: keepDeletedInChannel }, expected: ['deleted turn read'] },
  'keep-old-wording': {
    decorators: { store: (store) => ({ ...store, edit: async () => 'changed' }) },
    expected: ['old wording read'],
  },
  /** Has in a summary what is in another one as well. */
  'copy-summaries': { decorators: { store: copySummaries }, expected: ['turn twice', 'deleted turn read'] },
  /** Remembers more than people saw of an answer that somebody stopped. */
  'remember-all': { decorators: { replies: rememberAll }, expected: ['other reply read'] },
  /** Writes on when somebody stops it in a channel. */
  'ignore-stops': { decorators: { store: ignoreStops }, expected: ['stop ignored'] },
  /** Stores another text than it posted. */
  misremember: { decorators: { store: storeHalf }, expected: ['other reply read'] },
  /** Answers the newest question first. */
  'newest-first': { decorators: { store: newestFirst }, expected: ['out of order'] },
  /** Sometimes posts a reply in the thread of the reply before it. */
  'wrong-thread': { decorators: { replies: misplaceReplies }, expected: ['wrong thread'] },
  /** Posts a second reply that nobody asked for. */
  talkative: {
    decorators: { replies: (replies) => withSecondReply(replies, postAnotherReply) },
    expected: ['unasked'],
  },
  'leave-status': {
    decorators: { replies: (replies) => withSecondReply(replies, leaveStatus) },
    expected: ['status left'],
  },
  /** Drops the end of the model's answer. */
  'half-replies': { decorators: { replies: dropEnd }, expected: ['half-written'] },
  /** A process that lost its lease continues to write. */
  'two-writers': {
    decorators: { store: withoutLeaseChecks, queue: withoutAbort },
    expected: ['doubled', 'half-written', 'other reply read'],
  },
  /** Does not record the files of a reply before people see them. */
  'forget-pictures': { decorators: { replies: forgetFiles }, expected: ['picture doubled'] },
  /** Blames every conversation that was in a process that died. */
  'blame-all': { decorators: { queue: blameAll }, expected: ['blamed'] },
  /** Apologises without asking the model. */
  'always-sorry': { decorators: { model: alwaysFail }, expected: ['lost', 'unasked'] },
  /** Never acknowledges edits. */
  'never-ack': {
    decorators: { store: (store) => ({ ...store, edit: () => Promise.reject(new Error('on purpose')) }) },
    expected: ['not acknowledged'],
  },
  /** Acknowledges commands without storing them. */
  'forget-commands': {
    decorators: { requests: (requests) => ({ ...requests, submit: async () => {} }) },
    expected: ['command lost'],
  },
  /** Keeps settings in the process that is asked to change them. */
  'local-settings': { decorators: { settings: () => memorySettings() }, expected: ['setting lost'] },
  /** Nobody looks for questions whose wake-up was lost. */
  'no-sweeper': { decorators: {}, sweep: NO_SWEEP, expected: ['lost'] },
  /** Drops messages that come late, as after a socket that was half-open. */
  'ignore-late': { decorators: { store: ignoreLate }, expected: ['lost', 'turn missing'] },
  /** Takes a model that stalls for one that has finished. */
  impatient: { decorators: { model: endAtSilence }, expected: ['lost', 'half-written'] },
  /** Stores nothing of a reply whose last calls to Slack take long. */
  'give-up-slow-replies': { decorators: { replies: giveUpSlowReplies }, expected: ['turn missing', 'half-written'] },
  /** Acknowledges thumbs without storing them. */
  'forget-feedback': { decorators: { requests: forgetFeedback }, expected: ['feedback lost'] },
  /** Nobody goes on with a recording once a process has died over it. */
  'keep-claims': { decorators: { files: keepClaims }, expected: ['lost'] },
  /** Has what a recording says for one prompt only. */
  'forget-transcripts': { decorators: { files: forgetTranscripts }, expected: ['file not read'] },
  /** Handles every command twice. */
  'repeat-commands': { decorators: { requests: repeatRequests }, expected: ['command doubled'] },
} satisfies Record<string, SabotageSpec>;

export type Sabotage = keyof typeof SPECS;

export const SABOTAGES = Object.keys(SPECS) as Sabotage[];

export function sabotageDecorators(name: Sabotage): PortDecorators {
  return SPECS[name].decorators;
}

export function sweepOf(name: Sabotage | undefined): SweepTimes {
  const spec: SabotageSpec | undefined = name && SPECS[name];
  return spec?.sweep ?? SWEEP;
}

export function expectedFindings(name: Sabotage): readonly Finding['kind'][] {
  return SPECS[name].expected;
}
