import { parse, stringify, YAMLParseError } from 'yaml';
import { UserError } from '../base/errors';
import type { Mapping } from '../schema/roles';
import { shapeProblems } from './problems';
import { mappingSchema } from './schema';

/**
 * A mapping from the text of its file, YAML or JSON.
 * @throws UserError `mapping_file_broken` with all problems in one message
 */
export function readMapping(text: string, fileName: string): Mapping {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 100 });
  } catch (error) {
    if (!(error instanceof YAMLParseError || error instanceof ReferenceError)) throw error;
    throw broken(fileName, error.message.split('\n')[0]);
  }
  const parsed = mappingSchema.safeParse(document);
  if (parsed.success) return parsed.data as Mapping;
  throw broken(
    fileName,
    shapeProblems(parsed.error.issues)
      .map(({ message }) => message.replaceAll('the plan', 'the mapping'))
      .join(' '),
  );
}

/**
 * The same, for a file with these columns.
 * @throws UserError `mapping_file_broken`, `mapping_file_other` where it is for other columns
 */
export function readMappingFor(columns: readonly string[], text: string, fileName: string): Mapping {
  const mapping = readMapping(text, fileName);
  // A file without a header takes its names from the mapping.
  if (!mapping.header && mapping.columns.length === columns.length) return mapping;
  const needed = [...Object.values(mapping.roles), ...(mapping.keep ?? [])];
  const lacking = needed.filter((name) => !columns.includes(name));
  if (lacking.length === 0) return mapping;
  const values = { columns: [...new Set(lacking)].join(', ') };
  throw new UserError(
    'mapping_file_other',
    `The mapping is for other columns: this file lacks ${values.columns}.`,
    'Choose the mapping of a file with the same columns.',
    values,
  );
}

/** A mapping as the text of a file, to be read by people and by {@link readMapping}. */
export function writeMapping(mapping: Mapping): string {
  return stringify(mappingSchema.parse(mapping), { lineWidth: 0 });
}

function broken(fileName: string, problems: string): UserError {
  return new UserError('mapping_file_broken', `${fileName} is no mapping: ${problems}`, 'Make one with "muster inspect FILE --save".', {
    fileName,
    problems,
  });
}
