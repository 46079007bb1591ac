import { controlArm } from '../audiences/experiment';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import type { ReadManifest } from '../exports/manifestSchema';
import { readArms } from '../exports/readArms';
import { dayNumber, microsecondsOfDay } from '../schema/days';
import type { CampaignPeople } from './people';

/** One audience of an export that held people out, as its manifest has it. */
export interface ExportedExperiment {
  audience: string;
  name: string;
  /** The file with everybody's arm, beside the manifest. */
  file: string;
  holdOut: number;
  /** Ids of the arms but the control. */
  arms: string[];
  /** `YYYY-MM-DD`: the first day of which nothing was known when the lots were drawn. */
  asOf: string;
}

/**
 * The experiments of an export, in the manifest's order.
 * @throws UserError `results_no_experiment` where no audience held people out
 */
export function experimentsOf({ audiences, asOf }: ReadManifest): ExportedExperiment[] {
  const found = audiences.flatMap(({ id, name, experiment }): ExportedExperiment[] => {
    if (!experiment) return [];
    const arms = experiment.arms.map((arm) => arm.id).filter((arm) => arm !== controlArm);
    return [{ audience: id, name, file: experiment.file, holdOut: experiment.hold_out, arms, asOf: asOf.slice(0, 10) }];
  });
  if (found.length > 0) return found;
  throw new UserError(
    'results_no_experiment',
    'Nobody was held out of this export, so nobody knows what would have happened without it.',
    'Hold some people out of the audience before the next export; without lots, compare before and after instead.',
  );
}

/**
 * Everybody of an experiment, from the file of arms that lies beside its export.
 * @param shares of the whole audience that the plan gave each arm; where an arm has none, the arms share alike
 * @throws UserError `arms_file`, `results_arm_strange`, `results_arms_overlap`, `results_no_control`, `results_no_treated`
 */
export async function exportedPeople(
  bytes: Uint8Array,
  experiment: ExportedExperiment,
  shares: ReadonlyMap<string, number>,
  run: RunContext,
): Promise<CampaignPeople> {
  const { file, holdOut } = experiment;
  const lines = await readArms(bytes, run);
  const arms = [controlArm, ...experiment.arms];
  const strange = lines.find(({ arm }) => !arms.includes(arm));
  if (strange) {
    throw new UserError(
      'results_arm_strange',
      `"${strange.customer}" of ${file} is in the arm "${strange.arm}", which the manifest does not name.`,
      'Take the file of arms and the manifest of one and the same export.',
      { file, customer: strange.customer, arm: strange.arm },
    );
  }
  refuseOverlap(
    file,
    lines.map(({ customer }) => customer),
  );
  const armOf = Uint8Array.from(lines, ({ arm }) => arms.indexOf(arm));
  refuseOneArmed(file, armOf);
  const alike = (1 - holdOut) / experiment.arms.length;
  return {
    campaign: experiment.name,
    arms,
    ids: lines.map(({ customer }) => customer),
    armOf,
    sent: Uint8Array.from(lines, ({ sent }) => (sent ? 1 : 0)),
    from: new Float64Array(lines.length).fill(dayNumber(experiment.asOf) * microsecondsOfDay),
    ...strataOf(lines.map(({ stratum }) => stratum ?? '')),
    shares: [holdOut, ...experiment.arms.map((arm) => shares.get(arm) ?? alike)],
  };
}

/** Names to numbers; nothing where there are no names or only one. */
export function strataOf(names: readonly string[]): Pick<CampaignPeople, 'strata'> {
  const places = new Map([...new Set(names)].sort().map((name, place) => [name, place]));
  if (places.size < 2) return {};
  return { strata: { names: [...places.keys()], of: Int32Array.from(names, (name) => places.get(name)!) } };
}

function refuseOverlap(file: string, ids: readonly string[]): void {
  const seen = new Set<string>();
  const again = ids.filter((id) => seen.size === seen.add(id).size);
  if (again.length === 0) return;
  const [example] = again;
  throw new UserError(
    'results_arms_overlap',
    `${again.length} people are twice in the arms of ${file}, "${example}" among them, so nobody knows which of them got what.`,
    'Take the file of arms as the export wrote it, or draw the lots by one id for each person.',
    { count: again.length, file, example },
  );
}

/** @throws UserError `results_no_control`, `results_no_treated` */
export function refuseOneArmed(file: string, armOf: Uint8Array): void {
  if (!armOf.includes(0)) {
    throw new UserError(
      'results_no_control',
      `${file} has nobody who was held out, so there is nothing to compare with.`,
      'Hold some people out next time, or compare before and after instead.',
      { file },
    );
  }
  if (armOf.every((arm) => arm === 0)) {
    throw new UserError(
      'results_no_treated',
      `${file} has only people who were held out: nobody was addressed.`,
      'Choose the file of arms of an audience that was sent.',
      { file },
    );
  }
}
