/** What an arm did beyond the control, with its interval and the chance of as much by luck. */
export interface Effect {
  control: number;
  treated: number;
  /** treated − control. */
  difference: number;
  /** Of the difference, at the level asked for. */
  low: number;
  high: number;
  /** Difference over the control's level; null where that is 0. */
  relative: number | null;
  /** Two-sided. */
  p: number;
  /** Standard error of the difference, of the arms' own variances. */
  error: number;
}

/** Of whom an outcome was asked: how many, the sum and the sum of squares of what each did. */
export interface ArmSums {
  people: number;
  sum: number;
  squares: number;
}

/** Sums of one arm over values, one a person. */
export function sumsOf(values: ArrayLike<number>): ArmSums {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i];
    squares += values[i] * values[i];
  }
  return { people: values.length, sum, squares };
}
