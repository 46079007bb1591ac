import { UserError } from '../../core/base/errors';
import { readConsents, type ConsentCount } from '../../core/audiences/consents';
import { peopleOfArms } from '../../core/audiences/arms';
import type { AudienceNote } from '../../core/audiences/notes';
import { shareOut, type SharingReport } from '../../core/audiences/shareOut';
import { sharingOf } from '../../core/audiences/traitsOfAudience';
import { audienceMembers, type AudienceStep, type ConditionCount } from '../../core/audiences/members';
import { audienceColumns } from '../../core/exports/exportContent';
import { limitNotes } from '../../core/exports/audienceSizes';
import { firstRows } from '../../core/exports/audienceTable';
import { ContentReport, type FieldReadiness } from '../../core/exports/contentReport';
import { findDestination } from '../../core/exports/destinations';
import { audienceContent } from '../../core/exports/exportContent';
import { audienceScope, rememberExports } from '../audiences';
import { safeFileName } from '../../core/exports/fileNames';
import type { ExportCell, ExportColumn } from '../../core/exports/table';
import type { Manifest } from '../../core/exports/types';
import { zipFiles } from '../../core/exports/zip';
import type { PlanAudience, PlanExport } from '../../core/plan/schema';
import { writePlan } from '../../core/plan/write';
import { makeExports } from '../exports';
import type { ExportsMade } from '../workspace';
import { reads } from './context';

/** Who is in an audience, how it came to that, and the first rows of the very table that its files are written from. */
export const audiencePreview = reads<
  { audience: PlanAudience; limit: number },
  {
    members: number;
    steps: AudienceStep[];
    conditions: ConditionCount[];
    columns: readonly ExportColumn[];
    rows: ExportCell[][];
    notes: AudienceNote[];
    /** How many are in each arm, where it has an experiment; the control first. */
    arms?: { id: string; label?: string; people: number }[];
    /** Where it shares people with others. */
    sharing?: SharingReport;
    /** Of all customers, for the audience's channel. */
    consent?: ConsentCount;
  }
>(async ({ audience, limit }, epoch) => {
  const scope = await audienceScope(epoch);
  const { members, order, steps, conditions, arms, notes } = await audienceMembers(scope, audience, epoch);
  const table = await audienceColumns(scope, audience, order.slice(0, limit), audience.columns, epoch);
  const group = sharingOf(audience.id, scope.sharing);
  const [consent] = audience.consent ? await readConsents(scope, epoch, [audience.consent]) : [];
  return {
    members: members.count,
    steps,
    conditions,
    columns: table.columns,
    rows: await firstRows(table, limit),
    notes: [...notes, ...limitNotes(epoch.plan, audience)],
    ...(arms && { arms: peopleOfArms(arms) }),
    ...(group && { sharing: (await shareOut(scope, group, audience, epoch)).report }),
    ...(consent && { consent }),
  };
});

/**
 * How ready the data is for a platform before its files are made: every value normalised as it would be, none
 * written. `null` where the destination writes what it is given.
 */
export const exportReadiness = reads<
  { audience: PlanAudience; entry: PlanExport },
  { readiness: FieldReadiness[]; rows: number; customers: number; leastRows?: number } | null
>(async ({ audience, entry }, epoch) => {
  const destination = findDestination(entry.destination);
  if (destination.fields === 'chosen') return null;
  const scope = await audienceScope(epoch);
  const content = await audienceContent(scope, audience, await audienceMembers(scope, audience, epoch), destination, entry, epoch);
  const report = new ContentReport();
  let rows = 0;
  for await (const block of content.table.blocks(report)) {
    rows += block.rows;
    await epoch.breathe();
  }
  const { leastRows } = destination;
  return { readiness: report.readiness, rows, customers: content.users, ...(leastRows !== undefined && rows < leastRows && { leastRows }) };
});

/**
 * Everything under the plan's `exports`, made now: one zip with the files, the plan and the manifest. The workspace
 * remembers what they were made from (`made`).
 */
export const exportsRun = reads<void, { fileName: string; zip: Uint8Array; manifest: Manifest; made: ExportsMade }>(
  async (_input, epoch) => {
    const { plan, files, manifest, contacted } = await makeExports(epoch);
    const zip = await zipFiles([...files, ...documents(plan, manifest)], epoch);
    const made: ExportsMade = { at: manifest.createdAt, dataHash: manifest.data.sha256, asOf: manifest.asOf, files: files.length };
    try {
      if (!epoch.state.readOnly) {
        await epoch.commit((state) => ({ ...state, exportsMade: made, pastExports: rememberExports(state.pastExports ?? [], contacted) }));
      }
    } catch (error) {
      // The files are there, whatever the storage says; the next save tells of it.
      if (!(error instanceof UserError)) throw error;
    }
    return { fileName: safeFileName(plan.name, 'zip', new Set()), zip, manifest, made };
  },
);

/** The plan and the manifest as files beside the exported ones. */
export function documents(plan: Parameters<typeof writePlan>[0], manifest: Manifest): { name: string; bytes: Uint8Array }[] {
  const encoder = new TextEncoder();
  return [
    { name: 'plan.json', bytes: encoder.encode(writePlan(plan, 'json')) },
    { name: 'manifest.json', bytes: encoder.encode(`${JSON.stringify(manifest, null, 2)}\n`) },
  ];
}
