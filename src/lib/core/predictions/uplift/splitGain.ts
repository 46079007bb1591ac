import type { OutcomeKind } from './trial';

/** Rows and outcomes of both arms in one node. */
export interface NodeCounts {
  treated: number;
  control: number;
  treatedOutcome: number;
  controlOutcome: number;
}

export type SplitCriterion = 'kl' | 'euclidean' | 'difference';

/**
 * How much further apart the two arms' outcomes lie in the two parts than together, by the divergence of
 * Rzepakowski & Jaroszewicz (Knowledge and Information Systems 2012, eq. 6–16), normalised against parts in which the
 * arms are mixed otherwise; `difference` is the squared difference of the parts' effects, weighted by their sizes
 * (Athey & Imbens, PNAS 2016, without the variance), and the only one for amounts.
 */
export function splitGain(criterion: SplitCriterion, left: NodeCounts, right: NodeCounts, outcome: OutcomeKind): number {
  if (criterion === 'difference' || outcome === 'number') return effectDifference(left, right);
  const whole = {
    treated: left.treated + right.treated,
    control: left.control + right.control,
    treatedOutcome: left.treatedOutcome + right.treatedOutcome,
    controlOutcome: left.controlOutcome + right.controlOutcome,
  };
  const divergence = criterion === 'kl' ? klDivergence : euclideanDivergence;
  const ofArms = (node: NodeCounts) => divergence(rate(node.treatedOutcome, node.treated), rate(node.controlOutcome, node.control));
  const rows = whole.treated + whole.control;
  const leftShare = (left.treated + left.control) / rows;
  const gain = leftShare * ofArms(left) + (1 - leftShare) * ofArms(right) - ofArms(whole);
  return gain / normalisation(criterion, left, whole);
}

/** Grows where a part has another mixture of arms than the whole, and with how evenly the parts divide the arms. */
function normalisation(criterion: 'kl' | 'euclidean', left: NodeCounts, whole: NodeCounts): number {
  const [impurity, divergence] = criterion === 'kl' ? [entropy, klDivergence] : [gini, euclideanDivergence];
  const treatedShare = whole.treated / (whole.treated + whole.control);
  const [leftOfTreated, leftOfControl] = [left.treated / whole.treated, left.control / whole.control];
  return (
    impurity(treatedShare) * divergence(leftOfTreated, leftOfControl) +
    treatedShare * impurity(leftOfTreated) +
    (1 - treatedShare) * impurity(leftOfControl) +
    0.5
  );
}

function effectDifference(left: NodeCounts, right: NodeCounts): number {
  const [leftRows, rightRows] = [left.treated + left.control, right.treated + right.control];
  const effect = (node: NodeCounts) => node.treatedOutcome / node.treated - node.controlOutcome / node.control;
  return ((leftRows * rightRows) / (leftRows + rightRows) ** 2) * (effect(left) - effect(right)) ** 2;
}

/** Laplace's correction keeps a pure arm from being infinitely far from the other. */
const rate = (did: number, rows: number) => (did + 1) / (rows + 2);

function klDivergence(p: number, q: number): number {
  const bounded = Math.min(1 - 1e-6, Math.max(1e-6, q));
  return part(p, bounded) + part(1 - p, 1 - bounded);
}
const part = (p: number, q: number) => (p === 0 ? 0 : p * Math.log2(p / q));

const euclideanDivergence = (p: number, q: number) => 2 * (p - q) ** 2;
const entropy = (p: number) => -(part(p, 1) + part(1 - p, 1));
const gini = (p: number) => 2 * p * (1 - p);
