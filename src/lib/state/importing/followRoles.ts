import { defaultEventOf } from '$lib/core/schema/events';
import { knownEventNames } from '$lib/core/schema/parse/eventNames';
import type { SourcePreview } from '$lib/core/schema/report';
import type { Mapping } from '$lib/core/schema/roles';

/**
 * The parts of a mapping that belong to a column follow a change of its role: the words of events, the format of
 * times, and what rows are that have no event.
 */
export function followRoles(next: Mapping, before: Mapping, preview: SourcePreview | null): Mapping {
  if (next.kind !== 'events') return next;
  const column = (name: string | undefined) => preview?.columns.find((guess) => guess.name === name);
  if (next.roles.event !== before.roles.event) {
    delete next.eventNames;
    const eventNames = knownEventNames(column(next.roles.event)?.words ?? []);
    if (eventNames) next.eventNames = eventNames;
  }
  if (next.roles.time !== before.roles.time) {
    delete next.timeFormat;
    const timeFormat = column(next.roles.time)?.timeFormat;
    if (timeFormat) next.timeFormat = timeFormat;
  }
  if (next.roles.event) delete next.defaultEvent;
  else if ((before.defaultEvent ?? defaultEventOf(before)) === defaultEventOf(before)) next.defaultEvent = defaultEventOf(next);
  return next;
}

/**
 * The same mapping with columns under other names, wherever it names them. Columns that `names` does not have keep theirs.
 */
export function renameColumns(mapping: Mapping, names: ReadonlyMap<string, string>): Mapping {
  const named = (column: string) => names.get(column) ?? column;
  const { columns, roles, ids, keep } = mapping;
  return {
    ...mapping,
    columns: columns.map(named),
    roles: Object.fromEntries(Object.entries(roles).map(([role, column]) => [role, named(column)])),
    ...(ids && { ids: Object.fromEntries(Object.entries(ids).map(([column, kind]) => [named(column), kind])) }),
    ...(keep && { keep: keep.map(named) }),
  };
}

/**
 * What the person chose for the columns, on a file that is now read in another way (encoding, separator): where it has
 * as many columns as before, the choices stay with the places of their columns. Otherwise the new proposal stands.
 */
export function carryOver(chosen: Mapping, proposed: Mapping): Mapping {
  if (chosen.kind !== proposed.kind || chosen.columns.length !== proposed.columns.length || chosen.rowsAt !== proposed.rowsAt)
    return proposed;
  const names = new Map(chosen.columns.map((name, place) => [name, proposed.columns[place]]));
  const { format, delimiter, quote, header, encoding, sheet } = proposed;
  return { ...renameColumns(chosen, names), format, delimiter, quote, header, encoding, sheet };
}
