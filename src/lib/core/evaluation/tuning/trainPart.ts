import type { InteractionMatrix } from '../../math/sparseRows';
import { partsBefore, trainingDataOf, type FeatureParts, type TrainingData } from '../../recommenders/trainingData';
import type { InteractionList } from '../../store/interactionQueries';
import { ordered, type ComparisonRequest } from '../compareModels';
import { splitInteractions } from '../splits';
import type { TuningRequest } from './tune';
import { shapeOfSplit } from './validation';

/**
 * The train part as a comparison with this split and seed makes it, for a search that leaves the test part alone.
 * Customers and items are by place.
 * @throws UserError `split_empty`
 */
export function comparedTrainPart(
  request: Pick<ComparisonRequest, 'interactions' | 'parts' | 'numbering' | 'split' | 'seed'>,
): TrainPart & Pick<TuningRequest, 'train' | 'shape'> {
  const { interactions: list, parts } = ordered(request);
  const { train, trainEvents, cutAt } = splitInteractions(list, request.split, request.seed);
  return { train, shape: shapeOfSplit(request.split), ...trainPart(train, list, trainEvents, partsBefore(parts, cutAt)) };
}

type TrainPart = Required<Pick<TuningRequest, 'dataOf' | 'times'>>;

/** What a search needs of the events of train, beside its pairs: what a model may ask for, and what came last. */
export function trainPart(train: InteractionMatrix, list: InteractionList, trainEvents: Int32Array, parts: FeatureParts = {}): TrainPart {
  /** What customers did with these pairs, and nothing of what was held out; put together when a model asks for it. */
  const dataOf = (pairs: InteractionMatrix): TrainingData => {
    const placeOf = entryIn(pairs);
    let data: TrainingData | undefined;
    const whole = () =>
      (data ??= trainingDataOf(
        list,
        parts,
        trainEvents.filter((event) => placeOf(list.userOfEvent[event], list.itemOfEvent[event]) >= 0),
      ));
    return { ...parts, pairs, sequences: () => whole().sequences!(), ...(parts.context && { context: () => whole().context!() }) };
  };
  const placeOf = entryIn(train);
  const times = new Float64Array(train.columns.length).fill(-Infinity);
  for (const event of trainEvents) {
    const entry = placeOf(list.userOfEvent[event], list.itemOfEvent[event]);
    if (entry >= 0) times[entry] = Math.max(times[entry], list.timeOfEvent[event]);
  }
  return { dataOf, times };
}

/** Where a pair stands in a matrix, -1 where it does not. Asked of one customer after the other, it goes through each row once. */
function entryIn({ rowStarts, columns, users, items }: InteractionMatrix): (user: number, item: number) => number {
  const entryOf = new Int32Array(items);
  const userOf = new Int32Array(items).fill(users);
  let marked = -1;
  return (user, item) => {
    if (user !== marked) {
      marked = user;
      for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) {
        userOf[columns[entry]] = user;
        entryOf[columns[entry]] = entry;
      }
    }
    return userOf[item] === user ? entryOf[item] : -1;
  };
}
