import { byUplift, type Tested } from './curve';
import { effectOf, type Effect } from './atShare';

/** A tenth of the people by predicted uplift: what was predicted of it, and what was observed. */
export interface UpliftTenth extends Effect {
  /** 1 = highest. */
  tenth: number;
  people: number;
  predicted: number;
}

/** Parts without people of both arms are left out. Equal parts, the first ones one larger where it does not divide, as numpy.array_split does. */
export function upliftTenths(tested: Tested, parts = 10, order = byUplift(tested.uplift)): UpliftTenth[] {
  const [size, rest] = [Math.floor(order.length / parts), order.length % parts];
  const startOf = (part: number) => part * size + Math.min(part, rest);
  return Array.from({ length: parts }, (_, part) => {
    const rows = order.subarray(startOf(part), startOf(part + 1));
    const predicted = rows.reduce((sum, row) => sum + tested.uplift[row], 0) / rows.length;
    return { tenth: part + 1, people: rows.length, predicted, ...effectOf(tested, rows) };
  }).filter(({ treated, control }) => treated > 0 && control > 0);
}

/** Mean distance of predicted and observed uplift over the tenths. */
export function upliftCalibrationError(tenths: readonly UpliftTenth[]): number {
  const people = tenths.reduce((sum, tenth) => sum + tenth.people, 0);
  return tenths.reduce((sum, { predicted, uplift, people: count }) => sum + Math.abs(predicted - uplift) * count, 0) / people;
}
