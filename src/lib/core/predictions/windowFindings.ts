import type { PlanTrait } from '../profiles/planTraits';

import { daysBetween, type Observed } from './observed';
import type { Cutoffs, DiagnosticsSection } from './report';
import type { InputColumn } from './transform';

/** Traits of the plan whose window reaches back before the data on the first date that was learnt from: less is in them there than today. */
export function windowFindings(
  inputs: readonly InputColumn[],
  traits: readonly PlanTrait[] = [],
  { firstDay }: Pick<Observed, 'firstDay'>,
  { train: [at] }: Pick<Cutoffs, 'train'>,
): DiagnosticsSection['findings'] {
  if (firstDay === null) return [];
  const known = daysBetween(firstDay, at);
  const used = new Set(inputs.map(({ feature }) => feature));
  return traits.flatMap((trait) => {
    const window = 'measure' in trait ? trait.measure.window : undefined;
    const days = window && 'withinDays' in window ? window.withinDays : 0;
    if (days <= known || !used.has(trait.id)) return [];
    const message = `"${trait.id}" looks back ${days} days, and on ${at.slice(0, 10)} the data knew ${known}.`;
    return [{ code: 'window_not_covered', feature: trait.id, message, values: { days, known, at, from: `${firstDay}T00:00:00` } }];
  });
}
