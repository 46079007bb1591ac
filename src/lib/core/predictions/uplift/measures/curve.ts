/** What happened to people in the order of predicted uplift, the highest first. */
export interface Tested {
  uplift: ArrayLike<number>;
  /** 1 addressed, 0 held out. */
  treated: ArrayLike<number>;
  outcome: ArrayLike<number>;
  /**
   * How much each row counts, where campaigns addressed different shares of their people: the share of its arm among all
   * over that in its campaign, so that both arms are mixed of campaigns alike. 1 where left out; libraries' numbers know none.
   */
  weight?: ArrayLike<number>;
}

/**
 * Sums over the people so far, at the end of each run of equal scores and before the first: rows and outcomes of both arms.
 * Arrays of one length.
 */
export interface CurveSums {
  people: Float64Array;
  treated: Float64Array;
  control: Float64Array;
  treatedOutcome: Float64Array;
  controlOutcome: Float64Array;
}

/** Highest uplift first; of equal ones the later row first, as scikit-uplift sorts. */
export function byUplift(uplift: ArrayLike<number>): Int32Array {
  return Int32Array.from({ length: uplift.length }, (_, row) => row).sort((a, b) => uplift[b] - uplift[a] || b - a);
}

/** @param everyRow a point after each row, equal scores or not, as causalml has it */
export function curveSums({ uplift, treated, outcome }: Tested, order = byUplift(uplift), everyRow = false): CurveSums {
  const points: number[][] = [[0, 0, 0, 0, 0]];
  let [t, c, yt, yc] = [0, 0, 0, 0];
  order.forEach((row, at) => {
    if (treated[row] === 1) {
      t++;
      yt += outcome[row];
    } else {
      c++;
      yc += outcome[row];
    }
    if (everyRow || at === order.length - 1 || uplift[row] !== uplift[order[at + 1]]) points.push([at + 1, t, c, yt, yc]);
  });
  const column = (i: number) => Float64Array.from(points, (point) => point[i]);
  return { people: column(0), treated: column(1), control: column(2), treatedOutcome: column(3), controlOutcome: column(4) };
}

/** Qini curve (Radcliffe 2007): outcomes of the addressed beyond those of the held out, these scaled up to as many people. */
export function qiniCurve({ treated, control, treatedOutcome, controlOutcome }: CurveSums): Float64Array {
  return treatedOutcome.map((did, i) => did - (control[i] > 0 ? (controlOutcome[i] * treated[i]) / control[i] : 0));
}

/** Uplift curve (Devriendt, Guns & Verbeke 2020): difference of the arms' rates, times all people so far; an empty arm's rate is 0. */
export function upliftCurve({ people, treated, control, treatedOutcome, controlOutcome }: CurveSums): Float64Array {
  return people.map(
    (count, i) => ((treated[i] > 0 ? treatedOutcome[i] / treated[i] : 0) - (control[i] > 0 ? controlOutcome[i] / control[i] : 0)) * count,
  );
}

/** Trapezoids. */
export function areaUnder(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let area = 0;
  for (let i = 1; i < x.length; i++) area += ((x[i] - x[i - 1]) * (y[i] + y[i - 1])) / 2;
  return area;
}
