import { describe, expect, it } from 'vitest';
import { Cancelled } from '$lib/core/base/errors';
import { resolveOptions, type OptionValues } from '$lib/core/base/options';
import { createRunContext, quietContext } from '$lib/core/base/run';
import type { LabelKind, Labels } from '$lib/core/predictions/labels';
import type { EpochLoss, LabeledRows, Learner } from '$lib/core/predictions/learners/learner';
import type { PredictionTools } from '$lib/core/predictions/tools';
import { eitherOr, scoreSmall } from './smallPropensity';

/** The same rows with labels of each kind; what only looks at whether something happened finds the same. */
function labelsOf(kind: LabelKind, { labels }: LabeledRows): Labels {
  const yes = (labels as Labels & { kind: 'binary' }).values;
  switch (kind) {
    case 'binary':
      return labels;
    case 'number':
      return { kind, values: Float64Array.from(yes, (value) => 10 * value) };
    case 'duration':
      return { kind, days: Float64Array.from(yes, (value) => (value ? 5 : 30)), happened: yes };
    case 'treatment':
      return { kind, treated: yes.map((_, row) => row % 2), outcome: Float64Array.from(yes) };
  }
}

/** What every learner of the catalogue must do, whatever it learns. */
export function everyLearnerMust(learner: Learner, tools: PredictionTools): void {
  const { id } = learner;
  const few: OptionValues = Object.fromEntries(
    learner.options.flatMap(({ name }) => (name === 'epochs' ? [[name, 5]] : name === 'trees' ? [[name, 20]] : [])),
  );
  const options = resolveOptions(id, learner.options, few);
  const rows = (kind: LabelKind, count: number, seed: number): LabeledRows => {
    const made = eitherOr(count, seed);
    return { inputs: made.inputs, labels: labelsOf(kind, made) };
  };
  const fit = async (kind: LabelKind, seed = 1, onEpoch?: (loss: EpochLoss) => void) =>
    learner.fit({ train: rows(kind, 300, 11), validation: rows(kind, 100, 12) }, options, seed, tools, quietContext(), onEpoch);

  describe(`learner ${id}`, () => {
    it('has options that are data, each with a sentence', () => {
      expect(learner.labels.length).toBeGreaterThan(0);
      for (const option of learner.options) expect(option.what).toMatch(/^[A-Z].*\.$/s);
      expect(() => resolveOptions(id, learner.options, {})).not.toThrow();
    });

    for (const kind of learner.labels) {
      it(`learns ${kind} labels: one finite number a row, one driver an input`, async () => {
        const told: EpochLoss[] = [];
        const { state, drivers, losses } = await fit(kind, 1, (loss) => told.push(loss));
        const predicted = await learner.predict(state, eitherOr(50, 13).inputs, tools, quietContext());
        expect(predicted).toHaveLength(50);
        expect(predicted.every(Number.isFinite)).toBe(true);
        if (learner.givesProbabilities && kind === 'binary') expect(predicted.every((chance) => chance >= 0 && chance <= 1)).toBe(true);
        expect(new Set(predicted).size).toBeGreaterThan(1);
        expect(drivers).toHaveLength(3);
        expect(told).toEqual(losses);
      });

      it(`gives the same scores of ${kind} labels for the same seed`, async () => {
        const of = async () => {
          const { state } = await fit(kind, 3);
          return learner.predict(state, eitherOr(50, 13).inputs, tools, quietContext());
        };
        expect(await of()).toEqual(await of());
      });
    }

    it('keeps all it has learnt in named arrays and JSON, so that it scores the same after being saved', async () => {
      const { state } = await fit(learner.labels[0]);
      expect(state.format).toMatch(/^[a-z-]+\/\d+$/);
      for (const { data, shape } of Object.values(state.arrays)) expect(data).toHaveLength(shape.reduce((size, side) => size * side, 1));
      const saved = { ...structuredClone(state), meta: JSON.parse(JSON.stringify(state.meta)) as typeof state.meta };
      const { inputs } = eitherOr(50, 13);
      const [before, after] = [state, saved].map(async (each) => learner.predict(each, inputs, tools, quietContext()));
      expect(await after).toEqual(await before);
    });

    if (learner.parts) {
      it('adds up to its prediction, where it says what each input adds', async () => {
        const { state } = await fit(learner.labels[0]);
        const { inputs } = eitherOr(20, 13);
        const predicted = await learner.predict(state, inputs, tools, quietContext());
        predicted.forEach((value, row) => {
          const one = { rows: 1, columns: 3, values: inputs.values.subarray(row * 3, row * 3 + 3) };
          const { base, parts, unit } = learner.parts!(state, one);
          const reached = parts.reduce((sum, part) => sum + part, base);
          expect(learner.givesProbabilities && !unit ? 1 / (1 + Math.exp(-reached)) : reached).toBeCloseTo(value, 6);
        });
      });
    }

    it('leaves no tensor behind, nor when it is cancelled', async () => {
      const tensors = await tools.tensors();
      const before = tensors.tf.memory().numTensors;
      await scoreSmall(tools, id, few);
      expect(tensors.tf.memory().numTensors).toBe(before);

      const controller = new AbortController();
      const run = createRunContext(controller.signal);
      let asked = 0;
      const cancelling = { ...run, breathe: () => (++asked === 3 && controller.abort(), run.breathe()) };
      await expect(scoreSmall(tools, id, {}, 1, cancelling)).rejects.toBeInstanceOf(Cancelled);
      expect(tensors.tf.memory().numTensors).toBe(before);
    });

    it('refuses labels that it did not declare', async () => {
      const foreign = (['binary', 'number', 'duration', 'treatment'] as const).filter((kind) => !learner.labels.includes(kind));
      for (const kind of foreign) await expect(fit(kind)).rejects.toThrow(kind);
    });
  });
}
