import { parse, stringify } from 'yaml';
import { UserError } from '../base/errors';
import type { Mapping } from '../schema/roles';
import { sourceSchema, type PlanSource } from './schema';

/**
 * One source as text: how files with these columns are read, to be used again for next month's or put into a plan.
 * Reading it gives the same mapping.
 */
export function writeMapping({ id, files, preset, mapping }: { id: string; files: string[]; preset?: string; mapping: Mapping }): string {
  const source = { id, files, ...(preset && { preset }), mapping };
  return stringify({ sources: [source] }, { lineWidth: 0 });
}

/**
 * The mapping that a text holds for a file with these columns: a source as {@link writeMapping} writes it, a plan, or a mapping alone.
 * @throws UserError `mapping_file_none`, `mapping_file_other`
 */
export function readMapping(text: string, columns: readonly string[]): Mapping {
  const found = mappingsIn(text);
  const [first] = found;
  if (!first) {
    throw new UserError('mapping_file_none', 'The file holds no mapping.', 'Choose one that was saved here or written by muster inspect.');
  }
  const fitting = found.find(
    (mapping) => mapping.columns.length === columns.length && mapping.columns.every((name) => columns.includes(name)),
  );
  // A file without a header takes its names from the mapping.
  const nameless = found.find(({ header, columns: names }) => !header && names.length === columns.length);
  const mapping = fitting ?? nameless;
  if (mapping) return mapping;
  const lacking = first.columns.filter((name) => !columns.includes(name));
  const values = { columns: lacking.join(', ') || '–' };
  throw new UserError(
    'mapping_file_other',
    `The mapping is for other columns: this file lacks ${values.columns}.`,
    'Choose the mapping of a file with the same columns.',
    values,
  );
}

function mappingsIn(text: string): Mapping[] {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 });
  } catch {
    return [];
  }
  if (typeof document !== 'object' || document === null) return [];
  const sources: unknown[] = 'sources' in document && Array.isArray(document.sources) ? document.sources : [document];
  return sources.flatMap((source) => {
    const given = typeof source === 'object' && source !== null && 'mapping' in source ? (source as PlanSource).mapping : source;
    const read = sourceSchema.shape.mapping.safeParse(given);
    return read.success && read.data ? [read.data as Mapping] : [];
  });
}
