import { horizonDays } from '../hazard';
import type { HorizonsSection } from '../report';
import type { Tested } from '../tasks/task';
import { concordance, doneBy, type Times } from '../times';

const groups = 5;

/** What a test of times says; its main prediction is the median days. */
export function horizonsSection({ predicted, labels, baseline, outputs, withinDays }: Tested): HorizonsSection {
  const times: Times = labels.kind === 'duration' ? labels : { days: [], happened: [] };
  const rows = times.days.length;
  const shorter = horizonDays.filter((days) => days < withinDays).map((days) => ({ days, chances: outputs[`within${days}`] }));
  return {
    kind: 'horizons',
    rows,
    events: Array.from(times.happened).reduce((sum, did) => sum + did, 0),
    concordance: concordance(times, predicted),
    baseline: {
      id: baseline.id,
      concordance: concordance(
        times,
        baseline.scores.map((score) => -score),
      ),
    },
    horizons: [...shorter, { days: withinDays, chances: outputs.withinAll }].map(({ days, chances }) => {
      const order = Int32Array.from(chances, (_, row) => row).sort((a, b) => chances[b] - chances[a] || a - b);
      const of = (part: Int32Array) => ({
        customers: part.length,
        predicted: part.reduce((sum, row) => sum + chances[row], 0) / part.length,
        observed: doneBy({ days: pick(times.days, part), happened: pick(times.happened, part) }, [days])[0],
      });
      const parts = Array.from({ length: groups }, (_, g) =>
        order.subarray(Math.round((g * rows) / groups), Math.round(((g + 1) * rows) / groups)),
      );
      const { predicted: told, observed } = of(order);
      return { days, predicted: told, observed, groups: parts.filter(({ length }) => length > 0).map(of) };
    }),
  };
}

function pick(values: ArrayLike<number>, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row]);
}
