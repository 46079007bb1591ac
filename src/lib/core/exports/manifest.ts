import { peopleOfArms, type AudienceArms } from '../audiences/arms';
import type { Experiment } from '../audiences/experiment';
import type { AudienceMembers } from '../audiences/members';
import { sourceText } from '../audiences/source';
import { sha256Hex } from '../base/hash';
import { resolveOptions } from '../base/options';
import type { Plan, PlanAudience, PlanExport } from '../plan/schema';
import type { DatasetFacts } from '../schema/canonical';
import { findDestination } from './destinations';
import type { ExportContent } from './exportContent';
import type { MadeFiles } from './makeFiles';
import type { ExportColumn } from './table';
import type { DeltaCounts, ExportFile, Manifest, ManifestExperiment } from './types';

/** What lies beside the files of a run and is in no list of the manifest. */
export const runDocuments = ['manifest.json', 'plan.json', 'drift.json', 'drift.md'];

/** What the manifest says of the data. */
export function dataEntry({ dataHash, users, items, events, firstEvent, lastEvent, removed = [] }: DatasetFacts): Manifest['data'] {
  const gone = [...removed].sort((a, b) => a.index - b.index).map(({ step, source, rows }) => ({ step, source, rows }));
  return { sha256: dataHash, users, items, events, firstEvent, lastEvent, ...(gone.length > 0 && { removed: gone }) };
}

/** What the manifest says of an audience: names as they were given, and what every step and condition took away. */
export function audienceEntry(
  plan: Pick<Plan, 'segments'>,
  { id, name = id, from, experiment }: PlanAudience,
  { members, steps, conditions, arms, notes }: AudienceMembers,
  armsFile?: string,
): Manifest['audiences'][number] {
  const nameOf = (segment: string) => plan.segments.find((held) => held.id === segment)?.name ?? segment;
  return {
    id,
    name,
    segment: { id: sourceText(from), name: sourceText(from, nameOf) },
    members: members.count,
    steps,
    conditions,
    ...(notes.length > 0 && { notes }),
    ...(experiment && arms && armsFile !== undefined && { experiment: experimentEntry(experiment, arms, armsFile) }),
  };
}

function experimentEntry({ salt, holdOut, stratify }: Experiment, arms: AudienceArms, file: string): ManifestExperiment {
  return {
    salt_sha256: sha256Hex(salt),
    hold_out: holdOut,
    ...(stratify !== undefined && { stratify }),
    arms: peopleOfArms(arms),
    file,
  };
}

/** The header of the column of the customer's id. */
export function idColumn(columns: readonly ExportColumn[]): string | undefined {
  return columns.find(({ required }) => required)?.name;
}

/** What the manifest says of one export. */
export function exportEntry(
  entry: PlanExport & { arm?: string },
  { table }: ExportContent,
  { files, rows, rejects, readiness, delta, hardToRead }: MadeFiles & { delta?: DeltaCounts },
): Manifest['exports'][number] {
  const destination = findDestination(entry.destination);
  const id = destination.fields === 'chosen' && 'audience' in entry ? (idColumn(table.columns) ?? null) : undefined;
  return {
    ...('audience' in entry ? { audience: entry.audience } : { list: entry.list }),
    ...(entry.arm !== undefined && { arm: entry.arm }),
    destination: destination.id,
    options: resolveOptions(destination.id, destination.options, entry.options),
    columns: table.columns.map(({ name }) => name),
    types: table.columns.map(({ type }) => type),
    ...(destination.rules && { rules: destination.rules }),
    rows,
    files: files.map(({ name }) => name),
    ...(id !== undefined && { id }),
    ...(delta && { delta }),
    ...(hardToRead && { hardToRead }),
    ...(rejects && { rejects }),
    ...(readiness && { readiness }),
    ...(destination.leastRows !== undefined && rows < destination.leastRows && { leastRows: destination.leastRows }),
  };
}

/** What the manifest says of its files. */
export function fileEntries(destination: string, files: readonly ExportFile[]): Manifest['files'] {
  return files.map(({ name, role, rows, size, sha256 }) => ({
    name,
    destination,
    ...(role && { role }),
    rows,
    bytes: size,
    sha256,
  }));
}
