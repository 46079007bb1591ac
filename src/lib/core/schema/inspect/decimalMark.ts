import type { Diagnostic } from '../../base/errors';
import { numberReaders } from '../parse/numbers';
import type { DecimalMark, Mapping } from '../roles';
import type { InspectedColumn } from './columnGuess';

/** Roles whose cells are numbers. */
export const numberRoles = ['quantity', 'price', 'value', 'rating', 'cost', 'stock'] as const;

interface Evidence {
  /** Cells that only this mark can read. */
  point: string[];
  comma: string[];
  /** Cells that both read, as different numbers. */
  either: string[];
}

/** The columns that a mapping reads as numbers. */
export function numberColumns(mapping: Pick<Mapping, 'roles' | 'keep'>, columns: readonly InspectedColumn[]): InspectedColumn[] {
  const names = new Set<string | undefined>(numberRoles.map((role) => mapping.roles[role]));
  return columns.filter(({ name, type }) => names.has(name) || (type === 'decimal' && mapping.keep?.includes(name)));
}

/**
 * The decimal mark that the sampled numbers speak for. Where none of them decides, a file that is separated by
 * semicolons is taken for one with decimal commas, since that is why it is.
 */
export function guessDecimalMark(columns: readonly InspectedColumn[], delimiter: string): DecimalMark {
  const { point, comma, either } = evidenceOf(columns);
  if (point.length !== comma.length) return comma.length > point.length ? 'comma' : 'point';
  return either.length > 0 && delimiter === ';' ? 'comma' : 'point';
}

/** What is doubtful about reading the numbers with this mark. `rowOf` finds a cell's row, 1-based. */
export function decimalProblems(
  columns: readonly InspectedColumn[],
  decimal: DecimalMark,
  delimiter: string,
  rowOf: (column: InspectedColumn, cell: string) => number | undefined,
): Diagnostic[] {
  return columns.flatMap((column): Diagnostic[] => {
    const { point, comma, either } = evidenceOf([column]);
    const otherMark = decimal === 'comma' ? point : comma;
    if (otherMark.length > 0) {
      const values = { column: column.name, count: otherMark.length, example: otherMark[0] };
      return [
        {
          code: 'mixed_decimals',
          severity: 'warning',
          message: `${values.count} of the sampled numbers in "${column.name}" have the other decimal mark, such as ${otherMark[0]}; those rows will be rejected.`,
          hint: 'Choose the decimal mark that the file uses.',
          row: rowOf(column, otherMark[0]),
          column: column.name,
          values,
        },
      ];
    }
    // Without quotes a comma cannot stand inside a cell of a file that commas separate.
    const isDoubtful = either.length > 0 && point.length + comma.length === 0 && !(delimiter === ',' && !either[0].includes(','));
    if (!isDoubtful || isDecided(columns)) return [];
    const read = readNumber(either[0], decimal);
    const other = readNumber(either[0], decimal === 'comma' ? 'point' : 'comma');
    return [
      {
        code: 'ambiguous_decimals',
        severity: 'warning',
        message: `The numbers in "${column.name}" do not show whether a comma or a point comes before the decimals; ${either[0]} is read as ${read}, and could be ${other}.`,
        hint: 'Choose the decimal mark that the file uses.',
        column: column.name,
        values: { column: column.name, example: either[0], read, other },
      },
    ];
  });
}

/** The cell that shows best how the numbers are read: one that the other mark would read otherwise, else one with a mark. */
export function tellingNumber(columns: readonly InspectedColumn[]): { column: string; text: string } | undefined {
  const tests = [(cell: string) => kindOf(cell) === 'either', (cell: string) => /\d[.,]\d/.test(cell), () => true];
  for (const isTelling of tests)
    for (const { name, values } of columns) {
      const text = values.find(isTelling);
      if (text !== undefined) return { column: name, text };
    }
  return undefined;
}

/** NaN where the cell is no number. */
export function readNumber(cell: string, decimal: DecimalMark): number {
  const bytes = encoder.encode(cell);
  return numberReaders(decimal).number(bytes, 0, bytes.length);
}

function isDecided(columns: readonly InspectedColumn[]): boolean {
  const { point, comma } = evidenceOf(columns);
  return point.length + comma.length > 0;
}

/** What the sampled numbers say of the mark. */
export function evidenceOf(columns: readonly InspectedColumn[]): Evidence {
  const evidence: Evidence = { point: [], comma: [], either: [] };
  for (const { values } of columns)
    for (const cell of values) {
      const kind = kindOf(cell);
      if (kind) evidence[kind].push(cell);
    }
  return evidence;
}

function kindOf(cell: string): keyof Evidence | undefined {
  // Most cells have no mark at all.
  if (!/[.,]/.test(cell)) return undefined;
  const point = readNumber(cell, 'point');
  const comma = readNumber(cell, 'comma');
  if (Number.isNaN(point)) return Number.isNaN(comma) ? undefined : 'comma';
  if (Number.isNaN(comma)) return 'point';
  return point === comma ? undefined : 'either';
}

const encoder = new TextEncoder();
