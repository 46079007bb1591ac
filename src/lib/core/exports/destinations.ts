import { UserError } from '../base/errors';
import type { Destination } from './destination';
import { csv } from './destinations/csv';
import { googleCustomerMatch } from './destinations/googleCustomerMatch';
import { jsonl } from './destinations/jsonl';
import { parquet } from './destinations/parquet';
import { spreadsheet } from './destinations/spreadsheet';

/** Every place where files go, in the order in which screens and `muster destinations` list them. */
export const destinations: readonly Destination[] = [spreadsheet, googleCustomerMatch, csv, parquet, jsonl];

/** What a new export is for, until somebody says otherwise: most files are opened by a person first. */
export const defaultDestination = spreadsheet.id;

/** @throws UserError `destination_unknown` */
export function findDestination(id: string): Destination {
  const found = destinations.find((destination) => destination.id === id);
  if (found) return found;
  const known = destinations.map((destination) => destination.id).join(', ');
  throw new UserError('destination_unknown', `There is no destination "${id}".`, `Choose one of: ${known}.`, { id, known });
}
