import { joinedBytes } from '../../core/base/bytes';
import { UserError } from '../../core/base/errors';
import { sha256Hex } from '../../core/base/hash';
import { resolveOptions } from '../../core/base/options';
import type { RunContext } from '../../core/base/run';
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
import { damaged, type EarlierExport } from '../../core/exports/delta/previousList';
import type { DriftReport } from '../../core/exports/drift/driftReport';
import { findDestination } from '../../core/exports/destinations';
import { audienceContent } from '../../core/exports/exportContent';
import { audienceScope } from '../audiences';
import { safeFileName } from '../../core/exports/fileNames';
import type { FileFormat } from '../../core/exports/format';
import type { ExportCell, ExportColumn, ExportTable } from '../../core/exports/table';
import { inBlob, inMemory } from '../../core/exports/shelf';
import type { Manifest } from '../../core/exports/types';
import { unzipExport } from '../../core/exports/unzipExport';
import { verifyExports, type VerifyProblem } from '../../core/exports/verifyExports';
import { zipPieces, type ZipEntry } from '../../core/exports/zip';
import type { PlanAudience, PlanExport } from '../../core/plan/schema';
import { writePlan } from '../../core/plan/write';
import { changesSince, recordOf, withoutPeople, withRecord, type AudienceChanges, type ExportRecord } from '../exportRecords';
import { makeExports } from '../exports';
import type { ExportsMade } from '../workspace';
import { reads, type Operation } from './context';

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
  const content = await audienceContent(
    scope,
    audience,
    await audienceMembers(scope, audience, epoch),
    destination,
    entry,
    epoch,
    epoch.desk.platform.convertHelpers,
  );
  const report = new ContentReport();
  let rows = 0;
  for await (const block of content.table.blocks(report)) {
    rows += block.rows;
    await epoch.breathe();
  }
  const { leastRows } = destination;
  return { readiness: report.readiness, rows, customers: content.users, ...(leastRows !== undefined && rows < leastRows && { leastRows }) };
});

/** Who came to an audience and who went since it was last exported; null where it was not, or nobody can tell. */
export const exportChanges = reads<{ audience: PlanAudience }, AudienceChanges | null>(async ({ audience }, epoch) => {
  const { exportRecords, data } = epoch.state;
  if (exportRecords.length === 0 || !data) return null;
  const { members } = await audienceMembers(await audienceScope(epoch), audience, epoch);
  return changesSince(exportRecords, audience.id, members, data.version.ids.users.parts);
});

/** The first lines of the very file that an export would give; cells where the file is none of text. */
export const exportPreview = reads<
  { audience: PlanAudience; entry: PlanExport; limit: number },
  { columns: readonly ExportColumn[]; rows: ExportCell[][]; text: string | null }
>(async ({ audience, entry, limit }, epoch) => {
  const destination = findDestination(entry.destination);
  const scope = await audienceScope(epoch);
  const { order } = await audienceMembers(scope, audience, epoch);
  const { table } = await audienceContent(scope, audience, { order: order.slice(0, limit) }, destination, entry, epoch);
  const rows = await firstRows(table, limit);
  const format = await destination.format(resolveOptions(destination.id, destination.options, entry.options));
  return { columns: table.columns, rows, text: await textOf(format, table, epoch) };
});

async function textOf(format: FileFormat, table: ExportTable, run: RunContext): Promise<string | null> {
  if (!['csv', 'txt', 'jsonl'].includes(format.extension)) return null;
  const pieces: Uint8Array[] = [];
  for await (const piece of format.write(table, run)) pieces.push(piece);
  return new TextDecoder(format.encoding ?? 'utf-8').decode(joinedBytes(pieces));
}

/** Compares a zip of an earlier export with its manifest, as `muster verify` does. */
export const exportVerify: Operation<
  { file: Blob },
  { createdAt: string; files: number; rows: number; problems: VerifyProblem[]; audiences: { id: string; name: string; members: number }[] }
> = async ({ file }, context) => {
  const { manifest, files } = unzipExport(new Uint8Array(await file.arrayBuffer()));
  const problems = await verifyExports(manifest, [...files.keys()], (name) => Promise.resolve(files.get(name)!), context);
  const rows = manifest.files.reduce((sum, each) => sum + each.rows, 0);
  const audiences = manifest.audiences.map(({ id, name, members }) => ({ id, name, members }));
  return { createdAt: manifest.createdAt, files: manifest.files.length, rows, problems, audiences };
};

/** A file of a run as it crosses to the page: a Blob crosses without its bytes. */
export interface HandedFile {
  name: string;
  content: Blob;
}

/**
 * Everything under the plan's `exports`, made now: the files, the plan and, last, the manifest; `fileName` is for a zip of
 * them, see {@link exportsZip}. The workspace
 * remembers what they were made from (`made`) and who was in them (`record`).
 * @param since a zip of an earlier export, to which exports that deliver changes tell theirs
 */
export const exportsRun = reads<
  { since?: Blob } | undefined,
  { fileName: string; files: HandedFile[]; manifest: Manifest; drift?: DriftReport; made: ExportsMade; record: ExportRecord }
>(async (input, epoch) => {
  const since = input?.since;
  const { plan, files, manifest, drift, members } = await makeExports(epoch, since && (await earlierExport(since)));
  const made: ExportsMade = { at: manifest.createdAt, dataHash: manifest.data.sha256, asOf: manifest.asOf, files: files.length };
  const record = recordOf(manifest, members, epoch.state.data!.version.ids.users.parts);
  try {
    if (!epoch.state.readOnly) {
      await epoch.commit((state) => ({ ...state, exportsMade: made, exportRecords: withRecord(state.exportRecords, record) }));
    }
  } catch (error) {
    // The files are there, whatever the storage says; the next save tells of it.
    if (!(error instanceof UserError)) throw error;
  }
  return {
    fileName: safeFileName(plan.name, 'zip', new Set()),
    files: [...files, ...documents(plan, manifest)].map(({ name, blob }) => ({ name, content: blob() })),
    manifest,
    ...(drift && { drift }),
    made,
    record: withoutPeople(record),
  };
});

/**
 * The files of a run as one zip, once somebody wants one: compressing takes about as long as everything before. A Blob of
 * many pieces: the browser keeps it where it has room, and it crosses to the page without a copy.
 */
export const exportsZip: Operation<{ files: HandedFile[] }, Blob> = async ({ files }, context) => {
  const entries = files.map(({ name, content }) => ({ name, ...inBlob(content) }));
  const pieces: Blob[] = [];
  for await (const piece of zipPieces(entries, context)) pieces.push(new Blob([piece as Uint8Array<ArrayBuffer>]));
  return new Blob(pieces, { type: 'application/zip' });
};

async function earlierExport(zip: Blob): Promise<EarlierExport> {
  const { manifest, files } = unzipExport(new Uint8Array(await zip.arrayBuffer()));
  return {
    manifest,
    read(name) {
      const bytes = files.get(name);
      const sha256 = manifest.files.find((file) => file.name === name)?.sha256;
      return bytes && sha256Hex(bytes) === sha256 ? Promise.resolve(bytes) : Promise.reject(damaged(name));
    },
  };
}

/** The plan and the manifest as files beside the exported ones. */
export function documents(plan: Parameters<typeof writePlan>[0], manifest: Manifest): ZipEntry[] {
  const text = (written: string) => inMemory([new TextEncoder().encode(written)]);
  return [
    { name: 'plan.json', ...text(writePlan(plan, 'json')) },
    { name: 'manifest.json', ...text(`${JSON.stringify(manifest, null, 2)}\n`) },
  ];
}
