/** Installs what package-lock.json names when node_modules is missing or older, so that no command needs an install first. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { argv, exit } from 'node:process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** @returns the problem as one sentence, or undefined when everything is in place. */
export function ensureDependencies() {
  const tooOld = checkNodeVersion();
  if (tooOld) return tooOld;
  // npm writes this file at the end of a complete install.
  const installed = `${root}node_modules/.package-lock.json`;
  const lock = `${root}package-lock.json`;
  if (existsSync(installed) && (statSync(installed).mtimeMs >= statSync(lock).mtimeMs || sameVersions(installed, lock))) return undefined;
  console.error('Installing dependencies (once; a minute or two) …');
  // Not `npm ci`: it refuses a lock file that was written where the registry lacked other systems' optional binaries.
  // `install` takes the same locked versions and checks the same hashes; --no-save leaves the lock file as it is.
  const npm = spawnSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    // Standard output belongs to the command that called us.
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (npm.status === 0) return undefined;
  return 'Dependencies could not be installed: see the messages of npm above; a network connection to the npm registry is needed once.';
}

function checkNodeVersion() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return undefined;
  return `Node ${process.versions.node} is too old: Muster needs Node 20.19 or newer.`;
}

/** A fresh checkout or a branch switch touches the lock file without changing what it says. */
function sameVersions(installedFile, lockFile) {
  const installed = JSON.parse(readFileSync(installedFile, 'utf8')).packages;
  const wanted = JSON.parse(readFileSync(lockFile, 'utf8')).packages;
  return Object.entries(wanted).every(([path, entry]) => path === '' || entry.optional || installed[path]?.version === entry.version);
}

// Run by itself (as CI does), it says what is wrong and fails.
if (argv[1] === fileURLToPath(import.meta.url)) {
  const problem = ensureDependencies();
  if (problem) {
    console.error(problem);
    exit(1);
  }
}
