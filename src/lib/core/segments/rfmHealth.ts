import type { ErrorValues } from '../base/errors';
import type { RfmMeasures, RfmScores } from './rfm';

/** Something that makes RFM scores mean less than they seem to. Shown (as `error_<code>` with its values), never thrown. */
export interface RfmWarning {
  code: 'rfm_few_customers' | 'rfm_scores_empty' | 'rfm_ties_split' | 'rfm_one_value';
  message: string;
  values: ErrorValues;
}

/** `values.measure` is R, F or M, which are the same in every language. */
const measures = [
  { letter: 'R', values: 'recencyDays', scores: 'recency' },
  { letter: 'F', values: 'frequency', scores: 'frequency' },
  { letter: 'M', values: 'monetary', scores: 'monetary' },
] as const;

/**
 * Looks for scores that no one has, for equal customers with different scores, and for too few customers. Nested scores
 * give equal values different scores on purpose.
 */
export function checkRfm(measured: RfmMeasures, scores: RfmScores): RfmWarning[] {
  const customers = measured.userIndexes.length;
  if (customers < scores.bins)
    return [
      {
        code: 'rfm_few_customers',
        message: `Only ${customers} customers have an order: too few for ${scores.bins} scores.`,
        values: { customers, bins: scores.bins },
      },
    ];
  return measures
    .filter(({ letter }) => !scores.nested || letter === 'R')
    .flatMap((measure) => checkMeasure(measure.letter, measured[measure.values], scores[measure.scores], scores.bins));
}

function checkMeasure(measure: string, values: Float64Array, scores: Uint8Array, bins: number): RfmWarning[] {
  if (values.every((value) => value === values[0]))
    return [
      {
        code: 'rfm_one_value',
        message: `All customers have the same ${measure} (${values[0]}): its score tells nothing.`,
        values: { measure, value: values[0] },
      },
    ];
  const used = new Set(scores);
  const empty = Array.from({ length: bins }, (_, i) => i + 1).filter((score) => !used.has(score));
  const warnings: RfmWarning[] = [];
  if (empty.length > 0)
    warnings.push({
      code: 'rfm_scores_empty',
      message: `No one has ${measure} score ${empty.join(', ')}: too many customers have equal values.`,
      values: { measure, scores: empty.join(', ') },
    });
  const split = mostSplitValue(values, scores);
  if (split)
    warnings.push({
      code: 'rfm_ties_split',
      message: `${split.customers} customers with the same ${measure} (${split.value}) got ${split.scores} different scores; the user id decided.`,
      values: { measure, ...split },
    });
  return warnings;
}

/** The value that was given the most different scores, where that is more than two: then it fills at least one alone. */
function mostSplitValue(values: Float64Array, scores: Uint8Array): { value: number; scores: number; customers: number } | undefined {
  // Only a score that all have with one value can be such a value's.
  const only = new Map<number, number | null>();
  for (let i = 0; i < values.length; i++) {
    const held = only.get(scores[i]);
    if (held === undefined) only.set(scores[i], values[i]);
    else if (held !== values[i]) only.set(scores[i], null);
  }
  let worst: { value: number; scores: number; customers: number } | undefined;
  for (const value of new Set(only.values())) {
    if (value === null) continue;
    const given = new Set<number>();
    let customers = 0;
    for (let i = 0; i < values.length; i++) {
      if (values[i] !== value) continue;
      given.add(scores[i]);
      customers++;
    }
    if (given.size > Math.max(2, worst?.scores ?? 0)) worst = { value, scores: given.size, customers };
  }
  return worst;
}
