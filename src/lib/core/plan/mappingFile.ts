import { parse, stringify, YAMLParseError } from 'yaml';
import { UserError } from '../base/errors';
import type { Mapping } from '../schema/roles';
import { shapeProblems } from './problems';
import { mappingSchema } from './schema';

/**
 * One source as text: how files with these columns are read, to be used again for next month's or put into a plan.
 * Reading it gives the same mapping.
 */
export function writeMapping({ id, files, preset, mapping }: { id: string; files: string[]; preset?: string; mapping: Mapping }): string {
  const source = { id, files, ...(preset && { preset }), mapping: mappingSchema.parse(mapping) };
  return stringify({ sources: [source] }, { lineWidth: 0 });
}

/**
 * The mapping that a text holds for a file with these columns: a source as {@link writeMapping} writes it, a plan, or a mapping alone.
 * @throws UserError `mapping_file_none`, `mapping_file_other`
 */
export function readMapping(text: string, columns: readonly string[]): Mapping {
  const { mappings } = mappingsIn(text);
  const [first] = mappings;
  if (!first) {
    throw new UserError('mapping_file_none', 'The file holds no mapping.', 'Choose one that was saved here or written by muster inspect.');
  }
  // A file without a header takes its names from the mapping.
  const nameless = mappings.find(({ header, columns: names }) => !header && names.length === columns.length);
  const mapping = mappings.find((candidate) => lacking(candidate, columns).length === 0) ?? nameless;
  if (mapping) return mapping;
  const values = { columns: lacking(first, columns).join(', ') };
  throw new UserError(
    'mapping_file_other',
    `The mapping is for other columns: this file lacks ${values.columns}.`,
    'Choose the mapping of a file with the same columns.',
    values,
  );
}

/**
 * The first mapping of a text, whatever file it is for.
 * @throws UserError `mapping_file_broken` with what is wrong with it
 */
export function firstMapping(text: string, fileName: string): Mapping {
  const { mappings, problems } = mappingsIn(text);
  if (mappings.length > 0) return mappings[0];
  throw new UserError('mapping_file_broken', `${fileName} holds no mapping: ${problems}`, 'Make one with "muster inspect FILE --save".', {
    fileName,
    problems,
  });
}

/** Columns that the mapping cannot do without and the file does not have; others may come and go from month to month. */
function lacking({ header, roles, ids = {}, reshape }: Mapping, columns: readonly string[]): string[] {
  if (!header || reshape !== undefined) return Object.values(roles).filter((name) => !columns.includes(name));
  return [...new Set([...Object.values(roles), ...Object.keys(ids)])].filter((name) => !columns.includes(name));
}

function mappingsIn(text: string): { mappings: Mapping[]; problems: string } {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    return { mappings: [], problems: error.message.split('\n')[0] };
  }
  if (typeof document !== 'object' || document === null) return { mappings: [], problems: 'it is no object.' };
  const sources: unknown[] = 'sources' in document && Array.isArray(document.sources) ? document.sources : [document];
  const read = sources.map((source) =>
    mappingSchema.safeParse(typeof source === 'object' && source !== null && 'mapping' in source ? source.mapping : source),
  );
  const issues = read.flatMap(({ error }) => error?.issues ?? []);
  const problems = shapeProblems(issues).map(({ message }) => message.replaceAll('the plan', 'the mapping'));
  return { mappings: read.flatMap(({ data }) => (data ? [data as Mapping] : [])), problems: problems.join(' ') };
}
