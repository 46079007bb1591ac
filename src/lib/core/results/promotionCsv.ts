import { csvLine, spreadsheetStyle } from '../exports/formats/csvStyle';
import type { Promotion } from './promotion';

/** The series that an effect was found in, a line for each unit and period: `muster effect --table` finds the same in it. */
export function promotionCsv({ table: { names, values }, asked, length }: Promotion, starts: readonly string[]): string {
  const style = spreadsheetStyle(',');
  const lines = names.flatMap((name, unit) =>
    starts.map((start, period) =>
      csvLine([style.writeText(name), start, style.writeCell(values[unit * starts.length + period], 'number')], style),
    ),
  );
  return '\uFEFF' + csvLine(['unit', length === 1 ? 'day' : 'week', asked.measure.replace(/^event:/, '')], style) + lines.join('');
}
