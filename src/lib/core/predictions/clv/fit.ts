import type { RunContext } from '../../base/run';
import { invertPositive } from '../../math/invertPositive';
import { hessian, minimize, type Differentiable, type Minimum } from '../../math/minimize';

/** Parameters by maximum likelihood, and how far they are to be trusted. */
export interface Fit {
  /** In the model's order. */
  parameters: number[];
  /** Of the parameters; null where the likelihood has no peak there. */
  standardErrors: number[] | null;
  logLikelihood: number;
  /** The largest derivative of the mean log likelihood by a log parameter. */
  gradientNorm: number;
  converged: boolean;
  /** How many starts came to this peak, of how many. */
  agreeing: number;
  starts: number;
  /** Places of parameters that ran to an end of what is looked at. */
  atEdge: number[];
}

/** Log parameters are looked for this far from 0, times and amounts in units of what is usual in the data. */
const furthest = 7;
/** Starts agree where their mean log likelihoods differ by less. */
const sameHeight = 1e-7;

/** A likelihood, and of how many customers. */
export interface Sample {
  logLikelihood(parameters: ArrayLike<number>, gradient: Float64Array): number;
  customers: number;
}

/**
 * The most likely parameters. Steps go over log parameters, with times (or amounts) scaled to what is usual, from
 * several starts; standard errors are of the delta method from the second derivatives at the peak.
 * @param scales by which each parameter is divided before its logarithm
 * @param part where given, starts are tried on this part of the customers, and the best goes on with all
 */
export async function fitParameters(
  all: Sample,
  starts: readonly (readonly number[])[],
  scales: readonly number[],
  run: RunContext,
  part?: Sample,
): Promise<Fit> {
  const lossOf =
    ({ logLikelihood, customers }: Sample): Differentiable =>
    (point, gradient) => {
      const parameters = point.map((each, i) => Math.exp(each) * scales[i]);
      const value = -logLikelihood(parameters, gradient) / customers;
      for (let i = 0; i < gradient.length; i++) gradient[i] *= -parameters[i] / customers;
      return Number.isFinite(value) ? value : Infinity;
    };
  const loss = lossOf(all);
  const { customers } = all;
  const tried = part ? lossOf(part) : loss;
  const settings = { bound: furthest, pause: () => run.breathe() };
  const found: Minimum[] = [];
  for (const start of starts) {
    const from = start.map((each, i) => Math.log(each / scales[i]));
    found.push(await minimize(tried, from, settings));
  }
  const first = found.reduce((least, each) => (each.value < least.value ? each : least));
  const agreeing = found.filter(({ value }) => value - first.value < sameHeight).length;
  const inverse = part && (invertPositive(hessian(tried, first.point), first.point.length) ?? undefined);
  const best = part ? await minimize(loss, first.point, { ...settings, inverse }) : first;
  const parameters = Array.from(best.point, (part, i) => Math.exp(part) * scales[i]);
  const atEdge = [...best.point.keys()].filter((i) => Math.abs(best.point[i]) > furthest - 0.5);
  const covariance = atEdge.length > 0 ? null : invertPositive(hessian(loss, best.point), starts[0].length);
  return {
    parameters,
    standardErrors: covariance && parameters.map((value, i) => value * Math.sqrt(covariance[i * parameters.length + i] / customers)),
    logLikelihood: -best.value * customers,
    gradientNorm: Math.max(...best.gradient.map(Math.abs)),
    converged: Math.max(...best.gradient.map(Math.abs)) < 1e-6 && (covariance !== null || atEdge.length > 0),
    agreeing,
    starts: starts.length,
    atEdge,
  };
}
