import { once } from 'node:events';
import { quietContext } from '../../src/lib/core/base/run';
import { openFile } from '../../src/lib/platform/node/files';
import { nodePlatform } from '../../src/lib/platform/node/platform';
import { Desk } from '../../src/lib/work/desk';
import { operations, type OperationContext } from '../../src/lib/work/operations';
import { steps, stepsLike, type Call } from './steps';

const context: OperationContext = { ...quietContext(), desk: new Desk(nodePlatform()) };
const call = ((name: keyof typeof operations, input: never) => (operations[name] as (...given: unknown[]) => unknown)(input, context)) as unknown as Call; // prettier-ignore
const file = await openFile(process.argv[2]);

for (const step of stepsLike(process.argv[3])) {
  // The command line keeps nothing between runs.
  if (step === 'reopen') break;
  const started = performance.now();
  const answer = await steps[step]({ call, file }).catch((error) => `failed: ${error}`);
  console.log(JSON.stringify({ step, seconds: (performance.now() - started) / 1000, answer }));
  // Whoever measures forgets the peak before the next step begins.
  await once(process.stdin, 'data');
}
process.exit(0);
