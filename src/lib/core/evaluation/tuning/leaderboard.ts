import { stableJson } from '../../base/hash';
import type { OptionValues } from '../../base/options';
import type { Trial } from './tune';

/** One setting as a search knows it so far. */
export interface Standing {
  options: OptionValues;
  /** Mean over the validation parts that it was measured on in full; of less, what the largest share of users gave. */
  score: number;
  /** Share of the users that the score is of. */
  share: number;
  /** How many validation parts it was measured on: the finalists are on a second one. */
  parts: number;
}

/**
 * The best settings first. What was measured on more people stands above what was measured on fewer: their scores are
 * not of the same people, and chance has a larger part in the lesser ones.
 */
export function leaderboard(trials: readonly Trial[]): Standing[] {
  const bySetting = new Map<string, Trial[]>();
  for (const trial of trials) {
    if (trial.score === null) continue;
    const setting = stableJson(trial.options);
    bySetting.set(setting, [...(bySetting.get(setting) ?? []), trial]);
  }
  return [...bySetting.values()].map(standingOf).sort((a, b) => b.parts - a.parts || b.share - a.share || b.score - a.score);
}

function standingOf(trials: Trial[]): Standing {
  const share = Math.max(...trials.map((trial) => trial.share));
  const counted = trials.filter((trial) => trial.share === share);
  const score = counted.reduce((sum, trial) => sum + trial.score!, 0) / counted.length;
  return { options: trials[0].options, score, share, parts: counted.length };
}
