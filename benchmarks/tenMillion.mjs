/**
 * A large shop from file to lists: `node benchmarks/tenMillion.mjs [events, 10000000] [tab | node | both] [steps]` writes a
 * CSV (a person for ten events, an item for a hundred) and prints seconds and peak memory of each step, in a tab and on
 * the command line. `steps` is a pattern of those to do beside import and profiles, without which there is nothing. The tab's memory is that of its process, engine, workers and all.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { chromiumArguments, chromiumPath } from '../scripts/chromium.mjs';
import { isolationHeaders } from '../scripts/isolation-headers.mjs';
import { writeEvents } from './eventsCsv.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));
const events = Number(process.argv[2] ?? 10_000_000);
const where = process.argv[3] ?? 'both';
const wanted = process.argv[4] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'muster-large-'));

try {
  const path = join(folder, 'events.csv');
  await writeEvents(path, events, { users: events / 10, items: events / 100 });
  console.log(`${events} events, ${(statSync(path).size / 1e6).toFixed(0)} MB, ${cpus()[0].model}, ${cpus().length} cores`);
  if (where !== 'node') table('tab', await tab(path));
  if (where !== 'tab') table('command line', await commandLine(path));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function table(name, steps) {
  console.log(`\n| ${name} | seconds | peak memory | |\n|---|---|---|---|`);
  for (const { step, seconds, megabytes, answer } of steps)
    console.log(`| ${step} | ${seconds.toFixed(1)} | ${Math.round(megabytes)} MB | ${answer} |`);
  console.log(`Load of the machine at the end: ${loadavg()[0].toFixed(1)}.`);
}

async function tab(path) {
  const site = await serve();
  // A profile on disk: a large workspace does not fit into one that is held in memory.
  const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
    executablePath: chromiumPath,
    args: [...chromiumArguments],
  });
  try {
    const page = context.pages()[0];
    page.on('pageerror', (error) => console.error(String(error)));
    await page.goto(site.url);
    await page.setInputFiles('input', path);
    const steps = [];
    for (const step of await page.evaluate((pattern) => window.steps(pattern), wanted)) {
      // Only the saved workspace is left, as after a visit that is over.
      if (step === 'reopen') await page.reload();
      const pids = await renderers(context);
      pids.forEach(forgetPeak);
      const started = performance.now();
      const answer = await page.evaluate((name) => window.run(name), step).catch((error) => `failed: ${String(error).split('\n')[0]}`);
      const seconds = (performance.now() - started) / 1000;
      steps.push({ step, seconds, megabytes: Math.max(...[...pids, ...(await renderers(context))].map(peakOf)), answer });
      console.error(JSON.stringify(steps.at(-1)));
    }
    return steps;
  } finally {
    await context.close();
    await site.close();
  }
}

async function renderers(context) {
  const session = await context.browser().newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  return processInfo.filter(({ type }) => type === 'renderer').map(({ id }) => id);
}

/** Steps of a process of its own, which says each as it is done. */
async function commandLine(path) {
  const child = spawn(process.execPath, ['--import', 'tsx', join(here, 'tenMillion/node.ts'), path, wanted], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const steps = [];
  forgetPeak(child.pid);
  for await (const line of createInterface(child.stdout)) {
    steps.push({ ...JSON.parse(line), megabytes: peakOf(child.pid) });
    console.error(JSON.stringify(steps.at(-1)));
    forgetPeak(child.pid);
    child.stdin.write('\n');
  }
  return steps;
}

/** Only Linux tells the peak of a process, and forgets it when asked. */
function forgetPeak(pid) {
  try {
    writeFileSync(`/proc/${pid}/clear_refs`, '5');
  } catch {
    // Then the peak is that of the whole run.
  }
}

function peakOf(pid) {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return 0;
  }
}

async function serve() {
  const shared = {
    configFile: false,
    root: join(here, 'tenMillion'),
    logLevel: 'error',
    worker: { format: 'es' },
    build: { outDir: join(folder, 'site'), target: 'es2022', chunkSizeWarningLimit: 1e5 },
  };
  await build(shared);
  const server = await preview({ ...shared, preview: { port: 0, headers: isolationHeaders } });
  return { url: server.resolvedUrls.local[0], close: () => server.close() };
}
