import { binsOf, type Bounds, type ColumnBins, type Split, type SplitRules } from './rows';

/** Sums of derivatives of a leaf's rows, by bin, of one column, in whole units. */
export interface Histogram {
  gradients: Float64Array;
  hessians: Float64Array;
}

/** The leaf that is to be split. */
export interface WholeLeaf {
  count: number;
  gradient: number;
  hessian: number;
  bounds: Bounds;
}

interface Asked {
  histogram: Histogram;
  leaf: WholeLeaf;
  rules: SplitRules;
  units: { gradient: number; hessian: number };
  /** Whether any column has a direction, so that leaves are bounded. */
  bounded: boolean;
}

/** Trees with fewer categories than this try each on its own. */
const fewCategories = 4;

/**
 * The best split of one column, of equals the first: numbers by threshold, with what is missing on either side;
 * categories in the order of their derivatives' quotient (Fisher 1958), as LightGBM does.
 * @returns null where none gains
 */
export function bestSplit(column: number, bins: ColumnBins, asked: Asked): Split | null {
  const found = bins.kind === 'number' ? bestOfNumber(bins, asked) : bestOfCategories(bins, asked);
  return found && found.gain > asked.rules.minGain ? { ...found, column } : null;
}

type Found = Omit<Split, 'column'>;

function bestOfNumber({ upTo, missing, direction }: ColumnBins & { kind: 'number' }, asked: Asked): Found | null {
  const { histogram, rules } = asked;
  const judge = judgeOf(asked, rules.l2, direction);
  const known = upTo.length + 1;
  let best: Found | null = null;
  let [gradient, hessian] = [0, 0];
  const last = missing ? known : known - 1;
  for (let bin = 0; bin < last; bin++) {
    gradient += histogram.gradients[bin];
    hessian += histogram.hessians[bin];
    for (let side = 0; side < (missing ? 2 : 1); side++) {
      const left = side === 1;
      const g = left ? gradient + histogram.gradients[known] : gradient;
      const h = left ? hessian + histogram.hessians[known] : hessian;
      const gain = judge(g, h, rules.minRows);
      if (gain > (best?.gain ?? 0)) best = { gain, bin, categories: null, missingLeft: left, gradient: g, hessian: h, l2: rules.l2 };
    }
  }
  return best;
}

function bestOfCategories(bins: ColumnBins & { kind: 'category' }, asked: Asked): Found | null {
  const { histogram, leaf, rules, units } = asked;
  const { gradients, hessians } = histogram;
  const all = bins.missing ? binsOf(bins) : bins.categories;
  const rowsOfUnit = leaf.count / leaf.hessian;
  let best: Found | null = null;
  const keep = (gain: number, members: readonly number[], g: number, h: number, l2: number) => {
    if (!(gain > (best?.gain ?? 0))) return;
    const categories = new Int32Array(8);
    for (const member of members) categories[member >> 5] |= 1 << (member & 31);
    best = { gain, bin: -1, categories, missingLeft: members.includes(bins.categories), gradient: g, hessian: h, l2 };
  };
  if (all <= fewCategories) {
    const judge = judgeOf(asked, rules.l2, 0);
    for (let bin = 0; bin < all; bin++) {
      keep(judge(gradients[bin], hessians[bin], rules.minRows), [bin], gradients[bin], hessians[bin], rules.l2);
    }
    return best;
  }
  const l2 = rules.l2 + rules.categoryL2;
  const judge = judgeOf(asked, l2, 0);
  const order: number[] = [];
  for (let bin = 0; bin < all; bin++) if (hessians[bin] * rowsOfUnit >= rules.categorySmoothing) order.push(bin);
  const quotient = (bin: number) => (gradients[bin] * units.gradient) / (hessians[bin] * units.hessian + rules.categorySmoothing);
  order.sort((a, b) => quotient(a) - quotient(b) || a - b);
  const most = Math.min(rules.mostCategories, (order.length + 1) >> 1);
  for (let end = 0; end < 2; end++) {
    const from = end === 0 ? order : order.toReversed();
    let [g, h, group] = [0, 0, 0];
    for (let i = 0; i < most; i++) {
      g += gradients[from[i]];
      h += hessians[from[i]];
      group += hessians[from[i]] * rowsOfUnit;
      if (h * rowsOfUnit < rules.minRows) continue;
      if ((leaf.hessian - h) * rowsOfUnit < Math.max(rules.minRows, rules.minRowsOfGroup)) break;
      if (group < rules.minRowsOfGroup) continue;
      group = 0;
      keep(judge(g, h, rules.minRows), from.slice(0, i + 1), g, h, l2);
    }
  }
  return best;
}

/** What a left side with these sums would gain; 0 where a side is too small or the wrong way round. */
function judgeOf({ leaf, rules, units, bounded }: Asked, l2: number, direction: number) {
  const rowsOfUnit = leaf.count / leaf.hessian;
  const { low, high } = leaf.bounds;
  const part = (g: number, h: number, penalty: number): number => {
    if (!bounded) return (g * g) / (h + penalty);
    const value = leafValue(g, h + penalty, low, high);
    return -(2 * g * value + (h + penalty) * value * value);
  };
  const whole = part(leaf.gradient * units.gradient, leaf.hessian * units.hessian, rules.l2);
  return (gradient: number, hessian: number, minRows: number): number => {
    const rest = leaf.hessian - hessian;
    if (hessian * rowsOfUnit < minRows || rest * rowsOfUnit < minRows) return 0;
    const [gl, hl] = [gradient * units.gradient, hessian * units.hessian];
    const [gr, hr] = [(leaf.gradient - gradient) * units.gradient, rest * units.hessian];
    if (hl < rules.minHessian || hr < rules.minHessian) return 0;
    if (direction !== 0) {
      const rise = leafValue(gr, hr + l2, low, high) - leafValue(gl, hl + l2, low, high);
      if (rise * direction < 0) return 0;
    }
    return part(gl, hl, l2) + part(gr, hr, l2) - whole;
  };
}

/** −G / (H + λ) within the bounds. */
export function leafValue(gradient: number, penalised: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, -gradient / penalised));
}
