import type { RunContext } from '../../core/base/run';
import type { Desk } from '../desk';

/** What every operation is given beside its input. */
export interface OperationContext extends RunContext {
  desk: Desk;
}

/** An operation is a function of plain input; its type is the protocol. */
export type Operation<Input, Output> = (input: Input, context: OperationContext) => Promise<Output>;
