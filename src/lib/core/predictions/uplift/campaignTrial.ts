import type { RunContext } from '../../base/run';
import { readFeatures, type EventScope, type RawFeature } from '../features';
import { rowsOfFeatures } from '../rows';
import type { Assignments } from './assignments';

/** A query of features for each midnight: with more than this days share one, the first of theirs, which knows less and never more. */
const mostCutoffs = 60;

export interface CampaignFeatures {
  features: RawFeature[];
  /** Places in the assignments, of those who had an event before. */
  rows: Int32Array;
  personal: Awaited<ReturnType<typeof readFeatures>>['personal'];
  cutoffs: string[];
}

/** What was known of everybody at the midnight before they were assigned. */
export async function readCampaignFeatures(
  scope: EventScope,
  { cutoffs, userIndexes }: Pick<Assignments, 'cutoffs' | 'userIndexes'>,
  leaveOut: readonly string[],
  run: RunContext,
): Promise<CampaignFeatures> {
  const days = [...new Set(cutoffs)].sort();
  const perQuery = Math.ceil(days.length / mostCutoffs);
  const asked = days.filter((_, i) => i % perQuery === 0);
  const cutoffOf = new Map(days.map((day, i) => [day, asked[Math.floor(i / perQuery)]]));
  const parts: { features: RawFeature[]; rows: number[] }[] = [];
  let personal: CampaignFeatures['personal'] = [];
  for (const cutoff of asked) {
    run.report({ stage: 'features', done: parts.length, total: asked.length, unit: 'steps' });
    await run.breathe();
    const table = await readFeatures(scope, cutoff, run.signal, { leaveOut });
    personal = table.personal;
    const rowOf = new Map(Array.from(table.userIndexes, (user, row) => [user, row]));
    const rows: number[] = [];
    const places: number[] = [];
    userIndexes.forEach((user, place) => {
      const row = rowOf.get(user);
      if (row === undefined || cutoffOf.get(cutoffs[place]) !== cutoff) return;
      rows.push(row);
      places.push(place);
    });
    parts.push({ features: rowsOfFeatures(table.features, Int32Array.from(rows)), rows: places });
  }
  const found = parts.flatMap(({ rows }) => rows);
  const order = Int32Array.from(found, (_, i) => i).sort((a, b) => found[a] - found[b]);
  const joined = parts[0].features.map((feature, f): RawFeature => {
    const values = parts.flatMap((part) => Array.from(part.features[f].values as ArrayLike<number | string | null>));
    return feature.kind === 'text'
      ? { ...feature, values: values as (string | null)[] }
      : { ...feature, values: Float64Array.from(values as number[]) };
  });
  return { features: rowsOfFeatures(joined, order), rows: Int32Array.from(order, (i) => found[i]), personal, cutoffs: asked };
}
