import type { Diagnostic } from '../../base/errors';
import { foldedName, type EventProperty } from '../../schema/canonical';
import { hasData, type NumberColumn, type TextColumn } from '../../schema/staging/columns';
import type { StagedEvents } from '../../schema/staging/staged';

type WithProperties = { properties?: EventProperty[] };

/** The properties of a source that any of its events has, as its document says them. */
export function propertiesOfSource(events: StagedEvents | undefined): WithProperties {
  const found = [...(events?.properties ?? [])].filter(([, column]) => hasData(column)).map(([name, column]) => propertyOf(name, column));
  return found.length > 0 ? { properties: found } : {};
}

function propertyOf(name: string, column: TextColumn | NumberColumn): EventProperty {
  if (column.kind === 'number') return { name, type: 'number' };
  const seen = new Uint8Array(column.pool.size);
  for (const code of column.codes) if (code >= 0) seen[code] = 1;
  return { name, type: 'text', distinct: seen.reduce((sum, one) => sum + one, 0) };
}

/**
 * The properties of several sources together, in the order of their names: numbers where all sources that have one have
 * numbers. Of names that differ in letter case only, the first in byte order stands for all.
 */
export function propertiesOf(sources: readonly WithProperties[]): EventProperty[] {
  const found = new Map<string, EventProperty>();
  for (const { properties = [] } of sources) {
    for (const property of properties) {
      const key = foldedName(property.name);
      const before = found.get(key);
      const type = before && before.type !== property.type ? 'text' : property.type;
      const name = before && before.name < property.name ? before.name : property.name;
      found.set(key, before ? { name, type } : { ...property, name, type });
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, property]) => property);
}

/** Says which properties of a new source are numbers where other sources have text, or the other way round: they are text then. */
export function propertiesThatDiffer(source: WithProperties, others: readonly WithProperties[]): Diagnostic[] {
  const before = new Map(propertiesOf(others).map((property) => [foldedName(property.name), property]));
  const differing = (source.properties ?? []).filter(({ name, type }) => (before.get(foldedName(name))?.type ?? type) !== type);
  return differing.map(({ name, type }): Diagnostic => {
    const [here, there] = type === 'number' ? ['numbers', 'text'] : ['text', 'numbers'];
    return {
      code: type === 'number' ? 'property_is_text_elsewhere' : 'property_is_number_elsewhere',
      severity: 'warning',
      message: `"${name}" holds ${here} in this file and ${there} in others; it is compared as text.`,
      hint: `If it should be a number, correct the cells that are none in ${type === 'number' ? 'the other files' : 'this file'}.`,
      column: name,
      values: { column: name },
    };
  });
}
