import { UserError } from '../../base/errors';
import type { Records } from '../records';
import type { Mapping } from '../roles';
import { fillOrders } from './fillOrders';
import { instacartOrders } from './instacartOrders';
import { lineRefunds } from './lineRefunds';
import { longProperties } from './longProperties';
import type { Reshape } from './reshape';
import { ga4Events, trackLines } from './trackLines';
import { typedHeader } from './typedHeader';

export const reshapes: readonly Reshape[] = [fillOrders, lineRefunds, longProperties, instacartOrders, trackLines, ga4Events, typedHeader];

/**
 * The rows of a file as a mapping wants them: reshaped where it says so, as they are where it does not.
 * @param fileColumns the file's own columns
 * @throws UserError `unknown_reshape`
 */
export function reshaped(records: Records, mapping: Mapping, fileColumns: readonly string[]): Records {
  return mapping.reshape === undefined ? records : findReshape(mapping.reshape).records(records, { fileColumns, mapping });
}

/**
 * The columns of the rows after reshaping: what a mapping's `columns` are.
 * @throws UserError `unknown_reshape`
 */
export function reshapedColumns(mapping: Partial<Pick<Mapping, 'reshape' | 'columns'>>, fileColumns: readonly string[]): string[] {
  return mapping.reshape === undefined ? [...fileColumns] : findReshape(mapping.reshape).columns(fileColumns, mapping.columns);
}

/** Columns that others were made of, so that nobody needs them besides. */
export function usedColumns({ reshape }: Pick<Mapping, 'reshape'>): readonly string[] {
  return reshape === undefined ? [] : (findReshape(reshape).used ?? []);
}

function findReshape(id: string): Reshape {
  const found = reshapes.find((reshape) => reshape.id === id);
  if (found) return found;
  const known = reshapes.map((reshape) => reshape.id).join(', ');
  throw new UserError('unknown_reshape', `There is no way of reshaping rows called "${id}".`, `Use one of: ${known}.`, {
    reshape: id,
    known,
  });
}
