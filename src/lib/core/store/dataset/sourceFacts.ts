import type { DatasetFacts } from '../../schema/canonical';
import type { SourceKind } from '../../schema/roles';
import type { TextColumn } from '../../schema/staging/columns';
import type { StagedSource } from '../../schema/staging/staged';

/** Facts of one source that its staged columns tell, and of several together. */
export function kindOf({ events, users }: StagedSource): SourceKind {
  return events ? 'events' : users ? 'users' : 'items';
}

/** The first and the last instant as ISO text; null without events. */
export function timeRange(ts: Float64Array | undefined): { firstEvent: string | null; lastEvent: string | null } {
  if (!ts || ts.length === 0) return { firstEvent: null, lastEvent: null };
  let first = Infinity;
  let last = -Infinity;
  for (let row = 0; row < ts.length; row++) {
    const at = ts[row];
    if (at < first) first = at;
    if (at > last) last = at;
  }
  return { firstEvent: new Date(first / 1000).toISOString(), lastEvent: new Date(last / 1000).toISOString() };
}

export function countEvents({ codes, pool }: TextColumn): DatasetFacts['eventCounts'] {
  const counts = new Float64Array(pool.size);
  for (let row = 0; row < codes.length; row++) counts[codes[row]]++;
  return sortedCounts(Array.from(counts, (count, code) => ({ event: pool.text(code), count })).filter(({ count }) => count > 0));
}

export function addCounts(all: readonly DatasetFacts['eventCounts'][]): DatasetFacts['eventCounts'] {
  const sums = new Map<string, number>();
  for (const { event, count } of all.flat()) sums.set(event, (sums.get(event) ?? 0) + count);
  return sortedCounts([...sums].map(([event, count]) => ({ event, count })));
}

export function sortedCounts(counts: DatasetFacts['eventCounts']): DatasetFacts['eventCounts'] {
  return counts.sort((a, b) => b.count - a.count || (a.event < b.event ? -1 : 1));
}

/** The earliest (or latest) of ISO instants, which sort as text. */
export function least(instants: readonly (string | null)[], greatest = false): string | null {
  const known = instants.filter((instant) => instant !== null).sort();
  return known.at(greatest ? -1 : 0) ?? null;
}
