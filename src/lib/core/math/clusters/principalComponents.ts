import type { RunContext } from '../../base/run';
import type { Points } from '../points';

export interface PrincipalComponents {
  /** How many there are. */
  count: number;
  columns: number;
  means: Float64Array;
  /** count × columns, rows of length 1, the one that explains most first. */
  components: Float64Array;
  /** Variance (divided by rows − 1) along each. */
  variances: Float64Array;
  /** Its share of the whole variance. */
  ratios: Float64Array;
}

export async function principalComponents(points: Points, count: number, run: RunContext): Promise<PrincipalComponents> {
  throw new Error(`not yet ${points.rows} ${count} ${run.signal.aborted}`);
}

/** Points in the coordinates of the components: rows × count. */
export async function project(points: Points, pca: PrincipalComponents, run: RunContext): Promise<Points> {
  throw new Error(`not yet ${points.rows} ${pca.count} ${run.signal.aborted}`);
}
