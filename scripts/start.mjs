/**
 * `npm start`: from a fresh clone to the workbench in a browser. Installs and builds only what is missing or older
 * than its sources, serves `build/` on this machine, and prints the address.
 *
 *   node scripts/start.mjs [--port N] [--no-open]
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listen } from './serve.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);

const { port, opens } = readArguments(process.argv.slice(2));
checkNode();
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];
if (!isInstalled()) {
  step('Installing what Muster is made of (once; a minute or two) …', npm(), ['ci', ...quiet], ['install', '--no-save', ...quiet]);
}
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

function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Muster needs Node 20.19 or newer; this is ${process.versions.node}. Get one from https://nodejs.org.`);
  }
}

/** npm is a script on some systems and a .cmd on others; `npm start` tells where its own is. */
function npm() {
  return process.env.npm_execpath ?? (process.platform === 'win32' ? 'npm.cmd' : 'npm');
}

/** Runs a command; `instead` is tried where it fails: npm 11 refuses a lock file that npm 10 takes. */
function step(title, command, values, instead) {
  console.log(title);
  if (run(command, values) === 0) return;
  if (instead && run(command, instead) === 0) return;
  fail(`That did not work: ${[command, ...values].join(' ')}. The lines above say why.`);
}

function run(command, values) {
  const isScript = /\.[cm]?js$/.test(command);
  return spawnSync(isScript ? process.execPath : command, isScript ? [command, ...values] : values, {
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: command.endsWith('.cmd'),
    env: { ...process.env, NODE_OPTIONS: process.env.NODE_OPTIONS ?? '--max-old-space-size=4096' },
  }).status;
}

/** Whether node_modules holds the versions of the lock file; the files' times say nothing after a checkout. */
function isInstalled() {
  try {
    const wanted = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages;
    const present = JSON.parse(readFileSync('node_modules/.package-lock.json', 'utf8')).packages;
    return Object.entries(wanted).every(([path, { version, optional, peer }]) => {
      if (path === '' || (!present[path] && (optional || peer))) return true;
      return present[path]?.version === version;
    });
  } catch {
    return false;
  }
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
