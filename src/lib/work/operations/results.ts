import { toFileSource, memberSource, type FileInput, type FileSource } from '../../core/schema/files';
import { archiveMembers, unpack } from '../../core/schema/formats/packing';
import { baseName } from '../../core/schema/formats/packing/names';
import { joinedBytes } from '../../core/base/bytes';
import { UserError } from '../../core/base/errors';
import type { CampaignResult } from '../../core/results/campaignResult';
import type { ExportFiles, OutcomesAsked } from '../../core/results/campaignOfFiles';
import type { CampaignCosts } from '../../core/results/profit';
import { reads } from './context';

/** What is asked about a campaign beside what came of it. */
export interface ResultsAsked extends Pick<OutcomesAsked, 'days' | 'beforeDays' | 'sentOn' | 'roles' | 'table'> {
  costs?: CampaignCosts;
}

/** Campaigns that lie in the workspace's own events, newest first. @throws UserError `no_data` */
export const campaignsMeasured = reads<Pick<ResultsAsked, 'days' | 'costs'>, CampaignResult[]>(async ({ days, costs }, epoch) => {
  const [{ campaignsInData }, { measureTrial }] = await Promise.all([
    import('../../core/results/dataCampaigns'),
    import('../../core/results/measure'),
  ]);
  const results: CampaignResult[] = [];
  for (const trial of await campaignsInData(await epoch.data(), epoch.plan.currency, { days }, epoch)) {
    results.push(await measureTrial(trial, { costs }, epoch));
  }
  return results;
});

/**
 * An export measured by a file of outcomes, or by what the workspace's own events say has happened since.
 * @throws UserError `results_…`, `manifest_…`, `no_data` where there is neither a file nor data
 */
export const exportMeasured = reads<
  {
    /** The zip that an export made, or its files one by one. */
    exported: FileInput[];
    audience?: string;
    /** Absent: the workspace's own events. */
    outcomes?: FileInput;
    asked: ResultsAsked;
  },
  CampaignResult
>(async ({ exported, audience, outcomes, asked }, epoch) => {
  const [{ peopleOfExport, trialOfExport, sentOn }, { measureTrial }] = await Promise.all([
    import('../../core/results/campaignOfFiles'),
    import('../../core/results/measure'),
  ]);
  const files = await exportFiles(exported.map(toFileSource));
  const { currency } = epoch.plan;
  const { costs, ...rest } = asked;
  if (outcomes) {
    return measureTrial(await trialOfExport(files, audience, toFileSource(outcomes), { ...rest, currency }, epoch), { costs }, epoch);
  }
  const { trialInWorkspace } = await import('../../core/results/dataCampaigns');
  const { people } = await peopleOfExport(files, audience, epoch);
  return measureTrial(await trialInWorkspace(await epoch.data(), sentOn(people, asked.sentOn), currency, rest, epoch), { costs }, epoch);
});

/**
 * The audiences of an export that held people out.
 * @throws UserError `results_no_manifest`, `results_no_experiment`, `manifest_…`
 */
export const exportExperiments = reads<{ exported: FileInput[] }, { audience: string; name: string }[]>(async ({ exported }) => {
  const [{ experimentsOf }, { readManifest }] = await Promise.all([
    import('../../core/results/exportedPeople'),
    import('../../core/exports/readManifest'),
  ]);
  const { manifest } = await exportFiles(exported.map(toFileSource));
  return experimentsOf(readManifest(manifest)).map(({ audience, name }) => ({ audience, name }));
});

/** @throws UserError `results_no_manifest` */
async function exportFiles(given: readonly FileSource[]): Promise<ExportFiles> {
  const byName = new Map<string, FileSource>();
  for (const file of given) {
    const members = await archiveMembers(file);
    if (members) for (const member of members) byName.set(baseName(member), memberSource(file, member));
    else byName.set(baseName(file.name), file);
  }
  const read = async (name: string) => {
    const file = byName.get(name);
    return file ? bytesOf(await unpack(file)) : null;
  };
  const manifest = await read('manifest.json');
  if (!manifest) {
    const names = given.map(({ name }) => name).join(', ');
    throw new UserError(
      'results_no_manifest',
      `There is no manifest.json in ${names}.`,
      'Choose the zip that the export made, or all of its files.',
      {
        files: names,
      },
    );
  }
  return { manifest: new TextDecoder().decode(manifest), read };
}

async function bytesOf(file: FileSource): Promise<Uint8Array> {
  const blocks: Uint8Array[] = [];
  for await (const block of file.stream()) blocks.push(block);
  return joinedBytes(blocks);
}
