/**
 * Compares the cost of long threads between memory strategies, and checks that the bot's own meets its targets. Sends
 * nothing to a model: builds the prompts like the bot does, and counts tokens. `billed` is in tokens of uncached input.
 */
import { textOf } from '../../src/core/content.js';
import { promptBudget } from '../../src/prompt/prompt-budget.js';
import { thresholdsFor } from '../../src/prompt/summary.js';
import { textTokens } from '../../src/prompt/tokens.js';
import { type Outcome, summarizing, verbatim } from './strategies.js';
import { type Thread, threads } from './threads.js';

const LENGTHS = [300, 1_000];
/** Of the default model. */
const INPUT_WINDOW = promptBudget({ contextWindow: 1_050_000, maxOutput: 128_000 });
const THRESHOLDS = thresholdsFor(INPUT_WINDOW, 24_000);

/** Maximum cost as a share of (a), by number of turns. */
const MAX_SHARE: ReadonlyMap<number, number> = new Map([
  [300, 0.15],
  [1_000, 0.05],
]);
const MIN_REPEATED = 0.9;
/** Maximum growth of a reply's cost, from the first to the second half of the replies after the first summary. */
const MAX_GROWTH = 0.1;
/** Reported without targets: its prompts are long because single messages are. */
const WITHOUT_TARGETS = 'long documents';

const say = (line: string): void => void process.stdout.write(`${line}\n`);
const tokens = (count: number): string => Math.round(count).toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mean = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

for (const turns of LENGTHS) for (const thread of threads(turns)) report(thread, turns);

function report(thread: Thread, turns: number): void {
  const size = thread.conversation.turns.reduce((sum, turn) => sum + textTokens(turn.text), 0);
  say(`\n${thread.shape}: ${tokens(turns)} turns of ${Math.round(size / turns)} tokens, ${thread.asked.size} replies`);
  const everything = verbatim(thread, Infinity, false);
  const own = summarizing(thread, THRESHOLDS);
  const rows: [string, Outcome][] = [
    ['(a) everything, without a cache', everything],
    [`(b) a sliding window of ${tokens(THRESHOLDS.high)}`, verbatim(thread, THRESHOLDS.high, true)],
    [`(c) dropping to fit into ${tokens(INPUT_WINDOW)}`, verbatim(thread, INPUT_WINDOW, true)],
    [`Skein: ${own.summaries} summaries down to ${tokens(THRESHOLDS.low)}`, own],
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
  if (thread.shape !== WITHOUT_TARGETS) checkTargets(thread, turns, own, own.bill.billed / everything.bill.billed);
}

function checkTargets(
  { fact }: Thread,
  turns: number,
  { bill, replies, firstSummary, lastPrompt }: Outcome,
  share: number,
): void {
  const most = MAX_SHARE.get(turns) ?? 1;
  checkTarget(share <= most, `${percent(share)} of (a), at most ${percent(most)}`);
  checkTarget(
    bill.repeated >= MIN_REPEATED * bill.sent,
    `${percent(bill.repeated / bill.sent)} repeated, at least ${percent(MIN_REPEATED)}`,
  );
  checkTarget(
    lastPrompt.some(({ content }) => textOf(content).includes(fact)),
    `the last prompt still has the fact of turn 3: "${fact}"`,
  );
  // Shorter threads have too few summaries for an even cost.
  if (firstSummary === undefined || turns < Math.max(...LENGTHS)) return;
  const since = replies.slice(firstSummary + 1);
  const half = Math.floor(since.length / 2);
  const [early, late] = [mean(since.slice(0, half)), mean(since.slice(half))];
  checkTarget(
    late <= early * (1 + MAX_GROWTH),
    `a reply costs ${tokens(early)} at first and ${tokens(late)} later, at most ${percent(MAX_GROWTH)} more`,
  );
}

function checkTarget(reached: boolean, what: string): void {
  say(`  ${reached ? '✓' : '✗'} ${what}`);
  if (!reached) process.exitCode = 1;
}
