import { rowsWhere } from '../folds';
import { rowsOfMatrix } from '../rows';
import type { FeatureMatrix } from '../transform';

/** People of one or more randomised campaigns: what was known of each before, who was addressed, and what came of it. */
export interface Trial {
  inputs: FeatureMatrix;
  /** 1 addressed, 0 held out. */
  treated: Uint8Array;
  /** 0 or 1 where `outcomeKind` is `binary`, else an amount. */
  outcome: Float64Array;
  outcomeKind: OutcomeKind;
  /** The share of each row's campaign that was addressed: the chance of being treated, which a lot gives and nobody estimates. */
  propensity: Float64Array;
}

export type OutcomeKind = 'binary' | 'number';

/** Some rows of a trial, in the given order. */
export function rowsOfTrial({ inputs, treated, outcome, outcomeKind, propensity }: Trial, rows: Int32Array): Trial {
  return {
    inputs: rowsOfMatrix(inputs, rows),
    treated: Uint8Array.from(rows, (row) => treated[row]),
    outcome: Float64Array.from(rows, (row) => outcome[row]),
    outcomeKind,
    propensity: Float64Array.from(rows, (row) => propensity[row]),
  };
}

/** The rows of one arm. */
export function rowsOfArm({ treated }: Pick<Trial, 'treated'>, arm: 0 | 1): Int32Array {
  return rowsWhere(treated.length, (row) => treated[row] === arm);
}
