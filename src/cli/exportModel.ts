import { UserError } from '../lib/core/base/errors';
import type { RecommenderSpec } from '../lib/core/plan/schema';
import type { Arguments, Command, CommandIo } from './command';
import { count, table } from './help';
import { openingOf, planWord } from './opening';

export const exportModel: Command = {
  name: 'export-model',
  summary: 'Train a recommender of a plan and write it in every form: NumPy, Parquet, tfjs, ONNX, a Python program, a card.',
  words: [{ name: 'PLAN', what: planWord, required: true }],
  options: [
    { name: 'model', kind: 'text', value: 'ID', required: true, what: 'Which recommender of the plan.' },
    { name: 'out', kind: 'text', value: 'FILE', required: true, what: 'The zip to write.' },
    {
      name: 'without-customers',
      kind: 'flag',
      what: 'Leave single customers and their histories out; what is left serves whoever has a history, where the model can fold in.',
    },
    { name: 'models', kind: 'text', value: 'DIR', what: 'Where NAME.zip or NAME.npz lie of weights that the plan names.' },
    { name: 'data', kind: 'text', value: 'DIR', what: 'Look the plan’s files up here instead of beside the plan.' },
    { name: 'json', kind: 'flag', what: 'Print the summary as one JSON object.' },
  ],
  examples: [
    'export-model plan.yaml --model tastes --out tastes.zip',
    'export-model shop.muster --model tastes --out tastes.zip --without-customers',
  ],
  run: writeModel,
};

async function writeModel(args: Arguments, io: CommandIo): Promise<number> {
  const out = io.path(args.text('out'));
  const [{ Desk }, { nodePlatform }, { trainedModel }, { findKept }, { takenFiles }, { zipOf }, { bringWeights, writeWhole }] =
    await Promise.all([
      import('../lib/work/desk'),
      import('../lib/platform/node/platform'),
      import('../lib/work/recommenders'),
      import('../lib/work/registry/use'),
      import('../lib/work/registry/take'),
      import('../lib/core/base/zip'),
      import('./keptModels'),
    ]);
  const desk = new Desk(nodePlatform());
  const { open } = await openingOf(desk, args, io);
  await open(io.run);
  const id = args.text('model');
  const spec = recommenderOf(desk.state.plan.models, id);
  if (spec.weights !== undefined) await desk.read(io.run, (epoch) => bringWeights(epoch, io.path(args.text('models'))));
  const { facts } = await desk.read(io.run, (epoch) => trainedModel(epoch, spec));
  const files = await desk.read(io.run, (epoch) => {
    const kept = spec.weights === undefined ? desk.state.models.at(-1) : findKept(desk.state.models, spec.weights);
    return takenFiles(epoch, kept!, !args.flag('without-customers'));
  });
  const bytes = zipOf(files);
  await writeWhole(out, bytes);
  const summary = {
    out,
    model: id,
    algorithm: facts.algorithm,
    options: facts.options,
    files: files.map(({ name }) => name),
    bytes: bytes.length,
  };
  if (args.flag('json')) io.print(JSON.stringify(summary, null, 2));
  else io.print([...table(files.map(({ name, bytes: own }) => [name, `${count(own.length)} bytes`])), `Wrote ${out}.`].join('\n'));
  return 0;
}

function recommenderOf(models: readonly { id: string; kind: string }[], id: string): RecommenderSpec {
  const found = models.find((model) => model.id === id && model.kind === 'recommender');
  if (found) return found as RecommenderSpec;
  const known = models.filter(({ kind }) => kind === 'recommender').map((model) => model.id).join(', ') || 'none'; // prettier-ignore
  throw new UserError('model_unknown', `There is no model "${id}".`, `Choose one of: ${known}.`, { id, known });
}
