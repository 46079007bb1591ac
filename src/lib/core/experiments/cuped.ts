import { sumsOf } from './effect';
import { meanEffect } from './means';
import type { Effect } from './effect';

/** One arm's people: what each did, and what the same person did before. */
export interface ArmWithBefore {
  after: ArrayLike<number>;
  before: ArrayLike<number>;
}

export interface Cuped extends Effect {
  /** What is taken off of an outcome for each unit that the person was above the mean before. */
  theta: number;
  /** Share of the variance that it takes away: correlation², 0 … 1. */
  explained: number;
}

/**
 * Difference of means with what was known before taken off of each outcome, which leaves the expected difference as it is
 * and narrows its interval (CUPED: Deng, Xu, Kohavi & Walker, WSDM 2013). θ is of both arms together.
 */
export function cupedEffect(control: ArmWithBefore, treated: ArmWithBefore, level = 0.95): Cuped {
  const arms = [control, treated];
  const people = arms.reduce((sum, { after }) => sum + after.length, 0);
  const mean = (of: (arm: ArmWithBefore) => ArrayLike<number>) => arms.reduce((sum, arm) => sum + sumsOf(of(arm)).sum, 0) / people;
  const [meanAfter, meanBefore] = [mean(({ after }) => after), mean(({ before }) => before)];
  let [together, spreadBefore, spreadAfter] = [0, 0, 0];
  for (const { after, before } of arms) {
    for (let i = 0; i < after.length; i++) {
      together += (after[i] - meanAfter) * (before[i] - meanBefore);
      spreadBefore += (before[i] - meanBefore) ** 2;
      spreadAfter += (after[i] - meanAfter) ** 2;
    }
  }
  const theta = spreadBefore === 0 ? 0 : together / spreadBefore;
  const adjusted = ({ after, before }: ArmWithBefore) =>
    sumsOf(Float64Array.from({ length: after.length }, (_, i) => after[i] - theta * (before[i] - meanBefore)));
  const explained = spreadBefore === 0 || spreadAfter === 0 ? 0 : together ** 2 / (spreadBefore * spreadAfter);
  return { ...meanEffect(adjusted(control), adjusted(treated), level), theta, explained };
}
