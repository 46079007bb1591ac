import type { PastExport } from '../core/audiences/contacts';
import { audienceMembers, type AudienceMembers } from '../core/audiences/members';
import { shareOut, type SharingReport } from '../core/audiences/shareOut';
import type { Bitset } from '../core/base/bitset';
import { controlArm } from '../core/audiences/experiment';
import { UserError } from '../core/base/errors';
import { resolveOptions, type OptionValues } from '../core/base/options';
import { musterVersion } from '../core/base/version';
import { makeDelta } from '../core/exports/delta/makeDelta';
import { previousList, type EarlierExport } from '../core/exports/delta/previousList';
import type { Destination } from '../core/exports/destination';
import { armsFile } from '../core/exports/armsFile';
import { limitNotes, refuseTooSmall } from '../core/exports/audienceSizes';
import { findDestination } from '../core/exports/destinations';
import { audienceContent, listContent } from '../core/exports/exportContent';
import { driftReport, type DriftBase, type DriftReport } from '../core/exports/drift/driftReport';
import type { DriftLimits } from '../core/exports/drift/limits';
import type { FinishedKindList } from '../core/exports/kindListTable';
import { countList, type FinishedList, type ListCounts } from '../core/exports/listTable';
import { makeFiles } from '../core/exports/makeFiles';
import { audienceEntry, dataEntry, exportEntry, fileEntries } from '../core/exports/manifest';
import type { ExportFile, Manifest } from '../core/exports/types';
import { referenceProblems } from '../core/plan/references';
import type { Plan, PlanAudience, PlanList, PredictionSpec } from '../core/plan/schema';
import { planHash } from '../core/plan/write';
import { audienceScope, withSharing } from './audiences';
import type { Epoch } from './epoch';
import { driftColumns, spreadsOf } from './exportDrift';
import { withNeededPredictions } from './predictions';
import { makeKindList } from './listKinds';
import { makeList } from './recommenders';
import { makeServedList } from './servedLists';

/** An earlier run that this one is compared with. */
export interface EarlierRun extends EarlierExport {
  /** Of drift. */
  limits?: DriftLimits;
  /** Every audience's export delivers changes, whatever the plan says. */
  onlyChanges?: boolean;
}

/** Everything that a plan's exports are: the files, the plan that they were made from, and what was counted on the way. */
export interface FinishedExports {
  plan: Plan;
  files: ExportFile[];
  manifest: Manifest;
  /** Who is in each audience. */
  members: ReadonlyMap<string, Bitset>;
  /** Where there is an earlier run to compare with. */
  drift?: DriftReport;
  /** Wall-clock seconds of each step. */
  seconds: Record<'models' | 'audiences' | 'lists' | 'files', number>;
}

/**
 * Makes everything under the epoch's plan's `exports`: trains the models that they need and that are not trained yet,
 * finds the audiences, ranks the lists, writes and checks the files. All of it comes from the one epoch, whatever is
 * edited or imported meanwhile. Page and command line share it, so the same plan on the same data gives the same
 * files. Progress stages: those of the models, `recommend:<id>`, `write:<file>`, `check:<file>`.
 * @param since an earlier run to compare with
 * @param past whom earlier runs addressed of which the workspace does not know
 * @throws UserError `nothing_to_export`, the first of {@link referenceProblems}, and what the steps throw; Cancelled
 */
export async function makeExports(given: Epoch, since?: EarlierRun, past?: readonly PastExport[]): Promise<FinishedExports> {
  const { plan } = given;
  refuseUnready(plan);
  const timer = stopwatch();
  const needed = neededParts(plan);
  const reached = withSharing(plan, new Set(needed.audiences.map(({ id }) => id)));
  const { epoch, backends } = await withNeededPredictions(
    given,
    plan.audiences.filter(({ id }) => reached.has(id)),
  );
  const models = timer();

  const scope = await audienceScope(epoch, past);
  const audiences = new Map<string, AudienceMembers>();
  for (const audience of needed.audiences) {
    const found = await audienceMembers(scope, audience, epoch);
    audiences.set(audience.id, { ...found, notes: [...found.notes, ...limitNotes(plan, audience)] });
    refuseTooSmall(audience, found);
  }
  const sharing: SharingReport[] = [];
  for (const group of plan.sharing ?? []) {
    if (group.audiences.some(({ audience }) => audiences.has(audience))) sharing.push((await shareOut(scope, group, null, epoch)).report);
  }
  const audienceSeconds = timer();

  const lists = new Map<string, { list: FinishedList | FinishedKindList; counts: ListCounts & { withoutConsent?: number } }>();
  for (const spec of needed.lists) {
    const { list, backend, withoutConsent } = await listOfKind(epoch, spec, audiences.get(spec.for)!.order);
    lists.set(spec.id, { list, counts: { ...countList(list), ...(withoutConsent !== undefined && { withoutConsent }) } });
    if (spec.kind !== 'bought-together') backends[`model:${spec.model}`] = backend;
  }
  const listSeconds = timer();

  const { shelf } = epoch.desk.platform;
  const files: ExportFile[] = [];
  const entries: Pick<Manifest, 'exports' | 'files'> = { exports: [], files: [] };
  const names = new Set<string>();
  for (const entry of plan.exports) {
    const destination = findDestination(entry.destination);
    const audience = 'list' in entry ? undefined : needed.audiences.find(({ id }) => id === entry.audience)!;
    for (const { stem, members, arm } of audience
      ? partsOf(audience, audiences.get(audience.id)!)
      : [{ stem: (entry as { list: string }).list, members: undefined, arm: undefined }]) {
      const content = members
        ? await audienceContent(scope, audience!, members, destination, entry, epoch, epoch.desk.platform.convertHelpers)
        : listContent(lists.get((entry as { list: string }).list)!.list);
      const options = entry.options ?? {};
      const asked = 'audience' in entry && (since?.onlyChanges || entry.delivers === 'changes');
      const previous = asked && since ? previousOf(since, { ...entry, arm }, destination) : undefined;
      const made = previous
        ? await makeDelta(stem, content, destination, options, previous, names, epoch, shelf)
        : await makeFiles(stem, content, destination, options, names, epoch, { shelf });
      files.push(...made.files);
      entries.exports.push(exportEntry({ ...entry, ...(arm !== undefined && { arm }) }, content, made));
      entries.files.push(...fileEntries(destination.id, made.files));
    }
  }
  const armsFiles = new Map<string, string>();
  for (const { id } of needed.audiences) {
    const { arms } = audiences.get(id)!;
    if (!arms) continue;
    const file = await armsFile(id, arms, names, epoch);
    files.push(file);
    entries.files.push(...fileEntries('', [file]));
    armsFiles.set(id, file.name);
  }

  const used = plan.models.filter((model): model is PredictionSpec => model.kind === 'prediction' && `model:${model.id}` in backends);
  const people = await driftColumns(epoch, needed.audiences, audiences, used);
  const { audiences: spreads, models: usedModels } = spreadsOf(epoch, people, used);
  const manifest: Manifest = {
    ...(await provenance(epoch, scope.asOf)),
    backends: { ...(await engineNames(epoch)), ...backends },
    audiences: needed.audiences.map((audience) => ({
      ...audienceEntry(plan, audience, audiences.get(audience.id)!, armsFiles.get(audience.id)),
      spreads: spreads.get(audience.id),
    })),
    ...(sharing.length > 0 && { sharing }),
    ...(usedModels && { models: usedModels }),
    lists: needed.lists.map(({ id, kind, for: audience, model }) => ({
      id,
      ...(kind && { kind }),
      audience,
      model,
      ...lists.get(id)!.counts,
    })),
    ...entries,
  };
  const drift = since && driftReport(since.manifest as DriftBase, manifest, people, since.limits ?? {});
  const seconds = { models, audiences: audienceSeconds, lists: listSeconds, files: timer() };
  const members = new Map([...audiences].map(([id, { members: who }]) => [id, who]));
  return { plan, files, manifest, members, ...(drift && { drift }), seconds };
}

function previousOf(
  since: EarlierRun,
  { audience, arm, options }: { audience: string; arm?: string; options?: OptionValues },
  destination: Destination,
) {
  return previousList(
    since,
    { audience, ...(arm !== undefined && { arm }) },
    destination,
    resolveOptions(destination.id, destination.options, options),
  );
}

/** An audience's files: one set, or one for each arm where its experiment has several, because each gets something else. */
function partsOf(
  { id }: PlanAudience,
  { order, arms }: AudienceMembers,
): { stem: string; members: Pick<AudienceMembers, 'order'>; arm?: string }[] {
  const variants = (arms?.arms ?? []).filter((arm) => arm.id !== controlArm);
  if (!arms || variants.length < 2) return [{ stem: id, members: { order } }];
  const armOf = new Map(Array.from(arms.users, (user, i) => [user, arms.arms[arms.arm[i]].id]));
  return variants.map((arm) => ({
    stem: `${id}-${arm.id}`,
    members: { order: order.filter((user) => armOf.get(user) === arm.id) },
    arm: arm.id,
  }));
}

/** As its kind and its policies have it. */
function listOfKind(
  epoch: Epoch,
  { kind = 'person', policies, ...spec }: PlanList,
  users: Int32Array,
): Promise<{ list: FinishedList | FinishedKindList; backend: string; withoutConsent?: number }> {
  if (kind !== 'person') return makeKindList(epoch, { ...spec, kind, ...(policies && { policies }) }, users);
  return policies ? makeServedList(epoch, { ...spec, policies }, users) : makeList(epoch, spec, users);
}

/** What the exports reach: audiences and lists in the plan's order. */
function neededParts(plan: Plan): { audiences: PlanAudience[]; lists: PlanList[] } {
  const listIds = new Set(plan.exports.map((entry) => ('list' in entry ? entry.list : '')));
  const lists = plan.lists.filter(({ id }) => listIds.has(id));
  const audienceIds = new Set([
    ...plan.exports.map((entry) => ('audience' in entry ? entry.audience : '')),
    ...lists.map((list) => list.for),
  ]);
  return { lists, audiences: plan.audiences.filter(({ id }) => audienceIds.has(id)) };
}

function refuseUnready(plan: Plan): void {
  if (plan.exports.length === 0) {
    throw new UserError('nothing_to_export', 'The plan exports nothing.', 'Add an audience or a list to its exports.');
  }
  const [problem] = referenceProblems(plan);
  if (problem) throw new UserError(problem.code, problem.message, problem.hint, problem.values);
}

async function provenance(
  { desk, plan, state }: Epoch,
  asOf: string,
): Promise<Omit<Manifest, 'backends' | 'audiences' | 'lists' | 'exports' | 'files'>> {
  const { engine } = await desk.store();
  return {
    muster: 2,
    plan: { name: plan.name, sha256: planHash(plan) },
    data: dataEntry(state.data!.version.facts),
    asOf,
    timeZone: plan.timeZone,
    seed: plan.seed,
    versions: { muster: musterVersion, [engine.name]: engine.version },
    createdAt: desk.platform.now().toISOString(),
  };
}

async function engineNames({ desk }: Epoch): Promise<Record<string, string>> {
  const { store, kernels, tensors } = await desk.opened();
  return {
    ...(store && { tables: `${store.engine.name} ${store.engine.bundle} × ${store.engine.threads} threads` }),
    ...(kernels && { kernels: `${kernels.info.kind} × ${kernels.info.threads} threads` }),
    ...(tensors && { tensors: `tfjs ${tensors.backend}` }),
  };
}

/** Each call gives the seconds since the one before. */
function stopwatch(): () => number {
  let last = performance.now();
  return () => {
    const now = performance.now();
    const seconds = (now - last) / 1000;
    last = now;
    return seconds;
  };
}
