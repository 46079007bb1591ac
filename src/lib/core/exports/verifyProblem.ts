/** What is wrong with an export; `file` where it is about one. */
export interface VerifyProblem {
  code:
    | 'file_missing'
    | 'file_unknown'
    | 'size'
    | 'hash'
    | 'rows'
    | 'unreadable'
    | 'rule'
    | 'sum'
    | 'steps'
    | 'delta'
    | 'destination_unknown'
    | 'arms'
    | 'held_out';
  file?: string;
  /** One sentence without its dot. */
  what: string;
}
