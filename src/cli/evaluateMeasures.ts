import type { Measurement, ListMeter, RankingTask } from '../lib/core/evaluation/evaluate';
import type { SplitWarning } from '../lib/core/evaluation/leaks';
import type { DefinitionName } from '../lib/core/evaluation/meters/definitions';
import type { GivenSplit } from '../lib/core/evaluation/splitFiles';
import type { UserSlice } from '../lib/core/evaluation/userSlices';

/** What `evaluate` measures of each list. */
export interface MeasureChoice {
  cutoffs: number[];
  /** Also what takes longer: diversity, and AUC (see {@link withAuc}). */
  all: boolean;
  definitions?: DefinitionName;
  /** By item id. */
  categories?: ReadonlyMap<string, string>;
}

/** What the JSON says beside the means. */
export interface Measured {
  metrics: Record<string, number>;
  /** 95 % bootstrap intervals over users, of the metrics that each user has. */
  intervals: Record<string, [number, number]>;
  definitions?: { name: DefinitionName; metrics: Record<string, number> };
  slices: {
    activity: Record<string, UserSlice>;
    /** By kind of item (`popularity`, `cold-items`, `item-age`) and slice (`head`, `middle` …). */
    items: Record<string, Record<string, Record<string, number>>>;
  };
}

/** Meters serve one measurement. */
export async function metersFor(split: GivenSplit, task: RankingTask, choice: MeasureChoice): Promise<ListMeter[]> {
  const [{ calibrationMeter }, { definitionMeter }, { diversityMeter }, { ageSlices, itemSliceMeter, popularitySlices }, { listingMeter }] =
    await Promise.all([
      import('../lib/core/evaluation/meters/calibration'),
      import('../lib/core/evaluation/meters/definitions'),
      import('../lib/core/evaluation/meters/diversity'),
      import('../lib/core/evaluation/meters/itemSlices'),
      import('../lib/core/evaluation/meters/listing'),
    ]);
  const { cutoffs, all, definitions, categories } = choice;
  const slices = [...popularitySlices(split.train), ...(split.events ? [ageSlices(split.events)] : [])];
  return [
    listingMeter(split.train, task.next === 'any' ? undefined : task.train, cutoffs),
    ...(all ? [diversityMeter(split.train, cutoffs)] : []),
    ...(categories ? [calibrationMeter(task.train, numbersOf(split.itemIds, categories), cutoffs)] : []),
    ...(definitions ? [definitionMeter(definitions, split.itemIds.length, cutoffs)] : []),
    ...slices.map((slice) => itemSliceMeter(slice, cutoffs)),
  ];
}

export async function summaryOf(measured: Measurement, task: RankingTask, seed: number, definitions?: DefinitionName): Promise<Measured> {
  const [{ bootstrapIntervals }, { meanMetrics, onlyMetrics }, { activitySlices }] = await Promise.all([
    import('../lib/core/evaluation/bootstrap'),
    import('../lib/core/evaluation/evaluate'),
    import('../lib/core/evaluation/userSlices'),
  ]);
  const means = meanMetrics(measured);
  const named = Object.entries(means).map(([name, value]) => ({ path: name.split('/'), value }));
  const own = onlyMetrics(measured, (name) => !name.includes('/'));
  const items: Measured['slices']['items'] = {};
  for (const { path, value } of named) if (path.length === 3) ((items[path[0]] ??= {})[path[1]] ??= {})[path[2]] = value;
  return {
    metrics: Object.fromEntries(named.filter(({ path }) => path.length === 1).map(({ path, value }) => [path[0], value])),
    intervals: bootstrapIntervals(own, seed),
    ...(definitions && {
      definitions: {
        name: definitions,
        metrics: Object.fromEntries(named.filter(({ path }) => path.length === 2).map(({ path, value }) => [path[1], value])),
      },
    }),
    slices: { activity: activitySlices(own, task.users, task.train), items },
  };
}

const sentences: Record<SplitWarning['code'], (values: SplitWarning['values']) => string> = {
  pairs_in_train_and_test: ({ count, of }) => `${count} of ${of} test pairs are in train, too.`,
  train_after_test: ({ count, of }) =>
    `${count} of ${of} events of train are at or after the first of the test: models see what came later, so results look better than in use.`,
  train_among_candidates: ({ count, of }) =>
    `${count} of ${of} given candidates are in train already: a model ranks what it has learnt high, before the test items.`,
  users_not_in_train: ({ count, of }) => `${count} of ${of} test users have nothing in train.`,
  items_not_in_train: ({ count, of }) => `${count} of ${of} test items are in nobody's train: no model of interactions can find them.`,
};

export function warningSentence({ code, values }: SplitWarning): string {
  return sentences[code](values);
}

function numbersOf(itemIds: string[], categories: ReadonlyMap<string, string>): Int32Array {
  const numbers = new Map<string, number>();
  return Int32Array.from(itemIds, (id) => {
    const category = categories.get(id);
    if (category === undefined) return -1;
    if (!numbers.has(category)) numbers.set(category, numbers.size);
    return numbers.get(category)!;
  });
}
