/** A curve as its corners, thinned so that a report stays small. */
export type CurvePoint = [x: number, y: number];

const mostPoints = 120;

/** False positive rate and true positive rate at every threshold, from none to all (Fawcett 2006). */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): CurvePoint[] {
  const { positives, rows, cuts } = walk(scores, labels);
  const negatives = rows - positives;
  return thinned([[0, 0], ...cuts.map(({ end, hits }): CurvePoint => [(end - hits) / negatives, hits / positives])]);
}

/** Recall and precision at every threshold; the first point repeats the precision of the highest scores at recall 0. */
export function precisionRecallCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): CurvePoint[] {
  const { positives, cuts } = walk(scores, labels);
  const points = cuts.map(({ end, hits }): CurvePoint => [hits / positives, hits / end]);
  return thinned([[0, points[0][1]], ...points]);
}

/** Rows and outcomes down to the end of each group of equal scores. */
function walk(scores: ArrayLike<number>, labels: ArrayLike<number>) {
  const order = Int32Array.from({ length: labels.length }, (_, i) => i);
  order.sort((a, b) => (scores[a] > scores[b] ? -1 : scores[a] < scores[b] ? 1 : a - b));
  const cuts: { end: number; hits: number }[] = [];
  let hits = 0;
  for (let i = 0; i < order.length; i++) {
    hits += labels[order[i]];
    if (i + 1 === order.length || scores[order[i + 1]] !== scores[order[i]]) cuts.push({ end: i + 1, hits });
  }
  return { positives: hits, rows: order.length, cuts };
}

/** Ends and, between them, the last point of each of equally wide strips of x, so that no strip is without one. */
function thinned(points: CurvePoint[]): CurvePoint[] {
  if (points.length <= mostPoints) return points;
  const kept = points.filter((_, i) => {
    if (i === 0 || i === points.length - 1) return true;
    const strip = (at: number) => Math.floor(points[at][0] * (mostPoints - 2));
    return strip(i) !== strip(i + 1);
  });
  return kept;
}
