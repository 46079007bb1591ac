import { matrixByPlace, placesOf, type Numbering } from '../math/permute';
import { matrixFromPairs, type InteractionMatrix } from '../math/sparseRows';
import type { InteractionList } from '../store/interactionQueries';

/** What a model can ask to learn from beside the pairs, which every model gets. */
export const trainingParts = ['sequences', 'itemFeatures', 'userFeatures', 'context', 'groups'] as const;
export type TrainingPart = (typeof trainingParts)[number];

/** What each customer did, oldest first: row u holds entries `rowStarts[u] … rowStarts[u+1]-1`. */
export interface Sequences {
  rowStarts: Int32Array;
  items: Int32Array;
  /** Microseconds since 1970, UTC. */
  times: Float64Array;
  /** Weight of each event. */
  values: Float32Array;
}

/** One thing that is known of each row. */
export type Feature =
  /** NaN where it is not known. */
  | { name: string; kind: 'number'; values: Float32Array }
  /** `labels[codes[row]]`; -1 where it is not known. */
  | { name: string; kind: 'label'; codes: Int32Array; labels: string[] }
  /** Any number of labels a row: `codes[rowStarts[row] … rowStarts[row+1]-1]`, each once, ascending. */
  | { name: string; kind: 'labels'; rowStarts: Int32Array; codes: Int32Array; labels: string[] }
  /** What somebody wrote, such as a title; null where nobody did. */
  | { name: string; kind: 'text'; texts: (string | null)[] };

/** Which one of some labels each row has. */
export type LabelFeature = Extract<Feature, { kind: 'label' }>;

/**
 * What a model learns from. Rows are customers and columns items, by number or (inside a model) by place; only the
 * pairs are at hand, everything else is read when a model that declares it calls for it.
 */
export interface TrainingData {
  pairs: InteractionMatrix;
  /** Who comes first by id; absent where numbers follow the ids already. */
  numbering?: Numbering;
  sequences?(): Promise<Sequences>;
  itemFeatures?(): Promise<Feature[]>;
  userFeatures?(): Promise<Feature[]>;
  /** One row an entry of the sequences: channel, device, season … */
  context?(): Promise<Feature[]>;
  /** The segment of each customer: by the name of what is known of them, or by ids of the plan's segments with commas between. */
  groups?(by: string): Promise<LabelFeature>;
}

/** The same data with customers and items by place. */
export function dataByPlace(data: TrainingData, numbering: Numbering): TrainingData {
  const { pairs, sequences, itemFeatures, userFeatures, context, groups } = data;
  const { userOrder, itemOrder } = numbering;
  return {
    pairs: matrixByPlace(pairs, numbering),
    ...(sequences && { sequences: async () => sequencesByPlace(await sequences(), numbering, pairs.items).sequences }),
    ...(itemFeatures && { itemFeatures: async () => rowsOfFeatures(await itemFeatures(), itemOrder) }),
    ...(userFeatures && { userFeatures: async () => rowsOfFeatures(await userFeatures(), userOrder) }),
    ...(context &&
      sequences && {
        context: async () => rowsOfFeatures(await context(), sequencesByPlace(await sequences(), numbering, pairs.items).entries),
      }),
    ...(groups && { groups: async (by) => groupsOfRows(await groups(by), userOrder) }),
  };
}

function sequencesByPlace(given: Sequences, { userOrder, itemOrder }: Numbering, items: number) {
  const placeOfItem = placesOf(itemOrder, items);
  const entries: number[] = [];
  const rowStarts = new Int32Array(userOrder.length + 1);
  userOrder.forEach((user, place) => {
    const first = entries.length;
    for (let entry = given.rowStarts[user]; entry < given.rowStarts[user + 1]; entry++) {
      if (placeOfItem[given.items[entry]] >= 0) entries.push(entry);
    }
    // What happened in the same instant is in the order of the items' ids.
    const own = entries
      .splice(first)
      .sort((a, b) => given.times[a] - given.times[b] || placeOfItem[given.items[a]] - placeOfItem[given.items[b]]);
    entries.push(...own);
    rowStarts[place + 1] = entries.length;
  });
  const at = Int32Array.from(entries);
  const sequences: Sequences = {
    rowStarts,
    items: at.map((entry) => placeOfItem[given.items[entry]]),
    times: Float64Array.from(at, (entry) => given.times[entry]),
    values: Float32Array.from(at, (entry) => given.values[entry]),
  };
  return { sequences, entries: at };
}

/** The same features with other rows: `rows[at]` is the row that comes `at`-th. */
export function rowsOfFeatures(features: Feature[], rows: Int32Array): Feature[] {
  return features.map((feature): Feature => {
    if (feature.kind === 'number') return { ...feature, values: Float32Array.from(rows, (row) => feature.values[row]) };
    if (feature.kind === 'label') return { ...feature, codes: rows.map((row) => feature.codes[row]) };
    if (feature.kind === 'text') return { ...feature, texts: Array.from(rows, (row) => feature.texts[row]) };
    return {
      ...feature,
      ...listsOf(Array.from(rows, (row) => feature.codes.subarray(feature.rowStarts[row], feature.rowStarts[row + 1]))),
    };
  });
}

function groupsOfRows({ codes, ...feature }: LabelFeature, rows: Int32Array): LabelFeature {
  return { ...feature, codes: rows.map((row) => codes[row]) };
}

/** Lists one behind the other. */
export function listsOf(lists: readonly ArrayLike<number>[]): { rowStarts: Int32Array; codes: Int32Array } {
  const rowStarts = new Int32Array(lists.length + 1);
  lists.forEach((list, row) => (rowStarts[row + 1] = rowStarts[row] + list.length));
  const codes = new Int32Array(rowStarts[lists.length]);
  lists.forEach((list, row) => codes.set(list, rowStarts[row]));
  return { rowStarts, codes };
}

/** What is known beside events, by number; `context` has one row an event of the list. */
export interface FeatureParts extends Pick<TrainingData, 'itemFeatures' | 'userFeatures' | 'context'> {
  /** @param before an instant in microseconds: segments are as they were before it; without it, as of the data's asOf */
  groups?(by: string, before?: number): Promise<LabelFeature>;
}

/** The same with segments as they were before an instant, so that they do not know what came after. */
export function partsBefore({ groups, ...parts }: FeatureParts, before: number | undefined): FeatureParts {
  return groups ? { ...parts, groups: (by) => groups(by, before) } : parts;
}

/** Training data of some events of a list, such as the train part of a split, or of all. */
export function trainingDataOf(list: InteractionList, parts: FeatureParts = {}, events?: Int32Array): TrainingData {
  const chosen = events ?? Int32Array.from({ length: list.userOfEvent.length }, (_, event) => event);
  const inRows = eventsByUser(list, chosen);
  const { context } = parts;
  return {
    pairs: matrixFromPairs(
      list.users,
      list.items,
      chosen.map((event) => list.userOfEvent[event]),
      chosen.map((event) => list.itemOfEvent[event]),
      Float32Array.from(chosen, (event) => list.valueOfEvent[event]),
    ),
    ...parts,
    sequences: async () => {
      const { rowStarts, entries } = inRows();
      return {
        rowStarts,
        items: entries.map((event) => list.itemOfEvent[event]),
        times: Float64Array.from(entries, (event) => list.timeOfEvent[event]),
        values: Float32Array.from(entries, (event) => list.valueOfEvent[event]),
      };
    },
    ...(context && { context: async () => rowsOfFeatures(await context(), inRows().entries) }),
  };
}

/** The list with customers and items by place, in order of time and then of ids; `events` says where each came from. */
export function listByPlace(list: InteractionList, { userOrder, itemOrder }: Numbering): { list: InteractionList; events: Int32Array } {
  const [user, item] = [placesOf(userOrder, list.users), placesOf(itemOrder, list.items)];
  const events = Int32Array.from({ length: list.userOfEvent.length }, (_, event) => event)
    .filter((event) => user[list.userOfEvent[event]] >= 0 && item[list.itemOfEvent[event]] >= 0)
    .sort(
      (a, b) =>
        list.timeOfEvent[a] - list.timeOfEvent[b] ||
        user[list.userOfEvent[a]] - user[list.userOfEvent[b]] ||
        item[list.itemOfEvent[a]] - item[list.itemOfEvent[b]] ||
        list.valueOfEvent[a] - list.valueOfEvent[b],
    );
  return {
    events,
    list: {
      users: userOrder.length,
      items: itemOrder.length,
      userOfEvent: events.map((event) => user[list.userOfEvent[event]]),
      itemOfEvent: events.map((event) => item[list.itemOfEvent[event]]),
      valueOfEvent: Float32Array.from(events, (event) => list.valueOfEvent[event]),
      timeOfEvent: Float64Array.from(events, (event) => list.timeOfEvent[event]),
    },
  };
}

/** Features with one row an id, by place. */
export function featuresByPlace(
  { itemFeatures, userFeatures, context, groups }: FeatureParts,
  { userOrder, itemOrder }: Numbering,
  events: Int32Array,
): FeatureParts {
  return {
    ...(itemFeatures && { itemFeatures: async () => rowsOfFeatures(await itemFeatures(), itemOrder) }),
    ...(userFeatures && { userFeatures: async () => rowsOfFeatures(await userFeatures(), userOrder) }),
    ...(context && { context: async () => rowsOfFeatures(await context(), events) }),
    ...(groups && { groups: async (by, before) => groupsOfRows(await groups(by, before), userOrder) }),
  };
}

/** Events row by row, each row in the list's order. Made once, when first asked for. */
function eventsByUser({ users, userOfEvent }: InteractionList, chosen: Int32Array): () => { rowStarts: Int32Array; entries: Int32Array } {
  let made: { rowStarts: Int32Array; entries: Int32Array } | undefined;
  return () => {
    if (made) return made;
    const rowStarts = new Int32Array(users + 1);
    for (const event of chosen) rowStarts[userOfEvent[event] + 1]++;
    for (let user = 0; user < users; user++) rowStarts[user + 1] += rowStarts[user];
    const next = rowStarts.slice(0, users);
    const entries = new Int32Array(chosen.length);
    for (const event of chosen) entries[next[userOfEvent[event]]++] = event;
    return (made = { rowStarts, entries });
  };
}
