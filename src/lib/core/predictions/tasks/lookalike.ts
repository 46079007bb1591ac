import { UserError } from '../../base/errors';
import { resolveOptions } from '../../base/options';
import { Random } from '../../base/random';
import type { RunContext } from '../../base/run';
import { withReferences } from '../../profiles/planTraits';
import { profileTraits } from '../../profiles/profileTraits';
import { references, type NamedTrait } from '../../profiles/profilesQuery';
import { readFeatures, type EventScope, type FeatureTable } from '../features';
import { findLeaks } from '../leakage';
import { logistic } from '../learners/logistic';
import type { LabeledRows } from '../learners/learner';
import { liftCurve } from '../lookalike/lift';
import { sameCategoryBuyers } from '../lookalike/sameCategory';
import { readTaste, tasteSimilarity } from '../lookalike/taste';
import { auc } from '../metrics';
import { percentileRanks } from '../ranks';
import { rowsOfMatrix, rowsOfTable } from '../rows';
import type { DiagnosticsSection, DriversSection, LiftSection } from '../report';
import { driversSection } from '../sections/drivers';
import { personalFindings } from '../sections/personal';
import { backendOf, type PredictionTools } from '../tools';
import { applyTransform, fitTransform } from '../transform';
import { recentBuyersFirst } from './propensity';
import type { ComputedTask } from './task';

/** Members, and people who are none, that must be there; with fewer any measure is luck. */
const fewest = 20;

/**
 * "Who is like the members of this segment?" of everyone with an event, between 0 and 1: the share of people who are
 * less like them. Three ways are tried: a logistic regression on the traits, the nearest members by taste (factors of
 * iALS), and the mean of the two as ranks. A part of the people, the same share of members and of others, is held out
 * of all learning; how many of its members are found again is the proof. Traits that the segment's own rule goes by, and what is
 * made of them, are no inputs: they would only repeat the rule.
 */
export const lookalike: ComputedTask = {
  id: 'lookalike',
  asks: ['segment'],
  options: [
    {
      name: 'way',
      kind: 'choice',
      default: 'traits',
      choices: ['traits', 'taste', 'blend'],
      what: 'Traits compares figures and attributes, taste compares the items that people looked at and bought, and blend takes the mean of both.',
    },
    {
      name: 'heldOutPercent',
      kind: 'number',
      integer: true,
      default: 25,
      min: 10,
      max: 50,
      unit: '%',
      what: 'Raising it proves the lift more narrowly, and leaves fewer people to learn from.',
    },
  ],
  outputs: [{ name: '', kind: 'score' }],
  labels: null,
  learns: true,

  async compute(scope, { target, options, seed }, tools, run) {
    const { members, traits, definition, scores: seedScores } = await scope.seed!(target.segment!);
    run.report({ stage: 'features', done: 0, total: 1, unit: 'steps' });
    const table = await readFeatures(scope, scope.asOf, run.signal, { leaveOut: repeating(traits, scope) });
    const people = table.userIndexes;
    const isMember = Uint8Array.from(people, (number) => (members.has(number) ? 1 : 0));
    checkEnough(isMember, target.segment!);
    const heldOut = holdOut(isMember, Number(options.heldOutPercent) / 100, seed);
    /** Members that may be looked at. */
    const isSeed = isMember.map((member, row) => (heldOut[row] ? 0 : member));

    const tensors = await tools.tensors();
    const byTraits = await traitSimilarity(table, isMember, heldOut, seed, tools, run);
    const kernels = await tools.kernels();
    run.report({ stage: 'taste', done: 0, total: 1, unit: 'steps' });
    const taste =
      scope.items === undefined ? null : await readTaste({ ...scope, items: scope.items }, seed, { kernels, tensors: tools.tensors }, run);
    const byTaste = taste && (await tasteSimilarity(taste, people, isSeed, seed, kernels, run));

    run.report({ stage: 'test', done: 0, total: 1, unit: 'steps' });
    const ways = new Map<string, ArrayLike<number>>([['traits', byTraits.scores]]);
    if (byTaste) {
      const [traitRanks, tasteRanks] = [percentileRanks(byTraits.scores), percentileRanks(byTaste)];
      ways.set('taste', byTaste);
      ways.set(
        'blend',
        traitRanks.map((rank, row) => (rank + tasteRanks[row]) / 2),
      );
    }
    const used = ways.has(String(options.way)) ? String(options.way) : 'traits';
    const buyers = await sameCategoryBuyers(scope, people, isSeed, run);
    const baseline = buyers ? ('same-category-buyers' as const) : ('recent-buyers-first' as const);
    ways.set(baseline, buyers?.orders ?? recentBuyersFirst(table));

    const scores = new Float64Array(scope.users).fill(NaN);
    percentileRanks(ways.get(used)!).forEach((rank, row) => (scores[people[row]] = rank));
    const noTaste = { code: 'no_taste', message: 'Nobody touched an item, so people are compared by traits alone.' };
    const findings = [...byTraits.findings, ...(byTaste || options.way === 'traits' ? [] : [noTaste]), ...personalFindings(table)];
    return {
      outputs: { '': scores },
      sections: [
        liftSection(ways, isMember, heldOut, { used, ...(buyers && { category: buyers.category }) }),
        ...(findings.length > 0 ? [{ kind: 'diagnostics' as const, findings }] : []),
        byTraits.drivers,
      ],
      segment: definition,
      seedScores,
      backend: backendOf(tensors),
      reproducible: tensors.reproducible,
    };
  },
};

/** The traits that the seed's rule names, and all that are made of them. */
function repeating(named: readonly string[], { planTraits = [] }: EventScope): string[] {
  const isMadeOf = (trait: NamedTrait): boolean =>
    named.includes(trait.id) ||
    references(trait).some((id) => named.includes(id) || profileTraits.some((known) => known.id === id && isMadeOf(known)));
  const planned = planTraits.filter((trait) => withReferences(trait, planTraits).some(isMadeOf)).map(({ id }) => id);
  return [...new Set([...named, ...profileTraits.filter(isMadeOf).map(({ id }) => id), ...planned])];
}

function checkEnough(isMember: Uint8Array, segment: string): void {
  const members = isMember.reduce((sum, member) => sum + member, 0);
  const others = isMember.length - members;
  if (members >= fewest && others >= fewest) return;
  throw new UserError(
    'lookalike_too_few',
    `"${segment}" has ${members} active customers and ${others} are not in it; at least ${fewest} of each are needed.`,
    members < fewest ? 'Choose a larger segment.' : 'Choose a segment that leaves more people to look among.',
    { segment, members, others, fewest },
  );
}

function rowsWith(marks: Uint8Array, mark: number): Int32Array {
  return Int32Array.from(marks, (_, row) => row).filter((row) => marks[row] === mark);
}

/** 1 for the people who are held out: the share of members and the same share of the others, by chance. */
function holdOut(isMember: Uint8Array, share: number, seed: number): Uint8Array {
  const random = new Random(seed, 1);
  const heldOut = new Uint8Array(isMember.length);
  for (const kind of [0, 1]) {
    const rows = random.shuffle(rowsWith(isMember, kind));
    rows.subarray(0, Math.round(share * rows.length)).forEach((row) => (heldOut[row] = 1));
  }
  return heldOut;
}

/** How a logistic regression that learnt from those not held out ranks everyone. */
async function traitSimilarity(
  table: FeatureTable,
  isMember: Uint8Array,
  heldOut: Uint8Array,
  seed: number,
  tools: PredictionTools,
  run: RunContext,
): Promise<{ scores: Float32Array; drivers: DriversSection; findings: DiagnosticsSection['findings'] }> {
  const learntRows = rowsWith(heldOut, 0);
  const testRows = rowsWith(heldOut, 1);
  const learnt = rowsOfTable(table, learntRows);
  const labels = Uint8Array.from(learntRows, (row) => isMember[row]);
  // What nearly gives the segment away may be what it is about; it is said and not left out.
  const findings = (await findLeaks(learnt, labels, run))
    .filter(({ code }) => code === 'suspiciously_good')
    .map(({ code, feature, message }) => ({ code, feature, message }));
  const inputs = fitTransform([learnt.features]);
  const all = applyTransform(inputs, table.features);
  const part = (rows: Int32Array): LabeledRows => ({
    inputs: rowsOfMatrix(all, rows),
    labels: { kind: 'binary', values: Uint8Array.from(rows, (row) => isMember[row]) },
  });
  const options = resolveOptions(logistic.id, logistic.options);
  const total = Number(options.epochs);
  const fitted = await logistic.fit({ train: part(learntRows), validation: part(testRows) }, options, seed, tools, run, ({ epoch }) =>
    run.report({ stage: 'train', done: epoch, total, unit: 'epochs' }),
  );
  const scores = await logistic.predict(fitted.state, all, tools, run);
  return { scores, drivers: driversSection(logistic, inputs, fitted.drivers), findings };
}

function liftSection(
  ways: ReadonlyMap<string, ArrayLike<number>>,
  isMember: Uint8Array,
  heldOut: Uint8Array,
  rest: Pick<LiftSection, 'used' | 'category'>,
): LiftSection {
  const rows = rowsWith(heldOut, 1);
  const tested = Uint8Array.from(rows, (row) => isMember[row]);
  const members = tested.reduce((sum, member) => sum + member, 0);
  return {
    kind: 'lift',
    people: rows.length,
    members,
    learntFrom: isMember.reduce((sum, member) => sum + member, 0) - members,
    ...rest,
    ways: [...ways].map(([id, scores]) => {
      const ofRows = Float64Array.from(rows, (row) => scores[row]);
      return { id, auc: auc(ofRows, tested), points: liftCurve(ofRows, tested) };
    }),
  };
}
