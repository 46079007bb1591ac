import type { OutputsSection } from '../report';
import type { TaskOutput } from '../tasks/task';

/** Range, median and mean of each output, over the customers who have one. */
export function outputsSection(outputs: readonly TaskOutput[], values: Readonly<Record<string, ArrayLike<number>>>): OutputsSection {
  return {
    kind: 'outputs',
    outputs: outputs
      .filter(({ kind }) => kind !== 'text')
      .map(({ name, kind }) => {
        const known = Float64Array.from(Array.from(values[name]).filter((value) => !Number.isNaN(value))).sort();
        const { length } = known;
        if (length === 0) return { name, kind, customers: 0, min: 0, median: 0, mean: 0, max: 0 };
        const median = (known[(length - 1) >> 1] + known[length >> 1]) / 2;
        const mean = known.reduce((sum, value) => sum + value, 0) / length;
        return { name, kind, customers: length, min: known[0], median, mean, max: known[length - 1] };
      }),
  };
}
