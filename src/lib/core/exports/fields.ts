import { md5 } from '@noble/hashes/legacy.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256Text } from '../base/sha256Text';
import { UserError } from '../base/errors';
import type { OptionValues } from '../base/options';
import { ContentReport, type FieldReadiness, type Reject } from './contentReport';
import { unfit, Unfit, type Destination, type DestinationField, type Hash, type RowCheck, type RowOfTraits } from './destination';
import { BrokenFile } from './rowCheck';
import {
  dateText,
  numberText,
  timeText,
  type ExportBlock,
  type ExportCell,
  type ExportColumn,
  type ExportColumnType,
  type ExportTable,
} from './table';

/** Which trait each of the file's fields is taken from. */
export interface FieldMapping {
  /** `trait` is absent where a column of the platform's template stays empty. */
  fields: { field: DestinationField; trait?: string }[];
  shared: string[];
  /** Traits that follow the fields as they are. */
  attributes: string[];
}

/** The trait that is the customer's own id, which every source has. */
const customerId = 'user';

/**
 * Finds the traits for a destination's fields among those that the data has.
 * @param options resolved; fields and their groups may depend on them
 * @param chosen field name → trait, where the person chose another
 * @param columns of the audience, which follow the fields where the destination takes attributes
 * @throws UserError `export_fields_missing`
 */
export function mapFields(
  destination: Destination,
  known: readonly string[],
  options: OptionValues,
  chosen: Readonly<Record<string, string>> = {},
  columns: readonly string[] = [],
): FieldMapping {
  const all = fieldsOf(destination, options);
  const has = (trait: string) => trait === customerId || known.includes(trait);
  const traitOf = new Map(all.map((field) => [field.name, chosen[field.name] ?? field.from.find(has)]));
  const possible = (destination.identifiers ?? []).filter((group) => group.every((name) => traitOf.has(name)));
  const groups = possible.filter((group) => group.every((name) => traitOf.get(name) !== undefined));
  if (destination.identifiers && groups.length === 0) {
    const wanted = possible.map((group) => group.join(' + ')).join(', or ');
    throw new UserError(
      'export_fields_missing',
      `${destination.id} needs ${wanted}, and the data has no column for them.`,
      'Import a file of customers that has one, or name the traits under the export’s columns.',
      { destination: destination.id, wanted },
    );
  }
  const isUsed = ({ name, along, always }: DestinationField) =>
    always || !destination.identifiers || (along && traitOf.get(name) !== undefined) || groups.some((group) => group.includes(name));
  const fields = all.filter(isUsed).flatMap((field) => {
    const trait = traitOf.get(field.name);
    return trait === undefined && !field.always ? [] : [{ field, trait }];
  });
  const taken = fields.map(({ trait }) => trait);
  return {
    fields,
    shared: (destination.shared ?? []).filter((trait) => known.includes(trait)),
    attributes: destination.attribute ? columns.filter((column) => !taken.includes(column) && !traitOf.has(column)) : [],
  };
}

/** Traits that a table must have for {@link fieldsTable}, beside the customer's id. */
export function traitsOf({ fields, shared, attributes }: FieldMapping): string[] {
  const all = [...fields.flatMap(({ trait }) => trait ?? []), ...shared, ...attributes];
  return [...new Set(all)].filter((trait) => trait !== customerId);
}

/** A table that says, while it is read, what came of its values. */
export interface ContentTable extends ExportTable {
  blocks(report?: ContentReport): AsyncIterable<ExportBlock> | Iterable<ExportBlock>;
}

/** Converts blocks elsewhere, several at once: the same values as here. */
export interface BlockConversion {
  threads: number;
  /** Smaller blocks are not worth the way. */
  leastRows: number;
  convert(
    block: ExportBlock,
    columns: readonly ExportColumn[],
    destination: Destination,
    mapping: FieldMapping,
    options: OptionValues,
  ): Promise<{ block: ExportBlock; rejects: Reject[]; readiness: FieldReadiness[] }>;
}

/**
 * The destination's own table made from customers and their traits: each value normalised and hashed, rows without
 * any identifier left out.
 * @param source `user` first, then the traits
 * @param elsewhere used for large blocks, unless values must not repeat in the whole list
 */
export function fieldsTable(
  source: ExportTable,
  destination: Destination,
  mapping: FieldMapping,
  options: OptionValues,
  elsewhere?: BlockConversion,
): ContentTable {
  const { fields, shared, attributes } = mapping;
  const place = new Map(source.columns.map(({ name }, c) => [name, c]));
  const textAt = (block: ExportBlock, trait: string, row: number): string | null => {
    const c = place.get(trait)!;
    return cellText(block.cells[c][row], source.columns[c].type);
  };
  const groups = groupsAt(
    destination,
    fields.map(({ field }) => field.name),
  );
  const headers = fields.map(({ field }) => headerOf(field, options));

  const taken = fields.flatMap(({ trait }, c) => (trait === undefined ? [] : [{ field: headers[c], trait }]));
  const isOneByOne = !elsewhere || fields.some(({ field }) => field.unique);

  function converter(report: ContentReport, { readPhone }: typeof import('./phones')): (block: ExportBlock) => ExportBlock {
    const readiness = report.columns(taken);
    const countOf = new Map(readiness.map((counts) => [counts.field, counts]));
    const seen = new Map(fields.filter(({ field }) => field.unique).map(({ field }) => [field, new Set<string>()]));

    /** The cell of a field, or why there is none. */
    function convert(field: DestinationField, text: string, traits: RowOfTraits): { value: string; mended: boolean } | Unfit {
      const found = hashedValue(field, text, traits);
      if (found instanceof Unfit) return found;
      const known = seen.get(field);
      if (known?.has(found.value)) return unfit('duplicate');
      known?.add(found.value);
      return found;
    }

    // One object for all rows: a million of them would be a million objects more.
    let block!: ExportBlock;
    let row = 0;
    const sharedText = (trait: string) => (shared.includes(trait) ? textAt(block, trait, row) : null);
    const traits: RowOfTraits = {
      options,
      shared: sharedText,
      phone(value) {
        const own = sharedText('country')?.trim().toUpperCase() ?? '';
        const number = readPhone(value, own);
        return number === 'no country' ? readPhone(value, String(options.country)) : number;
      },
    };
    const values = fields.map((): string | null => null);
    const isWhole = (group: readonly number[]) => group.every((at) => values[at] !== null);
    const groupsOf = fields.map((_, c) => groups.filter((group) => group.includes(c)));

    return (given) => {
      block = given;
      const cells: ExportCell[][] = [...fields, ...attributes].map(() => []);
      for (row = 0; row < block.rows; row++) {
        for (const [c, { field, trait }] of fields.entries()) {
          values[c] = null;
          if (trait === undefined) continue;
          const text = textAt(block, trait, row);
          const counts = countOf.get(headers[c])!;
          if (text === null || text.trim() === '') {
            counts.empty++;
            continue;
          }
          const found = convert(field, text, traits);
          if (found instanceof Unfit) {
            counts.rejected++;
            report.rejects.push({ user: String(block.cells[0][row]), field: headers[c], reason: found.reason });
            continue;
          }
          counts[found.mended ? 'mended' : 'valid']++;
          values[c] = found.value;
        }
        if (groups.length > 0 && !groups.some(isWhole)) {
          report.rejects.push({ user: String(block.cells[0][row]), reason: nothingToMatch });
          continue;
        }
        for (const [c, { field }] of fields.entries()) {
          // Part of a group says nothing to the platform, and would be data handed over for nothing.
          cells[c].push(groups.length === 0 || field.along || groupsOf[c].some(isWhole) ? values[c] : null);
        }
        attributes.forEach((trait, a) => {
          const text = textAt(block, trait, row);
          const value = text === null ? null : destination.attribute!(text);
          if (value instanceof Unfit) report.rejects.push({ user: String(block.cells[0][row]), field: trait, reason: value.reason });
          cells[fields.length + a].push(value instanceof Unfit ? null : value);
        });
      }
      return { rows: cells[0]?.length ?? 0, cells };
    };
  }

  return {
    columns: [...headers, ...attributes].map((name): ExportColumn => ({ name, type: 'text' })),
    async *blocks(report = new ContentReport()) {
      // The number plans load when a file is made: screens that only list destinations do without.
      const convert = converter(report, await import('./phones'));
      const waiting: Promise<ExportBlock>[] = [];
      for await (const block of source.blocks()) {
        if (isOneByOne || block.rows < elsewhere.leastRows) {
          // In their order, whoever converts them.
          for (const earlier of waiting.splice(0)) yield await earlier;
          yield convert(block);
          continue;
        }
        const begun = elsewhere.convert(block, source.columns, destination, mapping, options);
        const before = waiting.at(-1);
        const counted = Promise.all([begun, before]).then(([converted]) => {
          report.add(converted);
          return converted.block;
        });
        // Whoever waits for it hears of a failure; nobody may, where an earlier one has failed.
        counted.catch(() => undefined);
        waiting.push(counted);
        if (waiting.length > elsewhere.threads) yield await waiting.shift()!;
      }
      for (const rest of waiting) yield await rest;
    },
  };
}

function hashedValue(field: DestinationField, text: string, traits: RowOfTraits): { value: string; mended: boolean } | Unfit {
  const hash = field.hash?.(traits.options) ?? 'none';
  if (field.hash && isHash(text)) {
    if (traits.options.alreadyHashed !== true) return unfit('already_hashed');
    if (hash === 'none' || !hashLooks[hash].test(text.trim().toLowerCase())) return unfit('wrong_hash');
    return { value: text.trim().toLowerCase(), mended: false };
  }
  const value = field.normalise(text, traits);
  if (value instanceof Unfit) return value;
  return { value: hashOf(value, hash), mended: value !== text };
}

/** The reason of a row that is left out whole. */
export const nothingToMatch = 'nothing_to_match';

/** Every value looks as it must, values that must not repeat do not, and every row has one whole group of identifiers. */
export function fieldsCheck(destination: Destination, columns: readonly ExportColumn[], options: OptionValues): RowCheck {
  const placed = fieldsOf(destination, options)
    .map((field) => ({ field, at: columns.findIndex(({ name }) => name === headerOf(field, options)) }))
    .filter(({ at }) => at >= 0);
  const fields = placed.map(({ field }) => field);
  const groups = identifierGroups(destination, columns, options);
  const seen = fields.map(({ unique }) => (unique ? new Set<ExportCell>() : undefined));
  const looks = fields.map((field) => {
    const hash = field.hash?.(options) ?? 'none';
    return hash === 'none' ? field.looks : hashLooks[hash];
  });
  return {
    take({ cells }, row) {
      placed.forEach(({ field, at }, f) => {
        const value = cells[at][row];
        if (value === null) return;
        if (!looks[f].test(String(value))) throw new BrokenFile(`a value of ${field.name} is not one`);
        if (seen[f]?.has(value)) throw new BrokenFile(`a value of ${field.name} is in it twice`);
        seen[f]?.add(value);
      });
      if (groups.length > 0 && !groups.some((group) => group.every((c) => cells[c][row] !== null))) {
        throw new BrokenFile('a row has nothing to match by');
      }
    },
  };
}

/** The fields of its files with these options; none of destinations whose columns are chosen. */
export function fieldsOf({ fields }: Destination, options: OptionValues): readonly DestinationField[] {
  return fields === 'chosen' ? [] : fields.filter(({ when }) => when?.(options) ?? true);
}

function headerOf({ name, header }: DestinationField, options: OptionValues): string {
  return header?.(options) ?? name;
}

/** Of a file's columns the places of each group of identifiers that it has whole. */
export function identifierGroups(destination: Destination, columns: readonly ExportColumn[], options: OptionValues): number[][] {
  const fields = fieldsOf(destination, options);
  return groupsAt(
    destination,
    columns.map(({ name }) => fields.find((field) => headerOf(field, options) === name)?.name ?? ''),
  );
}

/** Places of the fields of each group of identifiers, of groups that are there whole. */
function groupsAt({ identifiers = [] }: Destination, names: readonly string[]): number[][] {
  return identifiers.map((group) => group.map((name) => names.indexOf(name))).filter((group) => group.every((at) => at >= 0));
}

const hashLooks = { sha256: { test: isHexOf(64) }, md5: { test: isHexOf(32) } };

/** Five million times in a large file: several times as fast as a regular expression. */
function isHexOf(length: number): (text: string) => boolean {
  return (text) => {
    if (text.length !== length) return false;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      if (unit < 48 || unit > 102 || (unit > 57 && unit < 97)) return false;
    }
    return true;
  };
}

function hashOf(value: string, hash: Hash): string {
  if (hash === 'none') return value;
  return hash === 'sha256' ? sha256Text(value) : bytesToHex(md5(utf8ToBytes(value)));
}

/** MD5, SHA-256 and SHA-512 in hexadecimal digits: hashing one again would match nobody. */
export function isHash(value: string): boolean {
  if (value.length < 32) return false;
  return /^([0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{128})$/i.test(value.trim());
}

function cellText(cell: ExportCell, type: ExportColumnType): string | null {
  if (cell === null || typeof cell !== 'number') return cell === null ? null : String(cell);
  if (type === 'date') return dateText(cell);
  return type === 'time' ? timeText(cell) : numberText(cell);
}
