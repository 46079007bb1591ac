import type { RunContext } from '../../base/run';
import { effectAtShare, effectOf, type Effect } from './measures/atShare';
import { qiniWithBand, type QiniWithBand } from './measures/bands';
import { byUplift, type Tested } from './measures/curve';
import { presetScores, type PresetScores } from './measures/presets';
import { upliftCalibrationError, upliftTenths, type UpliftTenth } from './measures/tenths';
import type { OutcomeKind } from './trial';

/** How good predicted uplifts are on people of whom nothing was learnt. */
export interface UpliftQuality {
  outcome: OutcomeKind;
  people: number;
  /** Everybody: what the message did on average. */
  average: Effect;
  qini: QiniWithBand;
  /** Libraries' numbers; null where an outcome has none. */
  presets: { [name in keyof PresetScores]: number | null };
  /** The people with the highest predictions. */
  atShares: { share: number; overall: Effect; byGroup: Effect }[];
  tenths: UpliftTenth[];
  calibrationError: number;
}

export const measuredShares = [0.1, 0.2, 0.3, 0.5];

export async function upliftQuality(tested: Tested, outcome: OutcomeKind, seed: number, run: RunContext): Promise<UpliftQuality> {
  const order = byUplift(tested.uplift);
  const tenths = upliftTenths(tested, 10, order);
  const presets = Object.entries(presetScores(tested)).map(([name, score]) => [name, Number.isFinite(score) ? (score as number) : null]);
  return {
    outcome,
    people: order.length,
    average: effectOf(tested, order),
    qini: await qiniWithBand(tested, { seed }, run),
    presets: Object.fromEntries(presets) as UpliftQuality['presets'],
    atShares: measuredShares.map((share) => ({
      share,
      overall: effectAtShare(tested, share, 'overall', order),
      byGroup: effectAtShare(tested, share, 'by_group', order),
    })),
    tenths,
    calibrationError: upliftCalibrationError(tenths),
  };
}
