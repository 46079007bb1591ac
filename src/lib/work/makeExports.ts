import { audienceMembers, type AudienceMembers } from '../core/audiences/members';
import { UserError } from '../core/base/errors';
import { musterVersion } from '../core/base/version';
import { findDestination } from '../core/exports/destinations';
import { audienceContent, listContent } from '../core/exports/exportContent';
import { countList, type FinishedList, type ListCounts } from '../core/exports/listTable';
import { makeFiles } from '../core/exports/makeFiles';
import { audienceEntry, exportEntry, fileEntries } from '../core/exports/manifest';
import type { ExportFile, Manifest } from '../core/exports/types';
import { planHash } from '../core/plan/write';
import { referenceProblems } from '../core/plan/references';
import type { Plan, PlanAudience, PlanList } from '../core/plan/schema';
import type { SegmentScope } from '../core/segments/evaluate';
import { makeList } from './makeList';
import type { OperationContext } from './operations/context';
import { segmentScope } from './segmentScope';
import { trainNeededModels } from './neededModels';

/** Everything that a plan's exports are: the files, and what was counted on the way. */
export interface FinishedExports {
  files: ExportFile[];
  manifest: Manifest;
  /** Wall-clock seconds of each step. */
  seconds: Record<'models' | 'audiences' | 'lists' | 'files', number>;
}

/**
 * Makes everything under the open plan's `exports`: trains the models that they need and that are not trained yet,
 * finds the audiences, ranks the lists, writes and checks the files. Page and command line share it, so the same plan
 * on the same data gives the same files. Progress stages: those of the models, `recommend:<id>`, `write:<file>`,
 * `check:<file>`.
 * @throws UserError `nothing_to_export`, the first of {@link referenceProblems}, and what the steps throw; Cancelled
 */
export async function makeExports(context: OperationContext): Promise<FinishedExports> {
  const { plan } = context.desk.workspace;
  refuseUnready(plan);
  const timer = stopwatch();
  const needed = neededParts(plan);
  const modelBackends = await trainNeededModels(needed, context);
  const models = timer();

  const scope = await segmentScope(context.desk);
  const audiences = new Map<string, AudienceMembers>();
  for (const audience of needed.audiences) audiences.set(audience.id, await audienceMembers(scope, audience, context));
  const audienceSeconds = timer();

  const lists = new Map<string, { list: FinishedList; counts: ListCounts }>();
  for (const spec of needed.lists) {
    const { list, backend } = await makeList(spec, audiences.get(spec.for)!.order, context);
    lists.set(spec.id, { list, counts: countList(list) });
    modelBackends[`model:${spec.model}`] = backend;
  }
  const listSeconds = timer();

  const files: ExportFile[] = [];
  const entries: Pick<Manifest, 'exports' | 'files'> = { exports: [], files: [] };
  const names = new Set<string>();
  for (const entry of plan.exports) {
    const destination = findDestination(entry.destination);
    const content =
      'list' in entry
        ? listContent(lists.get(entry.list)!.list)
        : await audienceContent(
            scope,
            needed.audiences.find(({ id }) => id === entry.audience)!,
            audiences.get(entry.audience)!,
            destination,
            entry,
            context,
          );
    const stem = 'list' in entry ? entry.list : entry.audience;
    const made = await makeFiles(stem, content, destination, entry.options ?? {}, names, context);
    files.push(...made.files);
    entries.exports.push(exportEntry(entry, content, made));
    entries.files.push(...fileEntries(entry, made));
  }

  const manifest = {
    ...(await provenance(context, scope)),
    backends: { ...(await engineNames(context)), ...modelBackends },
    audiences: needed.audiences.map((audience) => audienceEntry(plan, audience, audiences.get(audience.id)!)),
    lists: needed.lists.map(({ id, for: audience, model }) => ({ id, audience, model, ...lists.get(id)!.counts })),
    ...entries,
  };
  return { files, manifest, seconds: { models, audiences: audienceSeconds, lists: listSeconds, files: timer() } };
}

/** What the exports reach: audiences and lists in the plan's order. */
export interface NeededParts {
  plan: Plan;
  audiences: PlanAudience[];
  lists: PlanList[];
}

function neededParts(plan: Plan): NeededParts {
  const listIds = new Set(plan.exports.map((entry) => ('list' in entry ? entry.list : '')));
  const lists = plan.lists.filter(({ id }) => listIds.has(id));
  const audienceIds = new Set([
    ...plan.exports.map((entry) => ('audience' in entry ? entry.audience : '')),
    ...lists.map((list) => list.for),
  ]);
  return { plan, lists, audiences: plan.audiences.filter(({ id }) => audienceIds.has(id)) };
}

function refuseUnready(plan: Plan): void {
  if (plan.exports.length === 0) {
    throw new UserError('nothing_to_export', 'The plan exports nothing.', 'Add an audience or a list to its exports.');
  }
  const [problem] = referenceProblems(plan);
  if (problem) throw new UserError(problem.code, problem.message, problem.hint, problem.values);
}

async function provenance(
  { desk }: OperationContext,
  { asOf }: SegmentScope,
): Promise<Omit<Manifest, 'backends' | 'audiences' | 'lists' | 'exports' | 'files'>> {
  const { plan, facts } = desk.workspace;
  const { dataHash, users, items, events, firstEvent, lastEvent } = facts!;
  const { engine } = await desk.store();
  return {
    muster: 2,
    plan: { name: plan.name, sha256: planHash(plan) },
    data: { sha256: dataHash, users, items, events, firstEvent, lastEvent },
    asOf,
    timeZone: plan.timeZone,
    seed: plan.seed,
    versions: { muster: musterVersion, [engine.name]: engine.version },
    createdAt: desk.platform.now().toISOString(),
  };
}

async function engineNames({ desk }: OperationContext): Promise<Record<string, string>> {
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
