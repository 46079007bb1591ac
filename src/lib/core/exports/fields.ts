import { sha256Hex } from '../base/hash';
import { UserError } from '../base/errors';
import type { OptionValues } from '../base/options';
import { Unfit, type Destination, type DestinationField, type RowCheck, type RowOfTraits } from './destination';
import { BrokenFile } from './rowCheck';
import type { ExportBlock, ExportCell, ExportColumn, ExportTable } from './table';

/** Which trait each of the file's fields is taken from. */
export interface FieldMapping {
  fields: { field: DestinationField; trait: string }[];
  shared: string[];
}

/**
 * Finds the traits for a destination's fields among those that the data has.
 * @param chosen field name → trait, where the person chose another
 * @throws UserError `export_fields_missing`
 */
export function mapFields(destination: Destination, known: readonly string[], chosen: Readonly<Record<string, string>> = {}): FieldMapping {
  const all = destination.fields === 'chosen' ? [] : destination.fields;
  const traitOf = new Map(all.map((field) => [field.name, chosen[field.name] ?? field.from.find((trait) => known.includes(trait))]));
  const groups = (destination.identifiers ?? []).filter((group) => group.every((name) => traitOf.get(name) !== undefined));
  if (destination.identifiers && groups.length === 0) {
    const wanted = destination.identifiers.map((group) => group.join(' + ')).join(', or ');
    throw new UserError(
      'export_fields_missing',
      `${destination.id} needs ${wanted}, and the data has no column for them.`,
      'Import a file of customers that has one, or name the traits under the export’s columns.',
      { destination: destination.id, wanted },
    );
  }
  const used = all.filter(({ name }) => !destination.identifiers || groups.some((group) => group.includes(name)));
  return {
    fields: used.flatMap((field) => {
      const trait = traitOf.get(field.name);
      return trait === undefined ? [] : [{ field, trait }];
    }),
    shared: (destination.shared ?? []).filter((trait) => known.includes(trait)),
  };
}

/** Traits that a table must have for {@link fieldsTable}. */
export function traitsOf({ fields, shared }: FieldMapping): string[] {
  return [...new Set([...fields.map(({ trait }) => trait), ...shared])];
}

/** What did not fit, by customer. */
export interface Reject {
  user: string;
  /** A field that is left empty, or absent where the whole row is left out. */
  field?: string;
  reason: string;
}

/** A table that says, while it is read, what could not stand in it. */
export interface ContentTable extends ExportTable {
  blocks(onreject?: (reject: Reject) => void): AsyncIterable<ExportBlock> | Iterable<ExportBlock>;
}

/**
 * The destination's own table made from customers and their traits: each value normalised and hashed, rows without
 * any identifier left out.
 * @param source `user` first, then the traits
 */
export function fieldsTable(
  source: ExportTable,
  destination: Destination,
  { fields, shared }: FieldMapping,
  options: OptionValues,
): ContentTable {
  const place = new Map(source.columns.map(({ name }, c) => [name, c]));
  const groups = (destination.identifiers ?? [])
    .map((group) => group.map((name) => fields.findIndex(({ field }) => field.name === name)))
    .filter((group) => group.every((at) => at >= 0));

  function convert(block: ExportBlock, onreject: (reject: Reject) => void): ExportBlock {
    const cells: ExportCell[][] = fields.map(() => []);
    for (let row = 0; row < block.rows; row++) {
      const user = String(block.cells[0][row]);
      const traits: RowOfTraits = {
        options,
        shared: (trait) => (shared.includes(trait) ? textOf(block.cells[place.get(trait)!][row]) : null),
      };
      const found: Reject[] = [];
      const values = fields.map(({ field, trait }) => {
        const text = textOf(block.cells[place.get(trait)!][row]);
        if (text === null || text.trim() === '') return null;
        const value = field.normalise(text, traits);
        if (value instanceof Unfit) return (found.push({ user, field: field.name, reason: value.reason }), null);
        return field.hashed?.(options) ? sha256Hex(value) : value;
      });
      found.forEach(onreject);
      if (groups.length > 0 && !groups.some((group) => group.every((at) => values[at] !== null))) {
        onreject({ user, reason: nothingToMatch });
        continue;
      }
      // Part of a group says nothing to the platform, and would be data handed over for nothing.
      const whole = groups.filter((group) => group.every((at) => values[at] !== null)).flat();
      values.forEach((value, c) => cells[c].push(groups.length === 0 || whole.includes(c) ? value : null));
    }
    return { rows: cells[0]?.length ?? 0, cells };
  }

  return {
    columns: fields.map(({ field }): ExportColumn => ({ name: field.name, type: 'text' })),
    async *blocks(onreject = () => {}) {
      for await (const block of source.blocks()) yield convert(block, onreject);
    },
  };
}

/** The reason of a row that is left out whole. */
export const nothingToMatch = 'nothing_to_match';

/** Every value looks as it must, and every row has one whole group of identifiers. */
export function fieldsCheck(destination: Destination, columns: readonly ExportColumn[], options: OptionValues): RowCheck {
  const fields = (destination.fields === 'chosen' ? [] : destination.fields).filter(({ name }) =>
    columns.some((column) => column.name === name),
  );
  const groups = (destination.identifiers ?? []).map((group) => group.map((name) => columns.findIndex((column) => column.name === name)));
  return {
    take({ cells }, row) {
      fields.forEach((field, c) => {
        const value = cells[c][row];
        const looks = field.hashed?.(options) ? hash : field.looks;
        if (value !== null && !looks.test(String(value))) throw new BrokenFile(`a value of ${field.name} is not one`);
      });
      if (groups.length > 0 && !groups.some((group) => group.every((c) => c >= 0 && cells[c][row] !== null))) {
        throw new BrokenFile('a row has nothing to match by');
      }
    },
  };
}

const hash = /^[0-9a-f]{64}$/;

/** MD5, SHA-256 and SHA-512 in hexadecimal digits: hashing one again would match nobody. */
export function isHash(value: string): boolean {
  return /^([0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{128})$/i.test(value.trim());
}

function textOf(cell: ExportCell): string | null {
  return cell === null ? null : String(cell);
}
