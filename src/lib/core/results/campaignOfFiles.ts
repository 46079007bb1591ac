import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { experimentInPlan } from '../exports/experimentInPlan';
import { readManifest } from '../exports/readManifest';
import { readTable } from '../predictions/table/readTable';
import { dayNumber, microsecondsOfDay } from '../schema/days';
import type { FileSource } from '../schema/files';
import { exportedPeople, experimentsOf, type ExportedExperiment } from './exportedPeople';
import type { CampaignPeople } from './people';
import { outcomeMapping, readOutcomeLines, requireRoles } from './readOutcomeLines';
import { peopleOfTable, trialOfTable, type ArmColumn, type TableColumns } from './readOutcomeTable';
import { trialOfLines, type Trial, type TrialWindow } from './trial';

/** What an export wrote, as far as its results need it. */
export interface ExportFiles {
  /** The text of `manifest.json`. */
  manifest: string;
  /** Bytes of a file beside it, `plan.json` among them; null where there is none of the name. */
  read(name: string): Promise<Uint8Array | null>;
}

export interface OutcomesAsked extends TrialWindow {
  /** Role → column of a file of events, or `user` of a table, where the guess is wrong. */
  roles?: Readonly<Record<string, string>>;
  /** Code of the currency to count in; that of the outcomes where it is absent. */
  currency?: string;
  /** Where local days begin; the manifest's zone where it is absent. */
  timeZone?: string;
  /** `YYYY-MM-DD` of sending; the export's asOf where it is absent. */
  sentOn?: string;
  table?: Omit<TableColumns, 'user'>;
}

/**
 * The people of one audience of an export.
 * @throws UserError `results_audience_unknown`, `results_which_audience`, `results_arms_missing`, and those of {@link experimentsOf} and {@link exportedPeople}
 */
export async function peopleOfExport(
  { manifest: text, read }: ExportFiles,
  audience: string | undefined,
  run: RunContext,
): Promise<{ people: CampaignPeople; timeZone: string }> {
  const manifest = readManifest(text);
  const experiment = chosenExperiment(experimentsOf(manifest), audience);
  const bytes = await read(experiment.file);
  if (!bytes) {
    throw new UserError(
      'results_arms_missing',
      `${experiment.file}, which says who was held out, is not beside the manifest.`,
      'Give the whole folder that the export wrote.',
      { file: experiment.file },
    );
  }
  const planned = experimentInPlan(await read('plan.json'), experiment.audience);
  const shares = new Map(planned?.arms?.map(({ id, share }) => [id, share]));
  return { people: await exportedPeople(bytes, experiment, shares, run), timeZone: manifest.timeZone };
}

function chosenExperiment(found: readonly ExportedExperiment[], wanted: string | undefined): ExportedExperiment {
  const known = found.map(({ audience }) => audience).join(', ');
  if (wanted === undefined) {
    if (found.length === 1) return found[0];
    throw new UserError(
      'results_which_audience',
      `The export has ${found.length} audiences with people held out: ${known}.`,
      'Say which one the outcomes are of.',
      { count: found.length, known },
    );
  }
  const chosen = found.find(({ audience }) => audience === wanted);
  if (chosen) return chosen;
  throw new UserError(
    'results_audience_unknown',
    `The export has no audience "${wanted}" with people held out.`,
    `Those that have are: ${known}.`,
    { audience: wanted, known },
  );
}

/** An export's campaign with a file of what came of it: lines with dates, or a table with one row a person. */
export async function trialOfExport(
  files: ExportFiles,
  audience: string | undefined,
  outcomes: FileSource,
  asked: OutcomesAsked,
  run: RunContext,
): Promise<Trial> {
  const exported = await peopleOfExport(files, audience, run);
  const people = sentOn(exported.people, asked.sentOn);
  const mapping = await outcomeMapping(outcomes, asked.roles);
  if (mapping.roles.time !== undefined && asked.table?.metrics === undefined) {
    const { currency, timeZone = exported.timeZone } = asked;
    const { lines, findings } = await readOutcomeLines(outcomes, mapping, people, { currency, timeZone }, run);
    const trial = trialOfLines(people, lines, asked);
    return { ...trial, findings: [...findings, ...trial.findings] };
  }
  requireRoles(outcomes.name, mapping, ['user']);
  const user = mapping.roles.user!;
  const table = await readTable(outcomes, { categories: [user, ...(asked.table?.by === undefined ? [] : [asked.table.by])] }, run);
  return { ...trialOfTable(table, { ...asked.table, user }, people), currency: asked.currency ?? null };
}

/** A campaign of which one table says everything: who was in which arm, and what came of it. */
export async function trialOfOneTable(
  file: FileSource,
  arm: ArmColumn,
  columns: TableColumns & { currency?: string },
  run: RunContext,
): Promise<Trial> {
  const names = [arm.column, columns.user, columns.by].filter((name) => name !== undefined);
  const table = await readTable(file, { categories: names }, run);
  const { rows, ...people } = peopleOfTable(table, arm, columns.user);
  return { ...trialOfTable(table, { ...columns, arm: arm.column }, people, rows), currency: columns.currency ?? null };
}

/** The same people with another day of sending. @throws UserError `results_date` */
export function sentOn(people: CampaignPeople, date: string | undefined): CampaignPeople {
  if (date === undefined) return people;
  const day = /^\d{4}-\d{2}-\d{2}$/.test(date) ? dayNumber(date) : NaN;
  if (Number.isNaN(day)) {
    throw new UserError('results_date', `"${date}" is no date.`, 'Write the day of sending as 2026-11-27.', { date });
  }
  return { ...people, from: new Float64Array(people.ids.length).fill(day * microsecondsOfDay) };
}
