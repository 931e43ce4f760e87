/** What the checker reports. */

export interface Finding {
  readonly kind:
    | 'lost'
    | 'doubled'
    | 'out of order'
    | 'half-written'
    | 'wrong thread'
    | 'unasked'
    | 'blamed'
    | 'turn missing'
    | 'file not read'
    | 'picture lost'
    | 'picture doubled'
    | 'turn twice'
    | 'deleted turn read'
    | 'old wording read'
    | 'other reply read'
    | 'status left'
    | 'not acknowledged'
    | 'setting lost'
    | 'stop ignored'
    | 'feedback lost'
    | 'feedback doubled'
    | 'hello lost'
    | 'hello doubled'
    | 'command lost'
    | 'command doubled'
    | 'command shown to others';
  readonly detail: string;
}

export type ReportFinding = (kind: Finding['kind'], detail: string) => void;

export interface Verdict {
  readonly findings: readonly Finding[];
  /** Questions with a reply. */
  readonly answered: number;
  /** Questions answered with an error message instead of a reply. */
  readonly apologies: number;
  /** Questions whose reply Slack refused. */
  readonly refused: number;
}
