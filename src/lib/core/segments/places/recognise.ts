import { countries } from './countries';
import type { PlaceMap } from './placeMap';
import { provinces } from './provinces';

/** Provinces first: 香港 and 台湾 alone would fit both. */
const placeMaps: readonly PlaceMap[] = [provinces, countries];

export function placeMapOf(id: PlaceMap['id']): PlaceMap {
  return placeMaps.find((map) => map.id === id)!;
}

/** What files write where they know nothing. */
const unknowns = /^(|-|n\/?a|none|null|unknown|unspecified|other|others|european community|rest of world|未知|其他|其它|无|不详|保密)$/i;
/** Of the people whose value says something, as many must be somewhere on the map. */
const leastShare = 0.8;
/** Names, not places. */
const mostValues = 5_000;

/** The places of a trait's values. */
export interface Recognised {
  map: PlaceMap['id'];
  /** By value, its tile; null where it is none. */
  tileOf: (string | null)[];
}

/**
 * Whether values are places, and which: at least two of one map, and of the people whose value says anything four in
 * five. Of two maps that fit, the one on which more people lie; the earlier where equally many do.
 * @param values different values of a trait
 * @param people how many have each
 */
export function recognisePlaces(values: readonly string[], people: ArrayLike<number>): Recognised | null {
  if (values.length > mostValues) return null;
  let best: (Recognised & { placed: number }) | null = null;
  for (const map of placeMaps) {
    const tileOf = values.map((value) => map.find(value) ?? null);
    let [placed, said] = [0, 0];
    values.forEach((value, i) => {
      if (unknowns.test(value.trim())) return;
      said += people[i];
      if (tileOf[i] !== null) placed += people[i];
    });
    const different = new Set(tileOf.filter((tile) => tile !== null)).size;
    if (different < 2 || placed < leastShare * said || placed <= (best?.placed ?? 0)) continue;
    best = { map: map.id, tileOf, placed };
  }
  return best && { map: best.map, tileOf: best.tileOf };
}
