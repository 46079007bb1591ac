/**
 * `npm test`: everything, in the order of how fast it fails. Needs only Node and npm; installs dependencies and, as
 * root on Debian, Chromium. `npm test -- unit`, `-- browser`, `-- kills` or `-- journeys` runs one part.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureChromium } from './ensure-chromium.mjs';
import { ensureDependencies } from './ensure-dependencies.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const parts = ['unit', 'browser', 'kills', 'journeys'];
const wanted = process.argv.slice(2);
for (const part of wanted) if (!parts.includes(part)) stop(`There is no test part "${part}": choose from ${parts.join(', ')}.`);
const runs = (part) => wanted.length === 0 || wanted.includes(part);

const problem = ensureDependencies() ?? (parts.some((part) => part !== 'unit' && runs(part)) ? ensureChromium() : undefined);
if (problem) stop(problem);
await execute('scripts/prepare.mjs', []);

const reports = mkdtempSync(join(tmpdir(), 'muster-tests-'));
const totals = { passed: 0, failed: 0, skipped: 0 };
/** What failed, said once more at the end: a long log is often cut, and its end is what remains. */
const failures = [];
let broken = false;
if (runs('unit')) await vitest('node');
// Side by side, since each mostly keeps one core busy. The words of the kills come when they are through.
await Promise.all([runs('browser') && vitest('browser'), runs('kills') && kills()]);
if (runs('journeys')) await journeys();
rmSync(reports, { recursive: true, force: true });

for (const failure of failures) console.error(`FAILED ${failure}`);
console.log(`${totals.passed} passed, ${totals.failed} failed${totals.skipped ? `, ${totals.skipped} skipped` : ''}`);
process.exit(broken || totals.failed > 0 || totals.passed === 0 ? 1 : 0);

async function vitest(project) {
  const file = join(reports, `${project}.json`);
  const status = await execute('node_modules/vitest/vitest.mjs', [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  if (!existsSync(file)) return fail(`The ${project} tests wrote no report.`);
  const report = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += report.numPassedTests;
  totals.failed += report.numFailedTests;
  totals.skipped += report.numPendingTests + report.numTodoTests;
  for (const { name, status, message, assertionResults } of report.testResults) {
    for (const test of assertionResults) {
      if (test.status === 'failed') failures.push(`${name}: ${test.fullName}: ${wordsOf(test).slice(0, 500)}`);
    }
    // Where a file or a set-up of it failed, no test did: those behind it count as skipped.
    const isOutsideTests = status === 'failed' && assertionResults.every((test) => test.status !== 'failed');
    if (isOutsideTests) failures.push(`${name}: ${message.slice(0, 500) || 'its set-up failed or ran out of time'}`);
  }
  if (status !== 0 && report.numFailedTests === 0) fail(`The ${project} tests ended with exit code ${status} outside any test.`);
}

/** Of a test that ran out of time the runner's report keeps a place holder only. */
function wordsOf({ failureMessages, duration }) {
  const ranFor = `${Math.round((duration ?? 0) / 1000)} s`;
  return failureMessages.join(' ').replaceAll('Error: STACK_TRACE_ERROR', `out of time after ${ranFor}`);
}

async function kills() {
  const file = join(reports, 'kills.json');
  const status = await execute('tests/kill/run.mjs', [], { env: { KILL_REPORT: file }, isHeldBack: true });
  if (!existsSync(file)) return fail('The kills wrote no report.');
  const { passed, failed } = JSON.parse(readFileSync(file, 'utf8'));
  totals.passed += passed;
  totals.failed += failed;
  if (status !== 0 && failed === 0) fail(`The kills ended with exit code ${status}.`);
}

async function journeys() {
  const build = await execute('node_modules/vite/bin/vite.js', ['build', '--logLevel', 'error']);
  if (build !== 0) return fail('The app did not build.');
  const file = join(reports, 'journeys.json');
  const status = await execute('node_modules/playwright/cli.js', ['test', '--config', 'playwright.config.ts'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  if (!existsSync(file)) return fail('The journeys wrote no report.');
  const { stats, suites } = JSON.parse(readFileSync(file, 'utf8'));
  failures.push(...failedJourneys(suites));
  totals.passed += stats.expected + stats.flaky;
  totals.failed += stats.unexpected;
  totals.skipped += stats.skipped;
  if (status !== 0 && stats.unexpected === 0) fail(`The journeys ended with exit code ${status} outside any test.`);
}

function failedJourneys(suites) {
  return suites.flatMap(({ file, specs = [], suites: inner = [] }) => [
    ...specs.filter(({ ok }) => !ok).map(({ title }) => `${file}: ${title}`),
    ...failedJourneys(inner),
  ]);
}

/** Runs a script and resolves with its exit code; with `isHeldBack` its words are shown only when it has ended. */
async function execute(script, args, { env = {}, isHeldBack = false } = {}) {
  const stdio = ['ignore', ...(isHeldBack ? ['pipe', 'pipe'] : ['inherit', 'inherit'])];
  const child = spawn(process.execPath, [script, ...args], { stdio, env: { ...process.env, ...env } });
  const words = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (bytes) => words.push(bytes));
  const [status] = await once(child, 'close');
  process.stdout.write(Buffer.concat(words));
  return status;
}

function fail(sentence) {
  console.error(sentence);
  failures.push(sentence);
  broken = true;
  totals.failed += 1;
}

function stop(sentence) {
  console.error(sentence);
  console.log('0 passed, 1 failed');
  process.exit(1);
}
