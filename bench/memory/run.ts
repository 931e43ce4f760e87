/**
 * What long threads cost, by the ways to remember them, and whether the bot's own reaches its targets. Nothing is asked
 * for: the prompts are made as the bot makes them, and counted. `billed` is in tokens of fresh input.
 */
import { promptBudget } from '../../src/prompt/prompt-budget.js';
import { thresholdsFor } from '../../src/prompt/summary.js';
import { type Thread, threads } from './threads.js';
import { folded, type Outcome, verbatim } from './ways.js';

const LENGTHS = [300, 1_000];
/** Of the model that is asked by default. */
const INPUT_WINDOW = promptBudget({ contextWindow: 400_000, maxOutput: 128_000 });
const MARKS = thresholdsFor(INPUT_WINDOW, 24_000);

/** Of (a), by the number of turns. */
const MOST_OF_EVERYTHING: ReadonlyMap<number, number> = new Map([
  [300, 0.15],
  [1_000, 0.05],
]);
const LEAST_REPEATED = 0.9;
/** From the first half of the replies since the first summary to the second. */
const MOST_GROWTH = 0.1;
/** Its prompts are long because single messages are: no target but to be told. */
const WITHOUT_TARGETS = 'long documents';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tokens = (count: number): string => Math.round(count).toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

for (const turns of LENGTHS) for (const thread of threads(turns)) report(thread, turns);

function report(thread: Thread, turns: number): void {
  const size = thread.conversation.turns.reduce((sum, turn) => sum + (turn.tokens ?? 0), 0);
  say(`\n${thread.shape}: ${tokens(turns)} turns of ${Math.round(size / turns)} tokens, ${thread.asked.size} replies`);
  const everything = verbatim(thread, Infinity, false);
  const own = folded(thread, MARKS);
  const rows: [string, Outcome][] = [
    ['(a) everything, without a cache', everything],
    [`(b) a sliding window of ${tokens(MARKS.high)}`, verbatim(thread, MARKS.high, true)],
    [`(c) dropping to fit into ${tokens(INPUT_WINDOW)}`, verbatim(thread, INPUT_WINDOW, true)],
    [`Skein: ${own.folds} times down to ${tokens(MARKS.low)}`, own],
  ];
  say(
    `  ${'tokens'.padEnd(36)}${'sent'.padStart(14)}${'repeated'.padStart(11)}${'billed'.padStart(14)}${'of (a)'.padStart(10)}`,
  );
  for (const [name, { bill }] of rows) {
    const [repeated, share] = [percent(bill.repeated / bill.sent), percent(bill.billed / everything.bill.billed)];
    say(
      `  ${name.padEnd(36)}${tokens(bill.sent).padStart(14)}${repeated.padStart(11)}${tokens(bill.billed).padStart(14)}${share.padStart(10)}`,
    );
  }
  if (thread.shape !== WITHOUT_TARGETS) targets(thread, turns, own, own.bill.billed / everything.bill.billed);
}

function targets(
  { fact }: Thread,
  turns: number,
  { bill, replies, firstFold, lastPrompt }: Outcome,
  share: number,
): void {
  const most = MOST_OF_EVERYTHING.get(turns) ?? 1;
  target(share <= most, `${percent(share)} of (a), at most ${percent(most)}`);
  target(
    bill.repeated >= LEAST_REPEATED * bill.sent,
    `${percent(bill.repeated / bill.sent)} repeated, at least ${percent(LEAST_REPEATED)}`,
  );
  target(
    lastPrompt.some(({ content }) => content.includes(fact)),
    `what was said in turn 3 is in the last prompt: "${fact}"`,
  );
  // In the shorter threads there are too few summaries for their cost to be even.
  if (firstFold === undefined || turns < Math.max(...LENGTHS)) return;
  const since = replies.slice(firstFold + 1);
  const half = Math.floor(since.length / 2);
  const [early, late] = [mean(since.slice(0, half)), mean(since.slice(half))];
  target(
    late <= early * (1 + MOST_GROWTH),
    `a reply costs ${tokens(early)}, later ${tokens(late)}, at most ${percent(MOST_GROWTH)} more`,
  );
}

function target(reached: boolean, what: string): void {
  say(`  ${reached ? '✓' : '✗'} ${what}`);
  if (!reached) process.exitCode = 1;
}
