import type { RunContext } from '../../core/base/run';
import type { Desk } from '../desk';
import type { Epoch } from '../epoch';

/** What every operation is given beside its input. */
export interface OperationContext extends RunContext {
  desk: Desk;
}

/** An operation is a function of plain input; its type is the protocol. */
export type Operation<Input, Output> = (input: Input, context: OperationContext) => Promise<Output>;

/** An operation that reads the open workspace: it works on the state that it finds, whatever is written meanwhile. */
export function reads<Input, Output>(work: (input: Input, epoch: Epoch) => Promise<Output>): Operation<Input, Output> {
  return (input, context) => context.desk.read(context, (epoch) => work(input, epoch));
}

/** An operation that changes the data: one at a time. */
export function writes<Input, Output>(work: (input: Input, epoch: Epoch) => Promise<Output>): Operation<Input, Output> {
  return (input, context) => context.desk.write(context, (epoch) => work(input, epoch));
}
