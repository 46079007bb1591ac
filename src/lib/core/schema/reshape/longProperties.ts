import { plainWord } from '../inspect/headerWords';
import type { Records } from '../records';
import { MadeRecords } from './madeRecords';
import type { Reshape, ReshapeInput } from './reshape';

/**
 * Facts about items as one property a row (`timestamp, itemid, property, value`, as RetailRocket's item_properties) →
 * the chosen properties as columns. Each row of the file gives the item and, in the column of its property, the value;
 * the stager lets the later of two cells count. A value that is older than one that was read already is left empty, so
 * that the latest by time counts, in whatever order the file is.
 */
export const longProperties: Reshape = {
  id: 'long-properties',
  columns: (fileColumns, chosen) =>
    chosen && chosen.length > 0 ? [...chosen] : [fileColumns[itemAt(fileColumns)] ?? 'itemid', 'categoryid', 'available'],
  records: (inner, input) => new LongProperties(inner, input),
};

function itemAt(fileColumns: readonly string[]): number {
  return fileColumns.findIndex((name) => plainWord(name) === 'itemid');
}

class LongProperties extends MadeRecords {
  readonly #cell: { time: number; item: number; property: number; value: number };
  readonly #columnOfProperty: Map<string, number>;
  /** Milliseconds of the value that counts so far, by column and item. */
  readonly #latest: Map<string, number>[];

  constructor(
    inner: Records,
    { fileColumns, mapping }: ReshapeInput,
    private readonly columns: readonly string[] = mapping.columns,
  ) {
    super(inner, fileColumns.length, columns.length, mapping.quote);
    const plain = fileColumns.map(plainWord);
    this.#cell = { time: plain.indexOf('timestamp'), item: plain.indexOf('itemid'), property: plain.indexOf('property'), value: plain.indexOf('value') }; // prettier-ignore
    this.#columnOfProperty = new Map(columns.map((name, column) => [name, column]));
    this.#latest = columns.map(() => new Map());
  }

  protected makeRow(): void {
    const { time, item, property, value } = this.#cell;
    const column = this.#columnOfProperty.get(this.textOf(property)) ?? -1;
    const counts = column > 0 && this.#isLatest(column, Number(this.textOf(time)));
    this.columns.forEach((_, at) => this.copy(at === 0 ? item : at === column && counts ? value : -1));
  }

  #isLatest(column: number, time: number): boolean {
    const latest = this.#latest[column];
    const item = this.textOf(this.#cell.item);
    if (time < (latest.get(item) ?? -Infinity)) return false;
    latest.set(item, time);
    return true;
  }
}
