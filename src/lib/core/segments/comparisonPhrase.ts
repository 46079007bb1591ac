import { comparisonOperators, type Comparison } from '../measures/asked';
import { gap, phrase, type FigureOf, type Gap, type Phrase } from './phrase';

/** "is at least 5" as parts; `as` says what is compared, so that money is written as money. Without a comparison: "…". */
export function comparisonPhrase(comparison: Comparison | undefined, as: FigureOf): Phrase {
  if (!comparison) return phrase('segments_say_incomplete');
  const { operator, operand } = comparison;
  if (operator === 'exists') return phrase(operand ? 'segments_say_exists' : 'segments_say_missing');
  const written = ([] as unknown[]).concat(operand).map((value): Gap => {
    switch (comparisonOperators[operator].operand) {
      case 'date':
      case 'dates':
        return gap.date(String(value));
      case 'days':
      case 'percent':
        return gap.number(Number(value));
      default:
        if (typeof value === 'boolean') return gap.phrase(phrase(value ? 'segments_yes' : 'segments_no'));
        return typeof value === 'number' ? gap.number(value, as) : gap.text(String(value), as);
    }
  });
  if (operator === 'oneOf') return phrase('segments_say_oneOf', { values: gap.list(written) });
  const [value = gap.text('…'), high] = written;
  return phrase(`segments_say_${operator}`, high === undefined ? { value } : { low: value, high });
}
