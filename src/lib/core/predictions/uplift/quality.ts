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
  /** The people with the highest predictions; a share without people of both arms is left out. */
  atShares: { share: number; overall: Effect; byGroup: Effect; money: Effect | null }[];
  /** The same of money, where amounts are known beside a yes/no outcome. */
  averageMoney: Effect | null;
  tenths: UpliftTenth[];
  calibrationError: number;
}

export const measuredShares = [0.1, 0.2, 0.3, 0.5];

/** @param spent what each person spent, where it is known beside the outcome */
export async function upliftQuality(
  tested: Tested,
  outcome: OutcomeKind,
  seed: number,
  run: RunContext,
  spent?: ArrayLike<number>,
): Promise<UpliftQuality> {
  const order = byUplift(tested.uplift);
  const ofMoney = spent && outcome === 'binary' ? { ...tested, outcome: spent } : null;
  const tenths = upliftTenths(tested, 10, order);
  const presets = Object.entries(presetScores(tested)).map(([name, score]) => [name, Number.isFinite(score) ? (score as number) : null]);
  return {
    outcome,
    people: order.length,
    average: effectOf(tested, order),
    averageMoney: ofMoney && effectOf(ofMoney, order),
    qini: await qiniWithBand(tested, { seed }, run),
    presets: Object.fromEntries(presets) as UpliftQuality['presets'],
    atShares: measuredShares
      .map((share) => ({
        share,
        overall: effectAtShare(tested, share, 'overall', order),
        byGroup: effectAtShare(tested, share, 'by_group', order),
        money: ofMoney && effectAtShare(ofMoney, share, 'overall', order),
      }))
      .filter(({ overall, byGroup }) => Number.isFinite(overall.uplift) && Number.isFinite(byGroup.uplift)),
    tenths,
    calibrationError: upliftCalibrationError(tenths),
  };
}
