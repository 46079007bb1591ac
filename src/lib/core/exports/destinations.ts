import { UserError } from '../base/errors';
import type { Destination } from './destination';
import { alimama } from './destinations/alimama';
import { arrow } from './destinations/arrow';
import { braze } from './destinations/braze';
import { csv } from './destinations/csv';
import { customerIo } from './destinations/customerIo';
import { googleCustomerMatch } from './destinations/googleCustomerMatch';
import { hubspot } from './destinations/hubspot';
import { iterable } from './destinations/iterable';
import { jsonl } from './destinations/jsonl';
import { klaviyo } from './destinations/klaviyo';
import { linkedin } from './destinations/linkedin';
import { mailchimp } from './destinations/mailchimp';
import { meta } from './destinations/meta';
import { microsoft } from './destinations/microsoft';
import { oceanEngine } from './destinations/oceanEngine';
import { parquet } from './destinations/parquet';
import { pinterest } from './destinations/pinterest';
import { qianchuan } from './destinations/qianchuan';
import { spreadsheet } from './destinations/spreadsheet';
import { tencent } from './destinations/tencent';
import { tiktok } from './destinations/tiktok';
import { wechatPay } from './destinations/wechatPay';
import { x } from './destinations/x';
import { xlsx } from './destinations/xlsx';

/** Every place where files go, in the order in which screens and `muster destinations` list them. */
export const destinations: readonly Destination[] = [
  spreadsheet,
  xlsx,
  csv,
  parquet,
  arrow,
  jsonl,
  googleCustomerMatch,
  meta,
  tiktok,
  linkedin,
  x,
  pinterest,
  microsoft,
  tencent,
  qianchuan,
  oceanEngine,
  alimama,
  wechatPay,
  klaviyo,
  mailchimp,
  braze,
  hubspot,
  customerIo,
  iterable,
];

/** What a new export is for, until somebody says otherwise: most files are opened by a person first. */
export const defaultDestination = spreadsheet.id;

/** @throws UserError `destination_unknown` */
export function findDestination(id: string): Destination {
  const found = knownDestination(id);
  if (found) return found;
  const known = destinations.map((destination) => destination.id).join(', ');
  throw new UserError('destination_unknown', `There is no destination "${id}".`, `Choose one of: ${known}.`, { id, known });
}

/** The same of a manifest, which may be of another version: undefined where there is no such destination. */
export function knownDestination(id: string): Destination | undefined {
  return destinations.find((destination) => destination.id === id);
}
