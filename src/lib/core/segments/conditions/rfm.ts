import { z } from '../../base/shape';
import { emptyCondition, pick, type ConditionKind, type Problem } from '../condition';
import { gap, phrase } from '../phrase';
import { meanMethods, rfmMethods, type RfmConvention, type RfmMethod } from '../rfm';

const cellPattern = /^(\d|\.|\[\d+\]){3}$/;

const cuts = z.array(z.number()).min(1).max(8);
const schema = z.strictObject({
  rfm: z.strictObject({
    bins: z.number().int().min(2).max(9),
    method: z.enum(rfmMethods),
    /** Independent where it is left out. */
    nested: z.boolean().optional(),
    /** With `fixed`: the values that part the scores, ascending. */
    cuts: z.strictObject({ recencyDays: cuts, frequency: cuts, monetary: cuts }).optional(),
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
    else found.push(...conventionProblems(rfm));
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
  readBack({ rfm }) {
    const cells = gap.list(rfm.cells.map((cell) => gap.text(cell)));
    if (rfm.method === 'quintile' && !rfm.nested) return phrase('segments_say_rfm', { cells, bins: gap.number(rfm.bins) });
    const name = gap.phrase(
      phrase(
        `segments_rfm_name_${conventionKeys[rfm.method]}`,
        meanMethods.includes(rfm.method) ? undefined : { bins: gap.number(rfm.bins) },
      ),
    );
    return phrase('segments_say_rfm_by', { cells, how: rfm.nested ? gap.phrase(phrase('segments_rfm_name_nested', { name })) : name });
  },
  fresh: () => ({ rfm: { bins: 5, method: 'quintile', cells: ['5[45].'] } }),
  sample(random) {
    const drawn = pick(random, [2, 3, 5]);
    const score = () => String(1 + random.below(drawn));
    const place = () => pick(random, ['.', '.', score(), `[${score()}${score()}]`]);
    const cells = Array.from({ length: 1 + random.below(3) }, () => `${place()}${place()}${place()}`);
    const method = pick(random, rfmMethods);
    if (meanMethods.includes(method)) return { rfm: { bins: 2, method, cells: cells.map((cell) => cell.replace(/[3-5]/g, '2')) } };
    if (method !== 'fixed') return { rfm: { bins: drawn, method, cells, ...(cells.length === 2 ? { nested: true } : {}) } };
    const rising = (start: number, step: number) => Array.from({ length: drawn - 1 }, (_, i) => start + i * step);
    return { rfm: { bins: drawn, method, cells, cuts: { recencyDays: rising(20, 15), frequency: rising(1, 1), monetary: rising(0, 30) } } };
  },
};

/** Ends of the keys under which the catalogue names methods. */
const conventionKeys: Record<RfmMethod, string> = {
  quintile: 'quintile',
  'ties-together': 'ties',
  fixed: 'fixed',
  mean: 'mean',
  'mean-score': 'mean_score',
};

/** What does not go together: means with more than high and low, cuts that are missing, too many or not ascending. */
function conventionProblems({ bins, method, nested, cuts }: RfmConvention): Problem[] {
  const found: Problem[] = [];
  if (meanMethods.includes(method) && bins !== 2)
    found.push({
      code: 'rfm_mean_two',
      message: `A mean parts high from low: it has 2 scores, not ${bins}.`,
      hint: 'Use 2 scores, or another method.',
      values: { bins },
    });
  if (method !== 'fixed') return found;
  const lists = cuts ? [cuts.recencyDays, cuts.frequency, cuts.monetary] : [];
  const fit = (list: readonly number[]) => list.length === bins - 1 && list.every((cut, i) => i === 0 || cut > list[i - 1]);
  if (lists.length === 0 || !lists.every(fit))
    found.push({
      code: 'rfm_cuts_invalid',
      message: `Fixed cuts for ${bins} scores are ${bins - 1} rising numbers for each measure.`,
      hint: 'Write them in cuts: recencyDays, frequency and monetary.',
      values: { bins, cuts: bins - 1 },
    });
  if (nested)
    found.push({
      code: 'rfm_fixed_nested',
      message: 'Fixed cuts are the same for everybody: they cannot be nested.',
      hint: 'Leave nested out, or make bins of people.',
    });
  return found;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
