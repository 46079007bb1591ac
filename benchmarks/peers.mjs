/**
 * Ours against other people's, the same data in one run, in turns: implicit (iALS, top-k), NumPy (EASE), PyTorch (an
 * autoencoder), and tfjs by backend. `jobs` is a pattern of the names below; a browser with a graphics processor is found
 * by CHROMIUM and CHROMIUM_ARGUMENTS, which take the place of ours.
 *
 *   node --import tsx benchmarks/peers.mjs <python with benchmarks/peers/requirements.txt> [jobs]
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { createServer } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';
import { openNodeKernels } from '../src/lib/platform/node/kernels.ts';
import { openNodeTensors } from '../src/lib/platform/node/tensors.ts';
import { measure, pairsOf, svdFactors } from './peersMeasure.ts';

const million = { users: 20_000, items: 5_000, pairs: 1_000_000 };
const movies = { users: 6_040, items: 3_706, pairs: 1_000_000 };
const wide = { users: 30_000, items: 41_000, pairs: 1_130_000, tastes: 200 };
const dae = { factors: 64, batchSize: 128, learningRate: 0.005 };

/** `sides` beside Node, Chromium and Python: backends of tfjs in the browser. */
const all = {
  'als-cholesky': { job: { job: 'als', solver: 'cholesky', factors: 64, rounds: 5, ...million } },
  'als-cg': { job: { job: 'als', solver: 'cg', factors: 64, rounds: 5, ...million } },
  // Against their exact solutions: blocks have the same loss after as many sweeps, or a lower one (benchmarks/ialsSolvers.ts).
  'als-block': { job: { job: 'als', solver: 'block', factors: 64, rounds: 5, ...million } },
  topk: { job: { job: 'topk', factors: 256, k: 20, rounds: 2, ...wide } },
  ease: { job: { job: 'ease', regularization: 200, rounds: 3, ...movies } },
  'mult-dae': { job: epochs('mult-dae', dae), peer: { job: 'dae', ...dae }, backends: ['wasm', 'webgl', 'webgpu'] },
  'mult-dae-512': { job: epochs('mult-dae', { ...dae, factors: 512, batchSize: 512 }), backends: ['wasm', 'webgl', 'webgpu'] },
};

/** What the browser loads of tfjs, made ready before it asks: found in the midst of a job, the page would begin anew. */
const prebundled = ['core', 'core/dist/register_all_gradients', 'backend-wasm', 'backend-webgl', 'backend-webgpu', 'backend-cpu'].map(
  (part) => `@tensorflow/tfjs-${part}`,
);

function epochs(model, options) {
  return { job: 'epochs', model, options, rounds: 2, ...movies };
}

const [python, pattern = ''] = process.argv.slice(2);
if (!python) throw new Error('Which Python has the peers? See the first lines of this file.');
const folder = mkdtempSync(join(tmpdir(), 'muster-peers-'));
const site = await createServer({
  root: fileURLToPath(new URL('..', import.meta.url)),
  configFile: false,
  resolve: { alias: { $lib: fileURLToPath(new URL('../src/lib', import.meta.url)) } },
  logLevel: 'error',
  server: { port: 0, host: '127.0.0.1', headers: isolationHeaders, hmr: false, watch: null },
  optimizeDeps: { include: prebundled, noDiscovery: true },
});
await site.listen();
const given = process.env.CHROMIUM_ARGUMENTS;
const browser = await chromium.launch({ executablePath: chromiumPath, args: given ? given.split(' ') : [...chromiumArguments] });
console.log(
  `${cpus()[0].model}, ${cpus().length} cores, load ${loadavg()[0].toFixed(1)}, Node ${process.version}, Chromium ${browser.version()}`,
);
console.log(
  '\n| job | side | threads | seconds a round | ours / theirs | of the processor | ours / theirs | |\n|---|---|---:|---:|---:|---:|---:|---|',
);
try {
  for (const name of Object.keys(all).filter((each) => each.match(pattern))) {
    for (const threads of [1, 2]) await compare(name, all[name], threads);
  }
} finally {
  rmSync(folder, { recursive: true });
  await browser.close();
  await site.close();
}
process.exit(0);

async function compare(name, { job, peer = job, backends }, threads) {
  const isNeural = job.job === 'epochs';
  const theirs = isNeural && peer === job ? undefined : await askPython({ ...job, ...peer, threads, ...(await filesOf(job)) }, threads);
  const rows = [];
  // tfjs has one thread, whatever PyTorch takes.
  if (!isNeural || threads === 1) {
    const kernels = await openNodeKernels({ threads });
    rows.push(['Node', await measure(job, { kernels, tensors: openNodeTensors })]);
    kernels.close();
    for (const backend of backends ?? [undefined]) {
      rows.push([`Chromium${backend ? ` ${backend}` : ''}`, await askChromium({ job, threads, backend })]);
    }
  }
  const reference = theirs?.seconds && { time: median(theirs.seconds), used: theirs.processor && median(theirs.processor) };
  if (theirs) row(name, theirs.name ?? 'Python', threads, theirs);
  for (const [side, answer] of rows) row(name, side, threads, answer, reference);
}

function row(name, side, threads, { seconds, processor, missing, first, reason }, reference) {
  const [time, used] = [seconds && median(seconds), processor && median(processor)];
  const ratio = (own, other) => (own && other ? (own / other).toFixed(2) : '');
  const what = missing ?? [reason, first?.map((number) => +number.toPrecision(4)).join(' ')].filter(Boolean).join('; ');
  const columns = [time?.toFixed(3) ?? '', ratio(time, reference?.time), used?.toFixed(3) ?? '', ratio(used, reference?.used)];
  console.log(`| ${name} | ${side} | ${threads} | ${columns.join(' | ')} | ${what} |`);
}

async function filesOf(job) {
  const matrix = pairsOf(job);
  const files = { starts: matrix.rowStarts, columns: matrix.columns };
  if (job.job === 'topk') {
    const kernels = await openNodeKernels({ threads: 2 });
    Object.assign(files, await svdFactors(matrix, job.factors, kernels));
    kernels.close();
  }
  for (const [name, data] of Object.entries(files)) writeFileSync(join(folder, name), data);
  return Object.fromEntries(Object.keys(files).map((name) => [name, join(folder, name)]));
}

/** A process for each question, because BLAS reads the number of its threads when it starts; implicit wants one there, it has its own. */
function askPython(question, given) {
  const threads = ['als', 'topk'].includes(question.job) ? 1 : given;
  const script = fileURLToPath(new URL('./peers/peers.py', import.meta.url));
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: String(threads) };
  const child = spawn(python, [script], { env, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdin.on('error', () => {});
  child.stdin.end(`${JSON.stringify(question)}\n`);
  return new Promise((resolve) => {
    createInterface({ input: child.stdout }).on('line', (line) => resolve(JSON.parse(line)));
    child.on('exit', (code) => resolve({ missing: `Python ended with ${code}` }));
  });
}

async function askChromium(question) {
  const page = await browser.newPage();
  page.on('console', (message) => message.type() === 'error' && console.error(message.text()));
  await page.goto(`http://127.0.0.1:${site.httpServer.address().port}/benchmarks/blank.html`);
  const answer = await page.evaluate(
    (asked) =>
      new Promise((resolve) => {
        const worker = new Worker('/benchmarks/peersWorker.ts', { type: 'module' });
        worker.onmessage = ({ data }) => resolve(data);
        worker.onerror = (event) => resolve({ missing: event.message });
        worker.postMessage(asked);
      }),
    question,
  );
  await page.close();
  return answer;
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1];
}
