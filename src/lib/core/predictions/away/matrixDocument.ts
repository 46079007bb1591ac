import { stableJson } from '../../base/hash';
import { musterVersion } from '../../base/version';
import { profileTraits } from '../../profiles/profileTraits';
import type { PlanTrait } from '../../profiles/planTraits';
import { bestDepth, breakEvenChance, profitOf } from '../depth';
import type { RawFeature } from '../features';
import type { TrainedPrediction } from '../predictionState';
import { sectionOf, type PredictionReport } from '../report';
import type { PredictionSpec } from '../spec';
import type { TrainingMatrix } from './matrix';

/** What a feature of the matrix means: a sentence, or its definition in the language of the plan's traits. */
interface FeatureMeaning {
  id: string;
  /** Name of its column in the file. */
  column: string;
  kind: RawFeature['kind'];
  unit: string;
  what?: string;
  definition?: unknown;
}

/**
 * All that a reader of the matrix needs to know, as JSON: which column is what, how inputs were made of features, by which
 * protocol and seeds, what a linear model has learnt, and the report's figures. The same model on the same data gives the
 * same bytes on every machine, so nothing of how long it took or where is in it.
 */
export function matrixDocument(
  { columns, rows, features }: Omit<TrainingMatrix, 'blocks'>,
  { spec, report }: { spec: PredictionSpec; report: PredictionReport },
  trained: TrainedPrediction,
): unknown {
  const { fitted, inputs, calibration, traits, learner } = trained;
  const { seconds: _, backend: __, scored: ___, ...protocol } = report.protocol;
  const ofInputs = Object.entries(fitted.arrays).filter(([, { axes }]) => axes[0].startsWith('inputs'));
  const form = learner.inputs;
  return {
    format: 'muster-matrix/1',
    muster: musterVersion,
    spec,
    protocol,
    rows,
    columns: columns.map(({ name, type, role, of }) => ({ name, type, role, ...(of !== undefined && { of }) })),
    features: columns
      .filter(({ role }) => role === 'feature')
      .map(({ name, of }) =>
        meaningOf(
          features.find(({ id }) => id === of)!,
          name,
          traits,
        ),
      ),
    inputs: { form, what: formsInWords[form], columns: inputs },
    calibration:
      calibration.method === 'isotonic'
        ? { ...calibration, logits: Array.from(calibration.logits), chances: Array.from(calibration.chances) }
        : calibration,
    learnt: {
      format: fitted.format,
      meta: fitted.meta,
      arrays: Object.fromEntries(ofInputs.map(([name, { data, axes }]) => [name, { axes, values: Array.from(data) }])),
    },
    campaign: campaignOf(spec, report),
    report: report.sections,
  };
}

const formsInWords = {
  standardised:
    'number: ((log ? log1p(max(0, x)) : x) - mean) / deviation, 0 where x is missing; missing: ((x is missing) - mean) / deviation; value: ((x = value) - mean) / deviation. All rounded to float32.',
  raw: 'raw: x, NaN where it is missing; category: the place of x among values, NaN where it is missing or another. All rounded to float32.',
};

const units: Record<RawFeature['kind'], string> = {
  number: 'number',
  flag: '0 or 1',
  date: 'days from the date to the cut-off, negative where it lies after it',
  text: 'text',
};

function meaningOf({ id, kind, origin }: TrainingMatrix['features'][number], column: string, traits: readonly PlanTrait[]): FeatureMeaning {
  const known = { id, column, kind, unit: units[kind] };
  const builtIn = profileTraits.find((trait) => trait.id === id);
  if (builtIn) {
    const { id: _, kind: unit, what, ...definition } = builtIn;
    return { ...known, unit: kind === 'number' ? unit : known.unit, what, definition };
  }
  const own = traits.find((trait) => trait.id === id);
  if (own) {
    const { id: _, ...definition } = own;
    return { ...known, definition };
  }
  return { ...known, what: origin === 'attribute' ? `The customers' attribute "${id}", as it is today.` : id };
}

/** What the best audience of the test would have earned, where the model says what outcomes are worth. */
function campaignOf({ campaign }: PredictionSpec, report: PredictionReport): unknown {
  const depth = sectionOf(report, 'depth');
  if (!campaign || !depth) return null;
  const best = bestDepth(depth.test, campaign);
  return {
    ...campaign,
    breakEvenChance: breakEvenChance(campaign),
    best: best && {
      customers: best.customers,
      threshold: best.threshold,
      expectedProfit: profitOf({ customers: best.customers, outcomes: best.expected }, campaign),
    },
  };
}

/** Engines differ in the last digit of exp and log, and what comes of it in the sixteenth of a weight. */
const digits = 12;

/** Keys in their order and fractions to twelve digits, so that equal models are equal bytes whatever trained them. */
export function documentBytes(document: unknown): Uint8Array {
  const rounded = (_: string, value: unknown) =>
    typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(digits)) : value;
  return new TextEncoder().encode(`${JSON.stringify(JSON.parse(stableJson(document)), rounded, 1)}\n`);
}
