import type { RecordReader } from '../csv/recordReader';
import type { Mapping } from '../roles';
import { attributeName } from './attributes';
import { brokenCell, CellInterner } from './cells';
import { TextColumnBuilder } from './columns';
import { cellOfRole, unmapped } from './stageEvents';
import type { Stager } from './stageFile';
import type { RejectCode, StagedSource } from './staged';
import { TextPool } from './textPool';

/** Stages a file of users or items: its id column, and every other column as an attribute. */
export class EntityStager implements Stager {
  negativeQuantities = 0;
  faultyCell = -1;
  readonly #kind: 'users' | 'items';
  readonly #idCell: number;
  readonly #id: CellInterner;
  readonly #ids = new TextColumnBuilder(new TextPool(1 << 14));
  readonly #attributes: { name: string; cell: number; cells: CellInterner; builder: TextColumnBuilder }[];

  constructor(mapping: Mapping) {
    this.#kind = mapping.kind === 'users' ? 'users' : 'items';
    const role = this.#kind === 'users' ? 'user' : 'item';
    const quote = mapping.quote === '' ? -1 : mapping.quote.charCodeAt(0);
    this.#idCell = cellOfRole(mapping, role);
    if (this.#idCell < 0) throw unmapped(role);
    this.#id = new CellInterner(this.#ids.pool, quote, mapping.trimFloatIds);
    this.#attributes = mapping.columns.flatMap((column, cell) => {
      if (cell === this.#idCell) return [];
      const builder = new TextColumnBuilder();
      return [{ name: attributeName(mapping, column), cell, cells: new CellInterner(builder.pool, quote), builder }];
    });
  }

  row(reader: RecordReader): RejectCode | undefined {
    this.faultyCell = this.#idCell;
    const id = this.#id.intern(reader, this.#idCell);
    if (id === brokenCell) return 'bad_encoding';
    if (id < 0) return this.#kind === 'users' ? 'missing_user' : 'missing_item';
    this.#ids.push(id);
    for (const { cell, cells, builder } of this.#attributes)
      builder.push(cell < reader.cells ? Math.max(-1, cells.intern(reader, cell)) : -1);
    return undefined;
  }

  finish(): StagedSource {
    const entities = {
      id: this.#ids.finish(),
      attributes: new Map(this.#attributes.map(({ name, builder }) => [name, builder.finish()])),
    };
    return { sourceId: '', [this.#kind]: entities };
  }
}
