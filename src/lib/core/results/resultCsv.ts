import { csvLine, spreadsheetStyle } from '../exports/formats/csvStyle';
import type { CampaignResult } from './campaignResult';

const header = 'campaign,from,to,arm,control_people,arm_people,metric,kind,group,control,arm_value,difference,low,high,relative,p,p_corrected,cuped_difference,cuped_low,cuped_high'.split(','); // prettier-ignore

/** Every comparison as a line, for a spreadsheet; groups of the main metric below the whole. */
export function resultCsv({ campaign, span, arms, results, level }: CampaignResult): string {
  const style = spreadsheetStyle(',');
  const cell = (value: string | number | null) => (typeof value === 'string' ? style.writeText(value) : style.writeCell(value, 'number'));
  const [control] = arms;
  const lines = results.flatMap(({ arm, metrics, strata }) => {
    const people = arms.find(({ id }) => id === arm)!.people;
    const head = [campaign, span?.from ?? '', span?.to ?? '', arm];
    return [
      ...metrics.map(({ id, kind, effect, adjustedP, cuped }) => [
        ...head, control.people, people, id, kind, '', effect.control, effect.treated, effect.difference, effect.low, effect.high,
        effect.relative, effect.p, adjustedP, cuped?.difference ?? null, cuped?.low ?? null, cuped?.high ?? null,
      ]), // prettier-ignore
      ...(strata?.groups ?? []).map(({ name, effect, adjustedP, ...counts }) => [
        ...head, counts.control, counts.treated, metrics[0].id, metrics[0].kind, name, effect.control, effect.treated, effect.difference,
        effect.low, effect.high, effect.relative, effect.p, adjustedP, null, null, null,
      ]), // prettier-ignore
    ];
  });
  const named = header.map((name) => (name === 'low' || name === 'high' ? `${name}_${Math.round(level * 100)}` : name));
  return '\uFEFF' + csvLine(named, style) + lines.map((line) => csvLine(line.map(cell), style)).join('');
}
