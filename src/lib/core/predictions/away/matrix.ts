import type { RunContext } from '../../base/run';
import { readIdsOf } from '../../recommenders/readIds';
import type { DataScope } from '../../store/dataScope';
import { applyCalibration } from '../calibrate';
import type { EventScope, FeatureTable, RawFeature } from '../features';
import type { Labels } from '../labels';
import type { TrainedPrediction } from '../predictionState';
import type { Cutoffs } from '../report';
import { rowsOfTable } from '../rows';
import { rowsWhere } from '../folds';
import { peopleOf } from '../tasks/catalogue';
import { todaysFeatures } from '../todaysFeatures';
import type { PredictionTools } from '../tools';
import { applyTransform } from '../transform';
import { readWindows, segmentRows, type AskedTask } from '../windows';

/** What a column of the matrix is. */
export type MatrixRole = 'person' | 'cutoff' | 'part' | 'label' | 'learnt' | 'score' | 'output' | 'baseline' | 'segment' | 'feature';

export interface MatrixColumn {
  /** In the file: a feature's own id, unless another column has that name. */
  name: string;
  type: 'text' | 'number';
  required?: boolean;
  role: MatrixRole;
  /** Id of the feature or segment, name of the output or part of the label; the learner's main number has no name. */
  of?: string;
}

/**
 * Rows of everybody a model learnt from, was chosen and tested on and has scored today, column by column: a table in the
 * sense of the exports. `part` is `train`, `validation`, `test`, `today`, or `known` for those of today whose answer needs
 * no learner.
 */
export interface TrainingMatrix {
  columns: MatrixColumn[];
  /** Those that inputs are made of. */
  features: Pick<RawFeature, 'id' | 'kind' | 'origin'>[];
  /** Of each part how many rows. */
  rows: Record<string, number>;
  blocks(): { rows: number; cells: (string | number | null)[][] }[];
}

interface Block {
  part: string;
  table: FeatureTable;
  labels: Labels | null;
  learnt: ArrayLike<number> | null;
  score: ArrayLike<number>;
  outputs: Readonly<Record<string, ArrayLike<number>>>;
  baseline: ArrayLike<number> | null;
  /** By segment, 1 of members. */
  segments: ReadonlyMap<string, Uint8Array>;
}

/**
 * Everything that a trained model was made of, read again from the same data: features as the learner was given them, before
 * any transformation, beside labels and what the model says of each row.
 * @param cutoffs the training's; null of tasks that have none
 */
export async function trainingMatrix(
  scope: DataScope & EventScope,
  asked: AskedTask,
  trained: TrainedPrediction,
  cutoffs: Cutoffs | null,
  tools: PredictionTools,
  run: RunContext,
): Promise<TrainingMatrix> {
  const { task, target, options } = asked;
  const { learner, fitted, inputs, calibration, traits } = trained;
  const ids = await readIdsOf('users', { ...scope, items: 0 }, run.signal);
  const says = async (table: FeatureTable) => {
    const matrix = applyTransform(inputs, table.features);
    const learnt = await learner.predict(fitted, matrix, tools, run);
    const outputs = learner.predictAll ? await learner.predictAll(fitted, matrix, tools, run) : {};
    return { learnt, score: applyCalibration(calibration, learnt), outputs };
  };
  const blocks: Block[] = [];
  for (const { part, table, labels } of await readWindows({ ...scope, planTraits: traits }, asked, cutoffs, run)) {
    const segments = part === 'test' ? await segmentRows(scope, table, run) : [];
    const flags = segments.map(({ segment, rows }) => [segment, flagsOf(rows, table.userIndexes.length)] as const);
    const baseline = task.baseline.scores(table);
    blocks.push({ part, table, labels, ...(await says(table)), baseline, segments: new Map(flags) });
  }
  const everybody = await todaysFeatures(scope, traits, run, { people: peopleOf(task) });
  const among = task.cutoffs && task.among && (await task.among(scope, everybody, target, options, run));
  const table = among ? rowsOfTable(everybody, among.rows) : everybody;
  const today = { labels: null, baseline: null, segments: new Map<string, Uint8Array>() };
  const said = await says(table);
  const knownOf = (rows: Int32Array) =>
    Object.fromEntries(Object.entries(among?.known ?? {}).map(([name, values]) => [name, Float64Array.from(rows, (row) => values[row])]));
  const askedRows = among?.rows ?? new Int32Array(0);
  blocks.push({ part: 'today', table, ...said, outputs: { ...knownOf(askedRows), ...said.outputs }, ...today });
  if (among) {
    const isAsked = new Set(among.rows);
    const rest = rowsWhere(everybody.userIndexes.length, (row) => !isAsked.has(row));
    const known = knownOf(rest);
    const score = known[''] ?? new Float64Array(rest.length).fill(NaN);
    blocks.push({ part: 'known', table: rowsOfTable(everybody, rest), learnt: null, score, outputs: known, ...today });
  }

  const used = new Set(inputs.map(({ feature }) => feature));
  const features = blocks[0].table.features.filter(({ id }) => used.has(id));
  const columns = columnsOf(blocks, features);
  const rows: Record<string, number> = {};
  for (const { part, table } of blocks) rows[part] = (rows[part] ?? 0) + table.userIndexes.length;
  return {
    columns,
    features: features.map(({ id, kind, origin }) => ({ id, kind, origin })),
    rows,
    blocks: () =>
      blocks.map((block) => ({ rows: block.table.userIndexes.length, cells: columns.map((column) => cellsOf(column, block, ids)) })),
  };
}

function columnsOf(blocks: readonly Block[], features: readonly RawFeature[]): MatrixColumn[] {
  const taken = new Set<string>();
  const column = (role: MatrixRole, wanted: string, of?: string, type: MatrixColumn['type'] = 'number', required?: boolean) => {
    let name = wanted;
    for (let n = 2; taken.has(name); n++) name = `${wanted} ${n}`;
    taken.add(name);
    return { name, type, ...(required && { required }), role, ...(of !== undefined && { of }) };
  };
  const { labels, segments } = blocks.find(({ part }) => part === 'test')!;
  // The main one is the score.
  const outputs = new Set(blocks.flatMap((block) => Object.keys(block.outputs)).filter((name) => name !== ''));
  const parts = Object.keys(labels!).filter((part) => part !== 'kind');
  return [
    column('person', 'user_id', undefined, 'text', true),
    column('cutoff', 'cutoff', undefined, 'text', true),
    column('part', 'part', undefined, 'text', true),
    ...parts.map((part) => column('label', part === 'values' ? 'label' : `label ${part}`, part)),
    column('learnt', 'learnt'),
    column('score', 'score'),
    ...[...outputs].map((name) => column('output', `output ${name}`, name)),
    column('baseline', 'baseline'),
    ...[...segments.keys()].map((segment) => column('segment', `segment ${segment}`, segment)),
    ...features.map(({ id, kind }) => column('feature', id, id, kind === 'text' ? 'text' : 'number')),
  ];
}

function cellsOf({ role, of }: MatrixColumn, block: Block, ids: readonly (string | null)[]): (string | number | null)[] {
  const { table, labels, outputs } = block;
  const count = table.userIndexes.length;
  const same = (value: string | null) => new Array<string | null>(count).fill(value);
  const numbers = (values: ArrayLike<number> | null | undefined) =>
    values ? Array.from(values, (value) => (Number.isNaN(value) ? null : value)) : same(null);
  switch (role) {
    case 'person':
      return Array.from(table.userIndexes, (user) => ids[user]);
    case 'cutoff':
      return same(table.cutoff);
    case 'part':
      return same(block.part);
    case 'label':
      return numbers(labels && (labels as unknown as Record<string, ArrayLike<number>>)[of!]);
    case 'learnt':
    case 'score':
    case 'baseline':
      return numbers(block[role]);
    case 'output':
      return numbers(outputs[of!]);
    case 'segment':
      return numbers(block.segments.get(of!));
    case 'feature': {
      const feature = table.features.find(({ id }) => id === of)!;
      return feature.kind === 'text' ? feature.values : numbers(feature.values);
    }
  }
}

function flagsOf(rows: Int32Array, count: number): Uint8Array {
  const flags = new Uint8Array(count);
  for (const row of rows) flags[row] = 1;
  return flags;
}
