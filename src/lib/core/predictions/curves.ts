/** A curve as its corners, thinned so that a report stays small. */
export type CurvePoint = [x: number, y: number];

const mostPoints = 120;

/** False positive rate and true positive rate at every threshold, from none to all (Fawcett 2006). */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): CurvePoint[] {
  const { positives, rows, count, ends, hits } = walk(scores, labels);
  return [[0, 0], ...thinned(count, (cut) => [(ends[cut] - hits[cut]) / (rows - positives), hits[cut] / positives])];
}

/** Recall and precision at every threshold; the first point repeats the precision of the highest scores at recall 0. */
export function precisionRecallCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): CurvePoint[] {
  const { positives, count, ends, hits } = walk(scores, labels);
  return [[0, hits[0] / ends[0]], ...thinned(count, (cut) => [hits[cut] / positives, hits[cut] / ends[cut]])];
}

/** Rows and outcomes down to the end of each group of equal scores, highest first. */
function walk(scores: ArrayLike<number>, labels: ArrayLike<number>) {
  const order = Int32Array.from({ length: labels.length }, (_, i) => i);
  order.sort((a, b) => (scores[a] > scores[b] ? -1 : scores[a] < scores[b] ? 1 : a - b));
  const [ends, hits] = [new Int32Array(order.length), new Int32Array(order.length)];
  let [count, found] = [0, 0];
  for (let i = 0; i < order.length; i++) {
    found += labels[order[i]];
    if (i + 1 < order.length && scores[order[i + 1]] === scores[order[i]]) continue;
    ends[count] = i + 1;
    hits[count++] = found;
  }
  return { positives: found, rows: order.length, count, ends, hits };
}

/** Of many points the last of each of equally wide strips of x, and the ends. */
function thinned(count: number, pointAt: (cut: number) => CurvePoint): CurvePoint[] {
  const stripOf = ([x]: CurvePoint) => Math.floor(x * (mostPoints - 2));
  const kept: CurvePoint[] = [];
  for (let cut = 0; cut < count; cut++) {
    const point = pointAt(cut);
    const isEnd = cut === 0 || cut === count - 1;
    if (count <= mostPoints || isEnd || stripOf(point) !== stripOf(pointAt(cut + 1))) kept.push(point);
  }
  return kept;
}
