import { UserError, type Diagnostic } from '../../base/errors';
import type { FileSource } from '../files';
import type { Records } from '../records';
import type { Mapping } from '../roles';
import { isMissingWord } from './cells';
import { OrderPool, orderRoles } from './orderIndex';
import type { RejectCode, StagedSource } from './staged';
import { stageFile, type StageOptions } from './stageFile';
import type { Stager } from './stager';

/**
 * Reads files of orders, one row an order.
 * @throws UserError `orders_without_id` where their mapping names no order id, and what reading a file throws
 */
export async function readOrders(files: readonly { file: FileSource; mapping: Mapping }[], options: StageOptions): Promise<OrderPool> {
  const [first] = files;
  const { roles, ids = {} } = first.mapping;
  if (roles.order === undefined) {
    const values = { file: first.file.name };
    throw new UserError('orders_without_id', `"${first.file.name}" is to be a file of orders, and no column of it is mapped to the order id.`, 'Choose the column that holds the order id.', values); // prettier-ignore
  }
  const columns = [...new Set([...orderRoles.flatMap((role) => roles[role] ?? []), ...Object.keys(ids)])];
  const pool = new OrderPool(first.mapping, columns);
  for (const { file, mapping } of files) {
    pool.beginFile();
    await stageFile(file, mapping, {
      ...options,
      helpers: undefined,
      orders: undefined,
      stagerOf: (fitted) => new OrderStager(pool, fitted),
    });
  }
  return pool;
}

class OrderStager implements Stager {
  negativeQuantities = 0;
  faultyCell = -1;
  readonly #order: number;
  readonly #cells: number[];

  constructor(
    private readonly pool: OrderPool,
    mapping: Mapping,
  ) {
    this.#order = mapping.columns.indexOf(mapping.roles.order!);
    this.#cells = pool.columns.map((name) => mapping.columns.indexOf(name));
  }

  row(reader: Records): RejectCode | undefined {
    const { bytes, starts, ends } = reader;
    this.faultyCell = this.#order;
    if (starts[this.#order] === ends[this.#order] || isMissingWord(bytes, starts[this.#order], ends[this.#order])) return 'missing_order';
    this.pool.add(reader, this.#order, this.#cells);
    return undefined;
  }

  *finish(): Generator<void, StagedSource> {
    yield;
    return { sourceId: '' };
  }

  problems(): Diagnostic[] {
    return [];
  }
}
