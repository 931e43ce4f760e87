/** What the checker reports. */

export interface Finding {
  readonly kind:
    | 'lost'
    | 'doubled'
    | 'out of order'
    | 'half-written'
    | 'wrong thread'
    | 'unasked'
    | 'turn missing'
    | 'turn twice'
    | 'deleted turn read'
    | 'old wording read'
    | 'other reply read'
    | 'status left'
    | 'not acknowledged';
  readonly detail: string;
}

export type Find = (kind: Finding['kind'], detail: string) => void;

export interface Verdict {
  readonly findings: readonly Finding[];
  /** Questions with a reply of their own. */
  readonly answered: number;
  /** Questions whose reply is a sentence about what went wrong. */
  readonly apologies: number;
  /** Questions to which Slack did not take the reply. */
  readonly refused: number;
}
