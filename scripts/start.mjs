/**
 * `npm start`: from a fresh clone to the workbench in a browser. Installs and builds only what is missing or older
 * than its sources, serves `build/` on this machine, and prints the address.
 *
 *   node scripts/start.mjs [--port N] [--no-open]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';
import { listen } from './serve.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const { port, opens } = readArguments(process.argv.slice(2));
const problem = ensureDependencies();
if (problem) fail(problem);
if (isOlder('build/index.html', ['src', 'static', 'messages', 'datasets', 'svelte.config.js', 'vite.config.ts', 'package.json'])) {
  step('Preparing …', process.execPath, ['scripts/prepare.mjs']);
  step('Building (a minute) …', process.execPath, ['node_modules/vite/bin/vite.js', 'build', '--logLevel', 'error']);
}

const address = await listen(join(root, 'build'), port).catch((error) => fail(error.message));
console.log(`\nMuster is at ${address}\nPress Ctrl-C to stop.`);
if (opens) openBrowser(address);

function readArguments(given) {
  let port = 4173;
  let opens = true;
  for (let i = 0; i < given.length; i++) {
    const [name, inline] = given[i].split('=');
    if (name === '--no-open') opens = false;
    else if (name === '--port') {
      const value = Number(inline ?? given[++i]);
      if (!Number.isInteger(value) || value < 1 || value > 65535) fail(`--port wants a number from 1 to 65535.`, 2);
      port = value;
    } else if (name === '--help' || name === '-h') {
      console.log('npm start [-- --port N --no-open]\n\nBuilds Muster where needed and serves it on this machine.');
      process.exit(0);
    } else fail(`There is no option "${given[i]}". Known are --port N and --no-open.`, 2);
  }
  return { port, opens };
}

function step(title, command, values) {
  console.log(title);
  const result = spawnSync(command, values, {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, NODE_OPTIONS: process.env.NODE_OPTIONS ?? '--max-old-space-size=4096' },
  });
  if (result.status !== 0) fail(`That did not work: ${[command, ...values].join(' ')}. The lines above say why.`);
}

/** Whether `made` is missing or older than the newest of the files it was made from. */
function isOlder(made, sources) {
  if (!existsSync(made)) return true;
  return newest(sources.filter(existsSync)) > statSync(made).mtimeMs;
}

function newest(paths) {
  let latest = 0;
  for (const path of paths) {
    const entry = statSync(path);
    const isGenerated = /(^|[\\/])(paraglide|kernels[\\/]build)$/.test(path);
    if (isGenerated) continue;
    latest = Math.max(latest, entry.isDirectory() ? newest(readdirSync(path).map((name) => join(path, name))) : entry.mtimeMs);
  }
  return latest;
}

/** On a desktop only: a server or a container has no browser to open. */
function openBrowser(url) {
  const opener =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : process.env.DISPLAY || process.env.WAYLAND_DISPLAY
          ? ['xdg-open', url]
          : undefined;
  if (!opener) return;
  const child = spawn(opener[0], opener.slice(1), { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}

function fail(sentence, status = 1) {
  console.error(sentence);
  process.exit(status);
}
