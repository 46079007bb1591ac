/** Who goes where, and what that is worth together. */
export interface Assignment {
  /** Of each person the place, -1 where they go to none. */
  audience: Int16Array;
  value: number;
  /** What one person more would add if one more could be taken in all; 0 where nobody would. */
  next: number;
}

/**
 * The assignment of people to places with caps whose worth is the greatest, everybody at one place at most and nobody where
 * they are worth nothing. Successive shortest paths (Ahuja, Magnanti & Orlin, Network Flows, 9.7) on one node for each
 * place: a path takes in one person, and may move others from a full place to another. Equal worths go to the lower number.
 * @param worth of each place for each person; NaN where they cannot go there
 */
export function* cappedAssignment(worth: readonly Float64Array[], caps: readonly number[], most: number): Generator<void, Assignment> {
  const free = yield* withoutCaps(worth);
  const counts = countsOf(free.audience, worth.length);
  const total = counts.reduce((sum, n) => sum + n, 0);
  if (counts.every((n, place) => n <= caps[place]) && total <= most) return free;
  return yield* byPaths(worth, caps, most);
}

function* withoutCaps(worth: readonly Float64Array[]): Generator<void, Assignment> {
  const people = worth[0]?.length ?? 0;
  const audience = new Int16Array(people).fill(-1);
  let value = 0;
  for (let person = 0; person < people; person++) {
    let best = 0;
    for (let place = 0; place < worth.length; place++) {
      if (!(worth[place][person] > best)) continue;
      best = worth[place][person];
      audience[person] = place;
    }
    value += best;
    if ((person & 0xffff) === 0) yield;
  }
  return { audience, value, next: 0 };
}

function* byPaths(worth: readonly Float64Array[], caps: readonly number[], most: number): Generator<void, Assignment> {
  const places = worth.length;
  const people = worth[0]?.length ?? 0;
  const audience = new Int16Array(people).fill(-1);
  const counts = new Int32Array(places);
  const waiting = worth.map((values) => {
    const wanted = Int32Array.from(values.keys()).filter((person) => values[person] > 0);
    return wanted.sort((a, b) => values[b] - values[a] || a - b);
  });
  const heads = new Int32Array(places);
  yield;
  const movable = worth.map((from, a) => worth.map((to, b) => (a === b ? undefined : new Gains((person) => to[person] - from[person]))));
  /** Who would be the next to come in from outside, -1 where nobody would. */
  const newcomer = (place: number): number => {
    const list = waiting[place];
    while (heads[place] < list.length && audience[list[heads[place]]] !== -1) heads[place]++;
    return heads[place] < list.length ? list[heads[place]] : -1;
  };
  const settle = (person: number, place: number): void => {
    audience[person] = place;
    for (let to = 0; to < places; to++) if (to !== place && worth[to][person] > 0) movable[place][to]!.push(person);
  };
  let value = 0;
  for (let taken = 0; ; taken++) {
    // The best path to each place: whoever enters it, from outside or from another place.
    const gain = new Float64Array(places).fill(-Infinity);
    const from = new Int16Array(places).fill(-1);
    const who = new Int32Array(places).fill(-1);
    for (let place = 0; place < places; place++) {
      if (caps[place] < 1) continue;
      who[place] = newcomer(place);
      if (who[place] !== -1) gain[place] = worth[place][who[place]];
    }
    for (let round = 1; round < places; round++) {
      let changed = false;
      for (let a = 0; a < places; a++) {
        if (gain[a] === -Infinity) continue;
        for (let b = 0; b < places; b++) {
          if (a === b || caps[b] < 1) continue;
          const person = movable[a][b]!.best((candidate) => audience[candidate] === a);
          if (person === -1) continue;
          const reached = gain[a] + worth[b][person] - worth[a][person];
          // Roundings of equal worths must not make a circle.
          if (reached <= gain[b] + 1e-12 * Math.max(1, Math.abs(gain[b]))) continue;
          [gain[b], from[b], who[b]] = [reached, a, person];
          changed = true;
        }
      }
      if (!changed) break;
    }
    let end = -1;
    for (let place = 0; place < places; place++) {
      if (counts[place] < caps[place] && gain[place] > (end === -1 ? 0 : gain[end])) end = place;
    }
    if (end === -1) return { audience, value, next: 0 };
    if (taken >= most) return { audience, value, next: gain[end] };
    value += gain[end];
    counts[end]++;
    for (let place = end; place !== -1; place = from[place]) settle(who[place], place);
    if ((taken & 1023) === 0) yield;
  }
}

/** People by what a move would gain, the greatest first; who has left since is passed over. */
class Gains {
  #people: number[] = [];
  #gains: number[] = [];

  constructor(private readonly gainOf: (person: number) => number) {}

  push(person: number): void {
    const [people, gains, gain] = [this.#people, this.#gains, this.gainOf(person)];
    let at = people.length;
    people.push(person);
    gains.push(gain);
    for (; at > 0;) {
      const above = (at - 1) >> 1;
      if (!before(gain, person, gains[above], people[above])) break;
      [people[at], gains[at]] = [people[above], gains[above]];
      at = above;
    }
    [people[at], gains[at]] = [person, gain];
  }

  /** -1 where nobody is left for whom `holds`. */
  best(holds: (person: number) => boolean): number {
    while (this.#people.length > 0 && !holds(this.#people[0])) this.#pop();
    return this.#people.length > 0 ? this.#people[0] : -1;
  }

  #pop(): void {
    const [people, gains] = [this.#people, this.#gains];
    const [person, gain] = [people.pop()!, gains.pop()!];
    if (people.length === 0) return;
    let at = 0;
    for (;;) {
      let below = 2 * at + 1;
      if (below >= people.length) break;
      if (below + 1 < people.length && before(gains[below + 1], people[below + 1], gains[below], people[below])) below++;
      if (!before(gains[below], people[below], gain, person)) break;
      [people[at], gains[at]] = [people[below], gains[below]];
      at = below;
    }
    [people[at], gains[at]] = [person, gain];
  }
}

function before(gain: number, person: number, otherGain: number, other: number): boolean {
  return gain > otherGain || (gain === otherGain && person < other);
}

/** How many people each place has. */
export function countsOf(audience: Int16Array, places: number): number[] {
  const counts = new Array<number>(places).fill(0);
  for (const place of audience) if (place !== -1) counts[place]++;
  return counts;
}
