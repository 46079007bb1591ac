import { plainWord } from '../inspect/headerWords';
import type { SourcePreset } from './preset';

/** CDNOW (Fader and Hardie): the master file with its runs of spaces, the 1/10 sample, and the elog of BTYD. */
export const cdnow: SourcePreset = {
  id: 'cdnow',
  name: 'CDNOW',
  isDataset: true,
  // Its dates have no time of day, so that no zone is better than another.
  suggests: { currency: 'USD' },
  recognise({ header, delimiter, columns }) {
    const named = (...words: string[]) => columns.find(({ name }) => words.includes(plainWord(name)))?.name;
    let user = named('customerid', 'masterid', 'cust', 'id');
    let time = named('date');
    let quantity = named('numberofcds', 'cds');
    let value = named('dollarvalue', 'sales');
    if (!header && delimiter === ' ' && columns.length === 5 && columns[2].time?.format.kind === 'text')
      [user, , time, quantity, value] = columns.map(({ name }) => name);
    if (!user || !time || !quantity || !value) return undefined;
    return {
      kind: 'events',
      roles: { user, time, quantity, value },
      timeFormat: { kind: 'text', pattern: '%Y%m%d' },
      defaultEvent: 'order_completed',
    };
  },
};
