/** Interactions as the store hands them out; the type and what can be done with it is mathematics. */
export { matrixFromPairs, transpose, type InteractionMatrix } from '../math/sparseRows';
