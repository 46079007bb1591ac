import { UserError } from '../../base/errors';

/** Microseconds. */
const second = 1_000_000;
const day = 86_400 * second;

/**
 * Turns instants into local time and back by the zone's offset changes, which are found once a year and kept: the
 * engines' own time-zone functions would fetch a database from a remote host. Times are microseconds since 1970;
 * a local time is written as if it were UTC.
 */
export class TimeZone {
  #format: Intl.DateTimeFormat;
  /** Instants from which an offset holds, ascending, and the offsets, of a stretch of years. */
  #from: number[] = [];
  #offsets: number[] = [];
  #years = { first: 0, end: 0 };
  /** The stretch that the last answer came from. */
  #known = { start: 0, end: 0, offset: 0 };
  /** A stretch of local times that no change is near to. */
  #knownLocal = { start: 0, end: 0, offset: 0 };

  /** @throws UserError `unknown_time_zone` */
  constructor(readonly name: string) {
    try {
      this.#format = new Intl.DateTimeFormat('en-US', {
        timeZone: name,
        hourCycle: 'h23',
        year: 'numeric',
        month: 'numeric',
        day: 'numeric',
        hour: 'numeric',
        minute: 'numeric',
        second: 'numeric',
        era: 'short',
      });
    } catch {
      throw new UserError('unknown_time_zone', `There is no time zone "${name}".`, 'Use a name such as Asia/Shanghai or Europe/Berlin.', {
        zone: name,
      });
    }
  }

  toLocal(utc: number): number {
    const known = this.#known;
    if (utc >= known.start && utc < known.end) return utc + known.offset;
    const found = this.#stretchAt(utc);
    this.#known = found;
    return utc + found.offset;
  }

  /**
   * The instant of a local time. One that occurs twice (clocks go back) is the earlier instant; one that never occurs
   * (clocks go forward) is read with the offset from before the change.
   */
  toUtc(local: number): number {
    const known = this.#knownLocal;
    if (local >= known.start && local < known.end) return local - known.offset;
    const before = this.#stretchAt(local - day).offset;
    const after = this.#stretchAt(local + day).offset;
    const offset = this.#stretchAt(local - before).offset === before || this.#stretchAt(local - after).offset !== after ? before : after;
    const { start, end } = this.#stretchAt(local - offset);
    this.#knownLocal = { start: start + 2 * day, end: end - 2 * day, offset };
    return local - offset;
  }

  /** The offsets that hold between two instants, each with the instant from which it does; the first holds from before `from`. */
  stretches(from: number, to: number): { start: number; offset: number }[] {
    const found: { start: number; offset: number }[] = [];
    for (let at = from; at <= to;) {
      const { start, end, offset } = this.#stretchAt(at);
      if (found.at(-1)?.offset !== offset) found.push({ start, offset });
      at = end;
    }
    return found;
  }

  #stretchAt(utc: number): { start: number; end: number; offset: number } {
    this.#learn(new Date(utc / 1000).getUTCFullYear());
    let low = 0;
    let high = this.#from.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#from[middle] <= utc) low = middle;
      else high = middle - 1;
    }
    return { start: this.#from[low], end: this.#from[low + 1] ?? startOfYear(this.#years.end), offset: this.#offsets[low] };
  }

  /** Makes the stretch of known years reach the given one. */
  #learn(year: number): void {
    if (this.#from.length === 0) this.#years = { first: year, end: year };
    while (this.#years.end <= year) {
      const changes = this.#changesIn(this.#years.end++);
      // The year before may have ended with the offset that this one begins with.
      if (changes.offsets[0] === this.#offsets.at(-1)) {
        changes.from.shift();
        changes.offsets.shift();
      }
      this.#from.push(...changes.from);
      this.#offsets.push(...changes.offsets);
    }
    while (this.#years.first > year) {
      const changes = this.#changesIn(--this.#years.first);
      if (changes.offsets.at(-1) === this.#offsets[0]) {
        this.#from.shift();
        this.#offsets.shift();
      }
      this.#from.unshift(...changes.from);
      this.#offsets.unshift(...changes.offsets);
    }
  }

  #changesIn(year: number): { from: number[]; offsets: number[] } {
    const start = startOfYear(year);
    const end = startOfYear(year + 1);
    const from = [start];
    const offsets = [this.#ask(start)];
    // Zones change at most every few weeks (Ramadan in Morocco), so a probe every eight days misses none.
    for (let probe = start; probe < end; probe += 8 * day) {
      const to = Math.min(probe + 8 * day, end - second);
      if (this.#ask(to) === offsets.at(-1)) continue;
      let low = probe;
      let high = to;
      while (high - low > second) {
        const middle = Math.floor((low + high) / 2 / second) * second;
        if (this.#ask(middle) === offsets.at(-1)) low = middle;
        else high = middle;
      }
      from.push(high);
      offsets.push(this.#ask(high));
    }
    return { from, offsets };
  }

  #ask(utc: number): number {
    const seconds = Math.floor(utc / second);
    const parts: Record<string, string> = {};
    for (const { type, value } of this.#format.formatToParts(seconds * 1000)) parts[type] = value;
    const year = parts.era === 'BC' ? 1 - Number(parts.year) : Number(parts.year);
    const month = Number(parts.month) - 1;
    const time = Date.UTC(2000, 0, 1, Number(parts.hour), Number(parts.minute), Number(parts.second)) - Date.UTC(2000, 0, 1);
    return (new Date(0).setUTCFullYear(year, month, Number(parts.day)) + time) * 1000 - seconds * second;
  }
}

/** For times that need no zone, such as while their format is guessed: making one is dear. */
export const utcZone = new TimeZone('UTC');

/** Days from 1970-01-01 to the first of January. */
function daysBeforeYear(year: number): number {
  return Math.round(new Date(0).setUTCFullYear(year, 0, 1) / 86_400_000);
}

function startOfYear(year: number): number {
  return daysBeforeYear(year) * day;
}
