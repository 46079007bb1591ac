/**
 * Solvers of iALS with many factors: seconds of a sweep, the loss after so many sweeps, and the loss when the solver that
 * is through first has done all of its sweeps. The same start everywhere, one thread.
 *
 *   node --import tsx benchmarks/ialsSolvers.ts <file of user, item, … by tabs> [factors] [sweeps] [blocks,blocks …]
 */
import { readFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { quietContext } from '../src/lib/core/base/run';
import type { AlsOptions, Kernels } from '../src/lib/core/math/kernels';
import { matrixFromPairs, type InteractionMatrix } from '../src/lib/core/math/sparseRows';
import { openNodeKernels } from '../src/lib/platform/node/kernels';

interface Curve {
  name: string;
  /** Processor seconds since the start and the loss, after each sweep. */
  points: { seconds: number; loss: number }[];
}

const [file, factors = '512', sweeps = '16', blocks = '32,64,128,256'] = process.argv.slice(2);
if (!file) throw new Error('Which file? See the first lines of this one.');
const matrix = readPairs(file);
const { users, items, columns } = matrix;
const options = { factors: Number(factors), regularization: 0.02, frequencyScaling: 1, unobservedWeight: 0.1, alpha: 0, initialScale: 0.1 };
console.log(`${cpus()[0].model}, load ${loadavg()[0].toFixed(1)}, Node ${process.version}`);
console.log(`${users} × ${items}, ${columns.length} pairs, ${factors} factors, one thread, processor seconds\n`);
const kernels = await openNodeKernels({ threads: 1 });
const curves: Curve[] = [];
for (const [name, solver, blockSize] of solvers()) curves.push(await measure(kernels, name, { ...options, solver, blockSize, cgSteps: 3 }));
kernels.close();
print();

function solvers(): [string, AlsOptions['solver'], number][] {
  const bySize = blocks.split(',').map((size): [string, 'block', number] => [`block ${size}`, 'block', Number(size)]);
  return [['cholesky', 'cholesky', 64], ['cg, 3 steps', 'cg', 64], ...bySize];
}

function readPairs(path: string): InteractionMatrix {
  const rows = readFileSync(path, 'utf8').trim().split('\n');
  const pairs = rows.map((row) => row.split('\t').map(Number));
  const ranks = (column: number) => {
    const known = [...new Set(pairs.map((pair) => pair[column]))].sort((a, b) => a - b);
    return new Map(known.map((id, rank) => [id, rank]));
  };
  const [userRanks, itemRanks] = [ranks(0), ranks(1)];
  const read = matrixFromPairs(
    userRanks.size,
    itemRanks.size,
    pairs.map(([user]) => userRanks.get(user)!),
    pairs.map(([, item]) => itemRanks.get(item)!),
  );
  return { ...read, values: read.values.fill(1) };
}

async function measure(kernels: Kernels, name: string, options: AlsOptions): Promise<Curve> {
  const fit = await kernels.als(matrix, options, 1);
  const points: Curve['points'] = [];
  let seconds = 0;
  for (let sweep = 0; sweep < Number(sweeps); sweep++) {
    const before = process.cpuUsage();
    await fit.sweep(quietContext());
    const { user, system } = process.cpuUsage(before);
    seconds += (user + system) / 1e6;
    points.push({ seconds, loss: await fit.loss() });
  }
  fit.dispose();
  return { name, points };
}

function print(): void {
  const shown = [1, 2, 4, 8, 16, 32].filter((sweep) => sweep <= Number(sweeps));
  const soonest = Math.min(...curves.map(({ points }) => points.at(-1)!.seconds));
  const exact = curves[0].points.at(-1)!;
  console.log(
    `| solver | s a sweep | times Cholesky | ${shown.map((sweep) => `loss after ${sweep}`).join(' | ')} | after ${soonest.toFixed(1)} s |`,
  );
  console.log(`|---|${'---:|'.repeat(shown.length + 3)}`);
  for (const { name, points } of curves) {
    // The first sweep compiles.
    const perSweep = (points.at(-1)!.seconds - points[0].seconds) / (points.length - 1);
    const perCholesky = (exact.seconds - curves[0].points[0].seconds) / (points.length - 1);
    const inTime = points.filter(({ seconds }) => seconds <= soonest + 1e-9).at(-1)?.loss;
    const losses = shown.map((sweep) => points[sweep - 1].loss.toFixed(5));
    console.log(
      `| ${name} | ${perSweep.toFixed(3)} | ${(perCholesky / perSweep).toFixed(1)} | ${losses.join(' | ')} | ${inTime?.toFixed(5) ?? '–'} |`,
    );
  }
}
