import { BOTS } from './bots.js';
import { median, type Round } from './goals.js';
import type { Figures } from './measure.js';

const ROWS: readonly (readonly [what: string, value: (figures: Figures) => number, digits: number])[] = [
  ['Event → model, p50, ms', (figures) => figures.modelP50Ms, 1],
  ['Event → model, p99, ms', (figures) => figures.modelP99Ms, 1],
  ['CPU per reply, ms', (figures) => figures.cpuPerReplyMs, 1],
  ['CPU to start, ms', (figures) => figures.startCpuMs, 0],
  ['Memory idle, MiB', (figures) => figures.idleMiB, 1],
  ['Memory at most, MiB', (figures) => figures.peakMiB, 1],
  ['Slack calls per reply', (figures) => figures.slackCallsPerReply, 2],
  ['conversations.* calls', (figures) => figures.conversationsCalls, 0],
];
const WIDTH = 22;

/** Medians over the rounds, and of the peers also the ratio to Skein's. */
export function table(rounds: readonly Round[]): string[] {
  const head = ['', ...BOTS.map(({ title }) => title)];
  const body = ROWS.map(([what, value, digits]) => {
    const [own = Number.NaN, ...others] = BOTS.map(({ name }) => median(rounds.map((round) => value(round[name]))));
    const ratio = (other: number): string => (own > 0 ? ` (${(other / own).toFixed(2)}×)` : '');
    return [what, own.toFixed(digits), ...others.map((other) => other.toFixed(digits) + ratio(other))];
  });
  return [head, ...body, ['Not one whole answer', ...BOTS.map(({ name }) => failures(rounds, name))]].map(
    ([first = '', ...cells]) => `  ${first.padEnd(WIDTH)}${cells.map((cell) => cell.padStart(WIDTH)).join('')}`,
  );
}

/** Of all rounds together. */
function failures(rounds: readonly Round[], name: keyof Round): string {
  const total = { missing: 0, wrong: 0, several: 0 };
  for (const { [name]: figures } of rounds) {
    total.missing += figures.answers.missing;
    total.wrong += figures.answers.wrong;
    total.several += figures.answers.several;
  }
  const kinds = Object.entries(total).filter(([, count]) => count > 0);
  return kinds.length === 0 ? '0' : kinds.map(([kind, count]) => `${count} ${kind}`).join(', ');
}
