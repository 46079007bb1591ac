import type { RunContext } from '../base/run';
import type { DataScope } from './dataScope';
import type { Sql } from './sql';

/** A value computed from the data as of the scope's instant. `what` names the question and its own parameters. */
export function remember<T>(
  scope: Pick<DataScope, 'cache' | 'dataKey' | 'asOf'>,
  what: string,
  compute: (run: RunContext) => T | Promise<T>,
  run?: RunContext,
): Promise<T> {
  return scope.cache.value(keyOf(scope, what), compute, run);
}

/**
 * The name of a table computed from the data as of the scope's instant: `profiles_1f…`. `what` names its definition;
 * several definitions, instants and states of the data lie side by side.
 */
export function derivedTable(
  scope: DataScope,
  kind: string,
  what: string,
  create: (name: Sql) => Sql | Promise<Sql>,
  run?: RunContext,
): Promise<string> {
  return scope.cache.table(scope.store, kind, keyOf(scope, what), create, run);
}

function keyOf({ dataKey, asOf }: Pick<DataScope, 'dataKey' | 'asOf'>, what: string): string {
  return `${dataKey} ${asOf} ${what}`;
}
