/** Formats feedback as text. Pure. */
import type { Feedback } from '../../core/ports.js';

export function feedbackText(all: readonly Feedback[]): string {
  if (all.length === 0) return 'No feedback.';
  return all.map(entry).join('\n\n');
}

export function feedbackJson(all: readonly Feedback[]): string {
  const rows = all.map(({ conversation, reply, person, rating, at, reason, shared }) => ({
    conversation,
    reply,
    person,
    rating,
    at: new Date(at).toISOString(),
    reason,
    shared,
  }));
  return JSON.stringify(rows, undefined, 2);
}

function entry({ conversation, reply, person, rating, at, reason, shared }: Feedback): string {
  const when = new Date(at).toISOString().slice(0, 16).replace('T', ' ');
  return [
    `${when}  ${rating === 'positive' ? 'good' : 'bad'}  ${conversation} ${reply}  by ${person}`,
    ...(reason === undefined ? [] : [indented('Reason', reason)]),
    ...(shared ? [indented('Question', shared.question), indented('Answer', shared.answer)] : []),
  ].join('\n');
}

function indented(label: string, words: string): string {
  return `  ${label}: ${words.trim().replaceAll('\n', '\n    ')}`;
}
