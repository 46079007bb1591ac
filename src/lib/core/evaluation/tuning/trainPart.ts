import type { InteractionMatrix } from '../../math/sparseRows';
import { trainingDataOf, type TrainingData } from '../../recommenders/trainingData';
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
): Required<Pick<TuningRequest, 'train' | 'dataOf' | 'shape'>> {
  const { interactions: list, parts } = ordered(request);
  const { train, trainEvents } = splitInteractions(list, request.split, request.seed);
  /** What customers did with these pairs, and nothing of what was held out; put together when a model asks for it. */
  const dataOf = (pairs: InteractionMatrix): TrainingData => {
    const known = knows(pairs);
    let data: TrainingData | undefined;
    const whole = () =>
      (data ??= trainingDataOf(
        list,
        parts,
        trainEvents.filter((event) => known(list.userOfEvent[event], list.itemOfEvent[event])),
      ));
    return { ...parts, pairs, sequences: () => whole().sequences!(), ...(parts.context && { context: () => whole().context!() }) };
  };
  return { train, dataOf, shape: shapeOfSplit(request.split) };
}

/** Asked of one customer after the other, it goes through each row once. */
function knows({ rowStarts, columns, items }: InteractionMatrix): (user: number, item: number) => boolean {
  const taken = new Int32Array(items).fill(-1);
  let marked = -1;
  return (user, item) => {
    if (user !== marked) {
      marked = user;
      for (let entry = rowStarts[user]; entry < rowStarts[user + 1]; entry++) taken[columns[entry]] = user;
    }
    return taken[item] === user;
  };
}
