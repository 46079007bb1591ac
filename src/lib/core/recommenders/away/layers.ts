import type { StateFile } from '../state/travelling';
import type { ScoreChain, Step } from './chain';

const shard = 'weights.bin';

/**
 * A model as a layers model of tfjs (`tf.loadLayersModel`), undefined where layers cannot say it. Input: the place of a
 * customer ([batch, 1]), or a history (float [batch, items]) which, where the model wants that, has been brought
 * to length 1 by the caller, since no layer does so: `userDefinedMetadata.input` says what is wanted.
 */
export function writeLayers(
  name: string,
  { input, items, steps }: ScoreChain,
  ids: { items: readonly (string | null)[] },
): StateFile[] | undefined {
  const [first, ...rest] = steps;
  const wanted = input === 'user' ? 'place of a customer' : first.op === 'unit' ? 'history of length 1' : 'history';
  const own = first.op === 'unit' ? rest : steps;
  if (own.some(({ op }) => op === 'unit' || op === 'share')) return undefined;
  const layers: { class_name: string; config: Record<string, unknown> }[] = [];
  const weights: { name: string; shape: number[]; values: Float32Array }[] = [];
  own.forEach((step, at) => {
    const inputShape = at === 0 ? { batch_input_shape: [null, input === 'user' ? 1 : items], dtype: 'float32' } : {};
    layerOf(step, `step_${at}`, inputShape, layers, weights);
  });
  const model = {
    format: 'layers-model',
    generatedBy: 'muster',
    modelTopology: { keras_version: '2.15.0', backend: 'tensorflow', model_config: { class_name: 'Sequential', config: { name, layers } } },
    weightsManifest: [{ paths: [shard], weights: weights.map(({ values: _, ...spec }) => ({ ...spec, dtype: 'float32' })) }],
    userDefinedMetadata: { input: wanted, items: ids.items },
  };
  const bytes = new Uint8Array(weights.reduce((sum, { values }) => sum + values.byteLength, 0));
  let at = 0;
  for (const { values } of weights) {
    bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at);
    at += values.byteLength;
  }
  return [
    { name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model)) },
    { name: shard, bytes },
  ];
}

function layerOf(
  step: Step,
  name: string,
  input: Record<string, unknown>,
  layers: { class_name: string; config: Record<string, unknown> }[],
  weights: { name: string; shape: number[]; values: Float32Array }[],
): void {
  if (step.op === 'rows') {
    layers.push({ class_name: 'Embedding', config: { name, input_dim: step.rows, output_dim: step.width, ...input } });
    layers.push({ class_name: 'Flatten', config: { name: `${name}_flat` } });
    weights.push({ name: `${name}/embeddings`, shape: [step.rows, step.width], values: step.table });
  } else if (step.op === 'dense') {
    const config = { name, units: step.to, activation: step.activation ?? 'linear', use_bias: step.bias !== undefined, ...input };
    layers.push({ class_name: 'Dense', config });
    weights.push({ name: `${name}/kernel`, shape: [step.from, step.to], values: step.weights });
    if (step.bias) weights.push({ name: `${name}/bias`, shape: [step.to], values: step.bias });
  }
}
