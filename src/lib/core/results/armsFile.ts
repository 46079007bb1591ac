import { z } from 'zod';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { csvFormat } from '../exports/formats/csv';
import { machineStyle } from '../exports/formats/csvStyle';
import type { ReadManifest } from '../exports/manifestSchema';
import type { ExportColumn } from '../exports/table';
import { dayNumber } from '../schema/days';
import { controlArm, microsecondsOfDay, type CampaignPeople } from './people';

/** One audience of an export that held people out, as its manifest has it. */
export interface ExportedExperiment {
  audience: string;
  name: string;
  /** The file with everybody's arm, beside the manifest. */
  file: string;
  holdOut: number;
  /** Arms but the control, with their shares of those who were not held out where the manifest or the plan says them. */
  arms: { id: string; share: number }[];
  /** `YYYY-MM-DD`: the first day of which nothing was known when the lots were drawn. */
  asOf: string;
}

const columns: readonly ExportColumn[] = ['customer', 'arm', 'sent', 'stratum'].map((name) => ({ name, type: 'text' as const }));

/** What the manifest says of an experiment, at the audience or at its file. */
const experimentShape = z.looseObject({
  hold_out: z.number().min(0).max(1),
  arms: z.array(z.looseObject({ id: z.string(), share: z.number().positive().optional() })),
  file: z.string(),
});

/**
 * The experiments of an export, in the manifest's order.
 * @throws UserError `results_no_experiment` where no audience held people out
 */
export function experimentsOf({ audiences, files, asOf }: ReadManifest): ExportedExperiment[] {
  const named = new Map(audiences.map((audience) => [audience.id, audience]));
  const found = [...audiences, ...files].flatMap((entry): ExportedExperiment[] => {
    const { success, data } = experimentShape.safeParse(entry.experiment);
    if (!success) return [];
    const audience = 'id' in entry ? String(entry.id) : data.file.replace(/\.arms\.csv$/, '');
    const treated = data.arms.filter(({ id }) => id !== controlArm);
    const whole = treated.reduce((sum, { share = 1 }) => sum + share, 0);
    return [
      {
        audience,
        name: named.get(audience)?.name ?? audience,
        file: data.file,
        holdOut: data.hold_out,
        arms: treated.map(({ id, share = 1 }) => ({ id, share: share / whole })),
        asOf: asOf.slice(0, 10),
      },
    ];
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
 * @throws UserError `results_arms_invalid`, `results_arms_overlap`, `results_no_control`, `results_no_treated`
 */
export async function readArmsFile(bytes: Uint8Array, experiment: ExportedExperiment, run: RunContext): Promise<CampaignPeople> {
  const { file } = experiment;
  const ids: string[] = [];
  const armNames: string[] = [];
  const sent: number[] = [];
  const stratumNames: string[] = [];
  try {
    for await (const block of csvFormat(machineStyle).read(bytes, columns, run)) {
      if (block.names.join() !== columns.map(({ name }) => name).join()) throw new Error(`its columns are ${block.names.join(', ')}`);
      const [customers, arms, sentOf, strata] = block.cells as string[][];
      for (let row = 0; row < block.rows; row++) {
        ids.push(customers[row]);
        armNames.push(arms[row]);
        sent.push(sentOf[row] === 'yes' ? 1 : 0);
        stratumNames.push(strata[row] ?? '');
      }
    }
  } catch (error) {
    throw armsInvalid(file, error instanceof Error ? error.message : String(error));
  }
  const unknown = armNames.find((name) => name !== controlArm && !experiment.arms.some(({ id }) => id === name));
  if (unknown !== undefined) throw armsInvalid(file, `the manifest has no arm "${unknown}"`);
  refuseOverlap(file, ids, armNames);
  const arms = [controlArm, ...experiment.arms.map(({ id }) => id)];
  const armOf = Uint8Array.from(armNames, (name) => arms.indexOf(name));
  refuseOneArmed(file, armOf);
  const { holdOut } = experiment;
  return {
    campaign: experiment.name,
    arms,
    ids,
    armOf,
    sent: Uint8Array.from(sent),
    from: new Float64Array(ids.length).fill(dayNumber(experiment.asOf) * microsecondsOfDay),
    ...strataOf(stratumNames),
    shares: [holdOut, ...experiment.arms.map(({ share }) => share * (1 - holdOut))],
  };
}

/** Names to numbers; nothing where there are no names or only one. */
export function strataOf(names: readonly string[]): Pick<CampaignPeople, 'strata'> {
  const places = new Map([...new Set(names)].sort().map((name, place) => [name, place]));
  if (places.size < 2) return {};
  return { strata: { names: [...places.keys()], of: Int32Array.from(names, (name) => places.get(name)!) } };
}

function refuseOverlap(file: string, ids: readonly string[], arms: readonly string[]): void {
  const armOf = new Map<string, string>();
  let [overlapping, example] = [0, ''];
  ids.forEach((id, row) => {
    const before = armOf.get(id);
    if (before === undefined) armOf.set(id, arms[row]);
    else {
      if (overlapping === 0) example = id;
      overlapping++;
    }
  });
  if (overlapping === 0) return;
  throw new UserError(
    'results_arms_overlap',
    `${overlapping} people are twice in the arms of ${file}, "${example}" among them, so nobody knows which of them got what.`,
    'Take the file of arms as the export wrote it, or draw the lots by one id for each person.',
    { count: overlapping, file, example },
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

function armsInvalid(file: string, problem: string): UserError {
  return new UserError(
    'results_arms_invalid',
    `${file} cannot be read as a file of arms: ${problem}.`,
    'Take it as the export wrote it, with the columns customer, arm, sent and stratum.',
    { file, problem },
  );
}
