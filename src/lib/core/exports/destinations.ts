import { UserError } from '../base/errors';
import { csv } from './csv';
import type { Destination } from './destination';
import { jsonl } from './jsonl';
import { parquet } from './parquet';

/** Every kind of file there is: one file and one line each. */
export const destinations: readonly Destination[] = [csv, parquet, jsonl];

/** @throws UserError `destination_unknown` */
export function findDestination(id: string): Destination {
  const found = destinations.find((destination) => destination.id === id);
  if (found) return found;
  const known = destinations.map((destination) => destination.id).join(', ');
  throw new UserError('destination_unknown', `There is no destination "${id}".`, `Choose one of: ${known}.`, { id, known });
}
