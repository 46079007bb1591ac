import { existsSync, readFileSync } from 'node:fs';
import { cpus, freemem, totalmem, availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { musterVersion } from '../lib/core/base/version';
import type { Command } from './command';
import { table } from './help';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What is made by `scripts/prepare.mjs` and shipped, without which parts of Muster cannot run. */
const neededFiles = [
  { path: 'src/lib/kernels/build/kernels.wasm', what: 'SIMD kernels', repair: 'run: node scripts/prepare.mjs' },
  { path: 'src/lib/paraglide/messages.js', what: 'messages', repair: 'run: node scripts/prepare.mjs' },
  { path: 'datasets/sample-shop/shop.bin', what: 'sample shop', repair: 'restore the folder datasets/ from git' },
];
const packages = [
  '@duckdb/node-api',
  '@duckdb/duckdb-wasm',
  '@tensorflow/tfjs',
  'apache-arrow',
  'hyparquet-writer',
  '@sveltejs/kit',
  'svelte',
  'vite',
];

export const doctor: Command = {
  name: 'doctor',
  summary: 'Print versions, threads, memory and what is missing on this machine.',
  words: [],
  options: [{ name: 'json', kind: 'flag', what: 'Print one JSON object.' }],
  examples: ['doctor'],
  async run(args, io) {
    const engines = await openEngines();
    const report = {
      muster: musterVersion,
      node: process.versions.node,
      system: `${process.platform} ${process.arch}`,
      processor: cpus()[0]?.model ?? 'unknown',
      threads: availableParallelism(),
      memoryBytes: totalmem(),
      freeMemoryBytes: freemem(),
      packages: Object.fromEntries(packages.map((name) => [name, packageVersion(name)])),
      engines: engines.found,
      missing: [
        ...neededFiles.filter(({ path }) => !existsSync(root + path)).map(({ what, repair }) => ({ what, repair })),
        ...engines.missing,
      ],
    };
    if (args.flag('json')) io.print(JSON.stringify(report, null, 2));
    else {
      const { packages: versions, engines: found, missing, ...machine } = report;
      const rows = Object.entries({
        ...machine,
        memoryBytes: gib(report.memoryBytes),
        freeMemoryBytes: gib(report.freeMemoryBytes),
        ...found,
      });
      io.print(
        table([...rows, ...Object.entries(versions)].map(([name, value]) => [label(name), String(value ?? 'not installed')])).join('\n'),
      );
      io.print(missing.length === 0 ? 'Nothing is missing.' : missing.map(({ what, repair }) => `Missing: ${what}; ${repair}.`).join('\n'));
    }
    return report.missing.length === 0 ? 0 : 2;
  },
};

/** Starts each engine once and asks what it is. */
async function openEngines(): Promise<{ found: Record<string, string>; missing: { what: string; repair: string }[] }> {
  const { nodePlatform } = await import('../lib/platform/node/platform');
  const platform = nodePlatform();
  const found: Record<string, string> = {};
  const missing: { what: string; repair: string }[] = [];
  const start = async (name: string, open: () => Promise<string>): Promise<void> => {
    try {
      found[name] = await open();
    } catch (error) {
      missing.push({ what: `${name} (${error instanceof Error ? error.message : String(error)})`, repair: 'run: npm ci' });
    }
  };
  await start('tables', async () => {
    const { engine } = await platform.openStore();
    return `${engine.name} ${engine.version} × ${engine.threads} threads`;
  });
  await start('kernels', async () => {
    const { kind, threads, reason } = (await platform.openKernels()).info;
    return [`${kind} × ${threads} threads`, reason].filter(Boolean).join('; ');
  });
  await start('tensors', async () => {
    const { backend, reason } = await platform.openTensors();
    return `tfjs ${backend}; ${reason}`;
  });
  return { found, missing };
}

function label(name: string): string {
  return { memoryBytes: 'memory', freeMemoryBytes: 'memory free' }[name] ?? name;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}

function packageVersion(name: string): string | null {
  const path = `${root}node_modules/${name}/package.json`;
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as { version: string }).version : null;
}
