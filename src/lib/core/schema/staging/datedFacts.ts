import { microsecondsOfDay } from '../days';
import type { TextPool } from './textPool';

/**
 * Whether one dated fact outranks another one of the same entity and attribute. All of these are orders in which no two
 * different facts are equal, so that the greatest of many does not depend on the order in which they come, nor on the
 * files in which they lie. Codes are of one pool; times are microseconds.
 */
export type Outranks = (pool: TextPool, code: number, time: number, otherCode: number, otherTime: number) => boolean;

/** The later one; of one moment, the one that is greater in byte order. */
export const isLater: Outranks = (pool, code, time, otherCode, otherTime) =>
  time > otherTime || (time === otherTime && pool.compare(code, otherCode) > 0);

/** The earlier one; of one moment, the one that is greater in byte order. */
export const isEarlier: Outranks = (pool, code, time, otherCode, otherTime) =>
  time < otherTime || (time === otherTime && pool.compare(code, otherCode) > 0);

/**
 * A consent as of the later day; of one day, an answer rather than none, then the later one, and of one moment a no.
 * (The canonical texts of no answer, yes and no have 0, 4 and 5 letters.)
 */
export const consentIsNewer: Outranks = (pool, code, time, otherCode, otherTime) => {
  const [day, otherDay] = [Math.floor(time / microsecondsOfDay), Math.floor(otherTime / microsecondsOfDay)];
  if (day !== otherDay) return day > otherDay;
  const [letters, otherLetters] = [lengthOf(pool, code), lengthOf(pool, otherCode)];
  if (letters > 0 !== otherLetters > 0) return letters > 0;
  return time > otherTime || (time === otherTime && letters > otherLetters);
};

function lengthOf({ offsets }: TextPool, code: number): number {
  return offsets[code + 1] - offsets[code];
}
