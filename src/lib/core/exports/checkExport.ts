import { UserError } from '../base/errors';
import { resolveOptions, type OptionValues } from '../base/options';
import { findDestination } from './destinations';
import type { ContentChoice } from './exportContent';

/**
 * What can be wrong with an export before any data is read.
 * @throws UserError `destination_unknown`, `export_kind`, `export_headers`, `export_layout`, `export_columns`, `export_field_unknown`, and what
 * resolveOptions throws
 */
export function checkExport(entry: {
  destination: string;
  list?: string;
  options?: OptionValues;
  columns?: ContentChoice['columns'];
  headers?: ContentChoice['headers'];
  layout?: ContentChoice['layout'];
}): void {
  const destination = findDestination(entry.destination);
  const { id } = destination;
  resolveOptions(id, destination.options, entry.options);
  if (entry.list !== undefined && !destination.takes.includes('list')) {
    throw new UserError(
      'export_kind',
      `${id} takes customers, not recommendations.`,
      'Export the audience to it, or choose another destination.',
      {
        destination: id,
      },
    );
  }
  if (entry.headers !== undefined && destination.fields !== 'chosen') {
    throw new UserError('export_headers', `The headers of ${id} are the platform’s own.`, 'Take the headers out of the export.', {
      destination: id,
    });
  }
  if (entry.layout !== undefined && (destination.fields !== 'chosen' || entry.columns !== undefined || entry.headers !== undefined)) {
    throw new UserError(
      'export_layout',
      `The layout of this export to ${id} cannot be used.`,
      'It stands alone, without columns and headers, and only where the columns are chosen.',
      { destination: id },
    );
  }
  if (entry.columns === undefined) return;
  if (entry.list !== undefined || Array.isArray(entry.columns) !== (destination.fields === 'chosen')) {
    const wanted = entry.list !== undefined ? 'none' : destination.fields === 'chosen' ? 'a list of traits' : 'a trait for each field';
    throw new UserError('export_columns', `The columns of this export to ${id} are not written as they must be.`, `It takes ${wanted}.`, {
      destination: id,
      wanted,
    });
  }
  if (destination.fields === 'chosen') return;
  const known = destination.fields.map(({ name }) => name);
  const unknown = Object.keys(entry.columns).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new UserError('export_field_unknown', `${id} has no field "${unknown}".`, `Its fields are: ${known.join(', ')}.`, {
    destination: id,
    field: unknown,
    known: known.join(', '),
  });
}
