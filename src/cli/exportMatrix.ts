import { UserError } from '../lib/core/base/errors';
import type { PredictionSpec } from '../lib/core/plan/schema';
import type { Arguments, Command, CommandIo } from './command';
import { count, table } from './help';
import { openingOf, planWord } from './opening';

export const exportMatrix: Command = {
  name: 'export-matrix',
  summary: 'Train a prediction of a plan and write what it was made of: the training matrix, and a Python program that checks the report.',
  words: [{ name: 'PLAN', what: planWord, required: true }],
  options: [
    { name: 'model', kind: 'text', value: 'ID', required: true, what: 'Which prediction of the plan.' },
    {
      name: 'out',
      kind: 'text',
      value: 'FILE',
      required: true,
      what: 'The zip to write: matrix.parquet (a row a customer and cut-off, with features, label and scores), matrix.json, reproduce.py.',
    },
    { name: 'data', kind: 'text', value: 'DIR', what: 'Look the plan’s files up here instead of beside the plan.' },
    { name: 'json', kind: 'flag', what: 'Print the summary as one JSON object.' },
  ],
  examples: [
    'export-matrix plan.yaml --model will-buy --out will-buy.zip',
    'export-matrix shop.muster --model will-buy --out will-buy.zip',
  ],
  run: writeMatrix,
};

async function writeMatrix(args: Arguments, io: CommandIo): Promise<number> {
  const out = io.path(args.text('out'));
  const [{ Desk }, { nodePlatform }, { makePrediction, keepPrediction }, { matrixFiles }, { zipOf }, { writeWhole }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/work/predictions'),
    import('../lib/work/predictionMatrix'),
    import('../lib/core/base/zip'),
    import('./keptModels'),
  ]);
  const desk = new Desk(nodePlatform());
  const { open } = await openingOf(desk, args, io);
  await open(io.run);
  const spec = predictionNamed(desk.state.plan.models, args.text('model'));
  const { report } = await desk.read(io.run, async (epoch) => {
    const prediction = await makePrediction(epoch, spec);
    await keepPrediction(epoch, prediction);
    return prediction;
  });
  const files = await desk.read(io.run, (epoch) => matrixFiles(epoch, spec.id));
  const bytes = zipOf(files);
  await writeWhole(out, bytes);
  const { rows } = report.protocol;
  const summary = {
    out,
    model: spec.id,
    task: spec.task,
    learner: spec.learner,
    rows,
    files: files.map(({ name }) => name),
    bytes: bytes.length,
  };
  if (args.flag('json')) io.print(JSON.stringify(summary, null, 2));
  else io.print([...table(files.map(({ name, bytes: own }) => [name, `${count(own.length)} bytes`])), `Wrote ${out}.`].join('\n'));
  return 0;
}

function predictionNamed(models: readonly { id: string; kind: string }[], id: string): PredictionSpec {
  const found = models.find((model) => model.id === id && model.kind === 'prediction');
  if (found) return found as PredictionSpec;
  const known = models.filter(({ kind }) => kind === 'prediction').map((model) => model.id).join(', ') || 'none'; // prettier-ignore
  throw new UserError('model_unknown', `There is no model "${id}".`, `Choose one of: ${known}.`, { id, known });
}
