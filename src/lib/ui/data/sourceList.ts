import { sourcePresets } from '$lib/core/schema/presets';
import type { ImportReport } from '$lib/core/schema/report';
import type { Mapping } from '$lib/core/schema/roles';
import { isOf } from '$lib/work/planSources';
import type { WorkspaceView } from '$lib/work/workspace';

/** A source as its card shows it. */
export interface SourceCard {
  /** As in the plan. */
  id: string;
  title: string;
  kind: Mapping['kind'] | null;
  preset?: { id: string; name: string };
  /** Whether it can be read again in the same way. */
  hasMapping: boolean;
  reports: ImportReport[];
  files: { sourceId: string; name: string; rowsKept: number }[];
  /** Where its rows are lines of orders, the files that say whose these are, and when. */
  orderFiles: readonly string[];
  rowsKept: number;
  rowsRejected: number;
  /** ISO instants; null where its rows have no times. */
  firstTime: string | null;
  lastTime: string | null;
}

/** The plan's sources with what was imported of each: one report for each file. */
export function sourcesOf({ plan, reports }: Pick<WorkspaceView, 'plan' | 'reports'>): SourceCard[] {
  return plan.sources.map(({ id, files, preset, mapping, orders }) => {
    const mine = reports.filter(({ sourceId }) => isOf(sourceId, id));
    const times = mine.flatMap(({ firstTime, lastTime }) => [firstTime, lastTime].filter((time) => time !== null)).toSorted();
    return {
      id,
      title: files.length === 1 ? files[0] : id,
      kind: typeof mapping === 'object' ? mapping.kind : (mine[0]?.kind ?? null),
      preset: sourcePresets.find((known) => known.id === preset),
      hasMapping: typeof mapping === 'object',
      reports: mine,
      files: mine.map(({ sourceId, fileName, rowsKept }) => ({ sourceId, name: fileName, rowsKept })),
      orderFiles: orders?.files ?? [],
      rowsKept: mine.reduce((sum, { rowsKept }) => sum + rowsKept, 0),
      rowsRejected: mine.reduce((sum, { rowsRejected }) => sum + rowsRejected, 0),
      firstTime: times[0] ?? null,
      lastTime: times.at(-1) ?? null,
    };
  });
}
