import { UserError } from '../../base/errors';
import type { OptionSpec } from '../../base/options';
import type { RunContext } from '../../base/run';
import { chooseK } from '../../math/clusters/chooseK';
import { silhouette } from '../../math/clusters/silhouette';
import { personalAttributes, keptFromModels, isAllowed } from '../../profiles/personal';
import { scoresBehind, withReferences } from '../../profiles/planTraits';
import { references } from '../../profiles/profilesQuery';
import { describeGroups } from '../clusters/describe';
import { findGroups, groupsOfState, placeInGroups, renumbered, stateOfGroups, type GroupMethod, type KeptGroups } from '../clusters/groups';
import { peopleAsked, placePeople, readTraitRows, traitUnfit, type PlacedPeople, type TraitRows } from '../clusters/points';
import { fitShapes, type ShapeOptions } from '../clusters/shape';
import type { EventScope, LeftOutFeature } from '../features';
import type { ClustersSection, DiagnosticsSection } from '../report';
import { personalFindings } from '../sections/personal';
import { seedDefinition } from '../seed';
import { backendOfKernels } from '../tools';
import type { AskedOfTask, ComputedOutputs, ComputedTask } from './task';

/** Fewer people for each group are luck. */
const fewestEach = 5;
const mostProposed = 10;

const options: OptionSpec[] = [
  {
    name: 'method',
    kind: 'choice',
    default: 'kmeans',
    choices: ['kmeans', 'mixture', 'ward', 'hdbscan'],
    what: 'How groups are found: k-means finds round groups of any number; a mixture finds long ones and says how sure it is; Ward joins the nearest step by step, on 5,000 people; HDBSCAN finds dense groups of any shape and leaves people in none.',
  },
  {
    name: 'k',
    kind: 'number',
    integer: true,
    default: 0,
    min: 0,
    max: 30,
    what: 'How many groups; 0 takes the number with the best silhouette. HDBSCAN finds the number by itself.',
  },
  {
    name: 'scaling',
    kind: 'choice',
    default: 'auto',
    choices: ['auto', 'standard', 'robust', 'ranks'],
    what: 'Automatic takes the logarithm of skewed traits and then standard deviations from the mean; robust takes median and quartiles; ranks takes only the order of people.',
  },
  {
    name: 'outliers',
    kind: 'choice',
    default: 'clip',
    choices: ['clip', 'keep', 'leaveOut'],
    what: 'What happens to the highest and lowest half percent of a trait: moved to the limit, kept as they are, or these people are left out.',
  },
  {
    name: 'missing',
    kind: 'choice',
    default: 'middle',
    choices: ['middle', 'leaveOut'],
    what: 'Whoever lacks a value is put in the middle of that trait, or left out.',
  },
  {
    name: 'leastPercent',
    kind: 'number',
    default: 2,
    min: 0.1,
    max: 30,
    unit: '%',
    what: 'Of HDBSCAN: a smaller share of the people is no group. Raising it gives fewer, larger groups.',
  },
];

/**
 * "Which kinds of people are there?" by the traits that somebody chose, among everyone or in a segment. The groups are
 * numbered by their mean of the first trait, the highest first, so that the same kinds keep their numbers better than by
 * size when the model is made again.
 */
export const clusters: ComputedTask = {
  id: 'clusters',
  asks: ['traits'],
  may: ['segment'],
  options,
  outputs: [
    { name: '', kind: 'text' },
    { name: 'fit', kind: 'score' },
  ],
  labels: null,
  learns: true,

  async compute(scope, asked, tools, run) {
    const kernels = await tools.kernels();
    const method = String(asked.options.method) as GroupMethod;
    const shaping = shapingOf(asked);
    const { rows, leftOut: personal, segment } = await readChosen(scope, asked, run);
    const shapes = fitShapes(rows.columns, shaping);
    const said = shapes.filter(({ spread }) => spread > 0);
    const people = await placePeople(rows, shapes, shaping, run);
    checkEnough(people, said.length, method === 'hdbscan' ? 2 : Math.max(2, Number(asked.options.k)));

    const choice =
      method === 'hdbscan'
        ? null
        : await chooseK(
            people.points,
            { from: 2, to: Math.max(2, Math.min(mostProposed, Math.floor(people.points.rows / fewestEach))) },
            kernels,
            asked.seed,
            run,
          );
    const k = Number(asked.options.k) || (choice?.proposals.silhouette ?? 0);
    run.report({ stage: 'cluster', done: 0, total: 1, unit: 'steps' });
    const found = await findGroups(
      people.points,
      { method, k, leastShare: Number(asked.options.leastPercent) / 100 },
      kernels,
      asked.seed,
      run,
    );
    if (found.order.length === 0) throw noGroups();
    const placed = await placeInGroups(found, people.points, kernels, run);
    const order = orderOf(placed.labels, found.order.length, people, rows);
    const groups = { ...found, order };
    const labels = renumbered(placed.labels, order);
    const { fits } = placed;

    run.report({ stage: 'describe', done: 0, total: 1, unit: 'steps' });
    const quality = await silhouette(people.points, labels, { sample: 5000, seed: asked.seed }, run);
    const section: ClustersSection = {
      kind: 'clusters',
      method,
      people: people.users.length,
      inNone: labels.reduce((count, label) => count + (label < 0 ? 1 : 0), 0),
      leftOut: people.leftOut,
      traits: shapes,
      choice,
      silhouette: Number.isNaN(quality.mean) ? null : quality.mean,
      groups: await describeGroups(rows, people, labels, groups.order.length, shapes, quality, run),
    };
    return {
      ...outputsOf(scope.users, people, labels, fits),
      sections: [section, ...diagnostics(shapes, personal)],
      state: stateOfGroups({ groups, shapes }),
      segment,
      backend: backendOfKernels(kernels.info),
    };
  },

  async again(scope, asked, state, tools, run) {
    const kept = groupsOfState(state);
    if (!kept) throw new Error(`a state of the format "${state.format}" holds no groups`);
    const kernels = await tools.kernels();
    const { rows } = await readChosen(scope, asked, run);
    const people = await placePeople(rows, inOrderOf(kept, rows), shapingOf(asked), run);
    const { labels, fits } = await placeInGroups(kept.groups, people.points, kernels, run);
    return outputsOf(scope.users, people, labels, fits);
  },
};

function shapingOf({ options: { scaling, outliers, missing } }: AskedOfTask): ShapeOptions {
  return { scaling, outliers, missing } as ShapeOptions;
}

/** The chosen traits of the people asked about, without what says something about people and was not allowed. */
async function readChosen(
  scope: EventScope,
  { target }: AskedOfTask,
  run: RunContext,
): Promise<{ rows: TraitRows; leftOut: LeftOutFeature[]; segment?: string }> {
  const inside = await scope.people!();
  const { planTraits = [], privacy = {} } = scope;
  const personal = new Map(
    [...(await personalAttributes(inside, privacy, planTraits, run))].filter(([column, { id }]) => !isAllowed(privacy, [column, id])),
  );
  const leftOut = target.traits!.flatMap((id): LeftOutFeature[] => {
    const attribute = [...personal.values()].find((known) => known.id === id);
    if (attribute) return [{ id, of: [attribute] }];
    const planned = planTraits.find((trait) => trait.id === id);
    const of = planned ? keptFromModels(planned, withReferences(planned, planTraits), personal, privacy, references) : [];
    return of.length > 0 ? [{ id, of }] : [];
  });
  const chosen = target.traits!.filter((id) => !leftOut.some((out) => out.id === id));
  if (chosen.length === 0) throw noTraits();
  const ofScore = chosen.find((id) => scoresBehind([id], planTraits).length > 0);
  if (ofScore !== undefined) throw traitUnfit(ofScore);
  const members = await peopleAsked(inside, target.segment, run);
  return {
    rows: await readTraitRows(inside, [...new Set(chosen)], members, run),
    leftOut,
    ...(target.segment === undefined ? {} : { segment: seedDefinition(inside.segments, target.segment) }),
  };
}

/** Shapes of an earlier making for the columns as they are read now. */
function inOrderOf({ shapes }: KeptGroups, { columns }: TraitRows) {
  return columns.map(({ trait }) => {
    const shape = shapes.find((known) => known.trait === trait);
    if (shape) return shape;
    throw new UserError('prediction_input_missing', `The model goes by "${trait}", which it was not made with.`, 'Train the model again.', {
      feature: trait,
    });
  });
}

/** The groups by their mean of the first trait, the highest first; ties by size, then as they were found. */
function orderOf(labels: Int32Array, count: number, people: PlacedPeople, { columns: [first] }: TraitRows): number[] {
  const sums = Array.from({ length: count }, () => ({ sum: 0, known: 0, people: 0 }));
  people.rows.forEach((row, at) => {
    if (labels[at] < 0) return;
    const of = sums[labels[at]];
    of.people++;
    if (Number.isNaN(first.values[row])) return;
    of.sum += first.values[row];
    of.known++;
  });
  const mean = (group: number) => (sums[group].known > 0 ? sums[group].sum / sums[group].known : -Infinity);
  return sums.map((_, group) => group).sort((a, b) => mean(b) - mean(a) || sums[b].people - sums[a].people || a - b);
}

function outputsOf(users: number, people: PlacedPeople, labels: Int32Array, fits: Float32Array): Pick<ComputedOutputs, 'outputs'> {
  const group = new Float64Array(users).fill(NaN);
  const fit = new Float64Array(users).fill(NaN);
  people.users.forEach((user, row) => {
    if (labels[row] < 0) return;
    group[user] = labels[row] + 1;
    fit[user] = fits[row];
  });
  return { outputs: { '': group, fit } };
}

function diagnostics(shapes: ClustersSection['traits'], personal: LeftOutFeature[]): DiagnosticsSection[] {
  const constant = shapes
    .filter(({ spread }) => spread === 0)
    .map(({ trait }) => ({
      code: 'clusters_trait_constant',
      feature: trait,
      message: `Everybody has the same "${trait}", so it says nothing.`,
    }));
  const findings = [...constant, ...personalFindings({ personal })];
  return findings.length > 0 ? [{ kind: 'diagnostics', findings }] : [];
}

function checkEnough({ users }: PlacedPeople, traits: number, k: number): void {
  if (traits === 0) throw noTraits();
  const needed = k * fewestEach;
  if (users.length >= needed) return;
  throw new UserError(
    'clusters_too_few',
    `There are ${users.length} people to group; ${k} groups need ${needed}.`,
    'Ask for fewer groups, choose more people, or keep those who lack a value.',
    { people: users.length, groups: k, needed },
  );
}

function noTraits(): UserError {
  return new UserError(
    'clusters_no_traits',
    'None of the chosen traits tells people apart.',
    'Choose numbers, dates or yes/no in which people differ and that are allowed for models.',
  );
}

function noGroups(): UserError {
  return new UserError(
    'clusters_none_found',
    'No group is dense enough: everybody lies in one cloud.',
    'Let smaller groups count, choose other traits, or take k-means.',
  );
}
