import type { Bitset } from '../../base/bitset';
import type { RunContext } from '../../base/run';
import type { ProfileScope } from '../../profiles/profileRelation';
import { readTraitLabels } from '../../profiles/traitValues';
import type { PlaceMap } from './placeMap';
import { recognisePlaces } from './recognise';

/** Where the people of two groups are. */
export interface PlaceShares {
  trait: string;
  map: PlaceMap['id'];
  /** Only places that somebody of either is in. */
  places: {
    /** Its tile. */
    id: string;
    first: number;
    second: number;
    /** As the data writes it: what a condition asks for. */
    values: string[];
  }[];
  /** How many have any value. */
  firstKnown: number;
  secondKnown: number;
  /** Of these, how many have one that is on no tile. */
  unplaced: number;
}

/** The people of two groups by place, of a trait with texts whose values are places; null where they are not. */
export async function readPlaceShares(
  scope: ProfileScope,
  trait: string,
  first: Bitset,
  second: Bitset,
  run: RunContext,
): Promise<PlaceShares | null> {
  const { users, codes, labels } = await readTraitLabels(scope, trait, run);
  const counts = [new Int32Array(labels.length), new Int32Array(labels.length)];
  for (let i = 0; i < users.length; i++) {
    if (first.has(users[i])) counts[0][codes[i]]++;
    else if (second.has(users[i])) counts[1][codes[i]]++;
  }
  const recognised = recognisePlaces(
    labels,
    counts[0].map((count, code) => count + counts[1][code]),
  );
  if (!recognised) return null;
  const byTile = new Map<string, PlaceShares['places'][number]>();
  const shares: PlaceShares = { trait, map: recognised.map, places: [], firstKnown: 0, secondKnown: 0, unplaced: 0 };
  labels.forEach((label, code) => {
    const [a, b] = [counts[0][code], counts[1][code]];
    if (a + b === 0) return;
    shares.firstKnown += a;
    shares.secondKnown += b;
    const id = recognised.tileOf[code];
    if (id === null) {
      shares.unplaced += a + b;
      return;
    }
    const place = byTile.get(id) ?? { id, first: 0, second: 0, values: [] };
    byTile.set(id, { id, first: place.first + a, second: place.second + b, values: [...place.values, label] });
  });
  shares.places = [...byTile.values()].sort((a, b) => b.first - a.first || b.second - a.second || (a.id < b.id ? -1 : 1));
  return shares;
}
