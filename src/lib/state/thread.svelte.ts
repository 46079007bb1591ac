import type { PredictionReport } from '../core/predictions/report';
import { placeOf } from '../core/predictions/tasks/places';
import type { WorkspaceView } from '../work/operations/workspaces';

export const threadSteps = ['data', 'customers', 'items', 'segments', 'recommenders', 'predictions', 'audiences', 'exports'] as const;
export type ThreadStep = (typeof threadSteps)[number];
export type StepState = 'empty' | 'fresh' | 'stale' | 'running' | 'problem';

export interface StepFacts {
  state: StepState;
  /** The step's main number; null while there is nothing to count. */
  count: number | null;
  /** Ids in the plan of what is out of date. */
  stale: string[];
}

/** Share of a file's rows above which rejected ones are shown as a problem. */
const rejectedShareOfConcern = 0.05;

/** What each step of the thread holds, from the workspace alone. `running` names the steps with a job. */
export function threadOf(view: WorkspaceView | null, running: ReadonlySet<ThreadStep> = new Set()): Record<ThreadStep, StepFacts> {
  const facts = view?.facts ?? null;
  const plan = view?.plan;
  const recommenders = plan?.models.filter(({ kind }) => kind === 'recommender') ?? [];
  const predictions = plan?.models.filter((model) => model.kind === 'prediction' && placeOf(model) === 'predictions') ?? [];
  const compared = new Set(
    view?.comparison && view.comparison.protocol.dataHash === facts?.dataHash ? view.comparison.rows.map(({ modelId }) => modelId) : [],
  );
  // Scores stay when a month is added, but they are of the data of before.
  const isFresh = ({ dataHash, asOf, erasedAt }: PredictionReport['protocol']) =>
    erasedAt === undefined && dataHash === facts?.dataHash && (asOf === undefined || asOf === view?.asOf);
  const trained = new Set(view?.predictionReports.flatMap(({ modelId, protocol }) => (isFresh(protocol) ? modelId : [])));
  /** Files of before are out there, with whatever has changed since. */
  const isOfBefore = (made: WorkspaceView['exportsMade']) =>
    made !== undefined && (made.dataHash !== facts?.dataHash || made.asOf !== view?.asOf);
  const hasProblem = view?.reports.some(
    (report) =>
      report.rowsRejected > rejectedShareOfConcern * report.rowsRead || report.diagnostics.some(({ severity }) => severity === 'error'),
  );

  const step = (count: number | null | undefined, stale: string[] = [], problem = false): StepFacts => ({
    state: problem ? 'problem' : !count ? 'empty' : stale.length ? 'stale' : 'fresh',
    count: count || null,
    stale,
  });
  const untrained = (models: { id: string }[], done: Set<string>) =>
    facts ? models.map(({ id }) => id).filter((id) => !done.has(id)) : [];
  const steps: Record<ThreadStep, StepFacts> = {
    data: step(facts?.events, [], hasProblem),
    customers: step(facts?.users),
    items: step(facts?.items),
    segments: step(plan?.segments.length),
    recommenders: step(recommenders.length, untrained(recommenders, compared)),
    predictions: step(predictions.length, untrained(predictions, trained)),
    audiences: step(plan?.audiences.length),
    exports: step(plan?.exports.length, isOfBefore(view?.exportsMade) ? ['files'] : []),
  };
  for (const name of running) steps[name] = { ...steps[name], state: 'running' };
  return steps;
}
