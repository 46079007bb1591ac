import type { Diagnostic } from '../../base/errors';
import { defaultEventOf } from '../events';
import { knownEventNames } from '../parse/eventNames';
import { sourcePresets } from '../presets';
import type { PresetSample, SourcePreset } from '../presets/preset';
import { usedColumns } from '../reshape';
import type { Mapping, RoleSuggestion } from '../roles';
import { assignRoles, guessKind } from './assignRoles';
import type { InspectedColumn } from './columnGuess';
import { guessDecimalMark, numberColumns } from './decimalMark';
import type { AssignedRoles } from './suggestions';

/** How the file is written, as far as it is known before its columns have a meaning. */
export type KnownDialect = Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding'> &
  Partial<Pick<Mapping, 'kind' | 'format' | 'sheet' | 'rowsAt'>>;

export interface Recognised {
  preset: SourcePreset;
  mapping: Partial<Mapping>;
}

/** The first preset that knows the file; where the person said what its rows are, only one that reads it so. */
export function recognise(sample: PresetSample, kind?: Mapping['kind']): Recognised | undefined {
  for (const preset of sourcePresets) {
    const mapping = preset.recognise(sample);
    if (mapping && (kind === undefined || mapping.kind === kind)) return { preset, mapping };
  }
  return undefined;
}

/** A file of a known data set that is not needed: what is said instead of that a role is missing. */
export function unneededFile(sample: PresetSample): Diagnostic | undefined {
  for (const { name, unneeded } of sourcePresets) {
    const code = unneeded?.(sample);
    if (code === undefined) continue;
    const what = code === 'categories_not_needed' ? 'only names or orders its categories' : 'only links its entities';
    return {
      code,
      severity: 'warning',
      message: `"${sample.fileName}" belongs to ${name} and is not needed: it ${what}.`,
      hint: 'Leave it out.',
      values: { file: sample.fileName, preset: name },
    };
  }
  return undefined;
}

export interface Proposal {
  mapping: Mapping;
  /** What speaks for each role, by column. */
  suggestions: Map<string, RoleSuggestion>;
  doubts: AssignedRoles['doubts'];
}

/** @param columns those of the reshaped rows, where the preset reshapes them */
export function proposeMapping(known: KnownDialect, recognised: Recognised | undefined, columns: readonly InspectedColumn[]): Proposal {
  const preset = recognised?.mapping;
  const kind = known.kind ?? preset?.kind ?? guessKind(columns, known.header);
  const { delimiter, quote, header, encoding, format, sheet, rowsAt } = known;
  const assigned = assignRoles(kind, columns, header);
  const mapping: Mapping = {
    kind,
    ...(format && { format }),
    delimiter,
    quote,
    header,
    encoding,
    ...(sheet !== undefined && { sheet }),
    ...(rowsAt !== undefined && { rowsAt }),
    columns: columns.map(({ name }) => name),
    roles: assigned.roles,
    ...preset,
  };
  completeMapping(mapping, columns);
  if (recognised) placeMapping(mapping, recognised.preset);
  if (!recognised || !preset?.roles) return { mapping, ...assigned };
  const values = { preset: recognised.preset.name };
  const suggestions = new Map(
    (Object.entries(preset.roles) as [RoleSuggestion['role'], string][])
      .reverse()
      .map(([role, column]): [string, RoleSuggestion] => [column, { role, confidence: 0.99, reason: 'preset', values }]),
  );
  return { mapping, suggestions, doubts: [] };
}

/** What follows from the roles: how times and numbers are written, which words are events, what is kept. */
function completeMapping(mapping: Mapping, columns: readonly InspectedColumn[]): void {
  const column = (role: keyof Mapping['roles']) => columns.find(({ name }) => name === mapping.roles[role]);
  mapping.keep ??= columnsToKeep(mapping, columns);
  if (guessDecimalMark(numberColumns(mapping, columns), mapping.delimiter) === 'comma') mapping.decimal ??= 'comma';
  if (mapping.kind !== 'events') return;
  const format = column('time')?.time?.format;
  if (format && !mapping.timeFormat) mapping.timeFormat = format;
  if (mapping.timeFormat === undefined) delete mapping.timeFormat;
  const words = column('event');
  const eventNames = words && knownEventNames(words.values);
  if (eventNames) mapping.eventNames ??= eventNames;
  if (!words) mapping.defaultEvent ??= defaultEventOf(mapping);
  const user = column('user');
  if (user && user.values.length > 0 && user.values.every((value) => /^\d+\.0$/.test(value))) mapping.trimFloatIds = true;
}

/** The zone and the currency that a source always has: of local times, and of amounts whose rows do not say. */
function placeMapping(mapping: Mapping, { suggests = {} }: SourcePreset): void {
  const isLocal = mapping.timeFormat?.kind === 'text' || mapping.timeFormat?.kind === 'excel-serial' || mapping.kind === 'users';
  const hasMoney = mapping.roles.value !== undefined || mapping.roles.price !== undefined;
  if (suggests.timeZone && isLocal) mapping.timeZone ??= suggests.timeZone;
  if (suggests.currency && hasMoney && mapping.roles.currency === undefined) mapping.currency ??= suggests.currency;
}

/**
 * Columns without a role stay with the users or items, or are properties of the events, but for those that seem to say
 * who somebody is. Of events, a column that says the same in every row says nothing; nor does one that others were made of.
 */
function columnsToKeep(mapping: Mapping, columns: readonly InspectedColumn[]): string[] {
  const { kind, roles, ids = {} } = mapping;
  const taken = new Set([...Object.values(roles), ...Object.keys(ids), ...usedColumns(mapping)]);
  const isConstant = ({ distinct, emptyShare }: InspectedColumn) => distinct === 0 || (distinct === 1 && emptyShare === 0);
  return columns
    .filter((column) => !taken.has(column.name) && !(kind !== 'items' && column.personal) && !(kind === 'events' && isConstant(column)))
    .map(({ name }) => name);
}
