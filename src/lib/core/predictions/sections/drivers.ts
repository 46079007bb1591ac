import type { DriversSection } from '../report';
import type { InputColumn } from '../transform';

const mostDrivers = 25;

/** The inputs that say most, in either direction. */
export function driversSection(
  { drivers: measure }: { drivers: DriversSection['measure'] },
  inputs: readonly InputColumn[],
  values: Float64Array,
  aucLost: Float64Array | null = null,
): DriversSection {
  const also = aucLost && { also: { measure: 'auc-lost' as const, drivers: largest(inputs, aucLost) } };
  return { kind: 'drivers', measure, drivers: largest(inputs, values), inputs: inputs.length, ...also };
}

function largest(inputs: readonly InputColumn[], values: Float64Array): DriversSection['drivers'] {
  return inputs
    .map(({ name }, i) => ({ feature: name, weight: values[i] }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, mostDrivers);
}
