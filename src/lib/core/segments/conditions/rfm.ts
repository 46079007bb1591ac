import { z } from '../../base/shape';
import { emptyCondition, pick, type ConditionKind, type Problem } from '../condition';
import { gap, phrase } from '../phrase';
import { rfmMethods } from '../rfm';

const cellPattern = /^(\d|\.|\[\d+\]){3}$/;

const schema = z.strictObject({
  rfm: z.strictObject({
    bins: z.number().int().min(2).max(9),
    method: z.enum(rfmMethods),
    cells: z.array(z.string().regex(cellPattern)),
  }),
});

/**
 * Customers in cells of the RFM map. A pattern has three places for recency, frequency and monetary, each a digit, a
 * set `[45]` or `.` for any: `"5[45]."`.
 */
export type RfmRule = z.infer<typeof schema>;

export const rfmCondition: ConditionKind<RfmRule> = {
  key: 'rfm',
  schema,
  expand: (written) => (isObject(written.rfm) ? { ...written, rfm: { bins: 5, method: 'quintile', ...written.rfm } } : written),
  check({ rfm }) {
    const found: Problem[] = [];
    const binsFit = Number.isInteger(rfm.bins) && rfm.bins >= 2 && rfm.bins <= 9;
    if (!binsFit)
      found.push({
        code: 'rfm_bins_invalid',
        message: `RFM with ${rfm.bins} scores is not possible.`,
        hint: 'Choose 2 to 9 scores.',
        values: { bins: String(rfm.bins) },
      });
    if (!rfmMethods.includes(rfm.method))
      found.push({
        code: 'rfm_method_unknown',
        message: `There is no RFM method "${String(rfm.method)}".`,
        hint: `The methods are: ${rfmMethods.join(', ')}.`,
        values: { method: String(rfm.method), known: rfmMethods.join(', ') },
      });
    if (rfm.cells.length === 0) found.push(emptyCondition());
    const highest = binsFit ? rfm.bins : 9;
    const hasScore = (score: string) => score !== '0' && Number(score) <= highest;
    for (const cell of rfm.cells)
      if (!cellPattern.test(cell) || !(cell.match(/\d/g) ?? []).every(hasScore))
        found.push({
          code: 'rfm_cell_invalid',
          message: `"${cell}" is no RFM cell.`,
          hint: 'Write three places for recency, frequency and monetary: a score, scores in brackets, or a dot for any, such as 5[45].',
          values: { cell },
        });
    return found;
  },
  meaning: ({ rfm }) => ({ kind: 'rfm', ...rfm }),
  refersTo: () => [],
  readBack: ({ rfm }) =>
    phrase('segments_say_rfm', { cells: gap.list(rfm.cells.map((cell) => gap.text(cell))), bins: gap.number(rfm.bins) }),
  fresh: () => ({ rfm: { bins: 5, method: 'quintile', cells: ['5[45].'] } }),
  sample(random) {
    const bins = pick(random, [2, 3, 5]);
    const score = () => String(1 + random.below(bins));
    const place = () => pick(random, ['.', '.', score(), `[${score()}${score()}]`]);
    const cells = Array.from({ length: 1 + random.below(3) }, () => `${place()}${place()}${place()}`);
    return { rfm: { bins, method: pick(random, rfmMethods), cells } };
  },
};

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
