/** Makes sure that there is a browser for the tests: installs Debian's where that is possible, and otherwise says what to do. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromiumPath } from './chromium.mjs';

/** @returns the problem as one sentence, or undefined when a browser is there. */
export function ensureChromium() {
  if (existsSync(chromiumPath)) return undefined;
  const canInstall = process.getuid?.() === 0 && existsSync('/etc/debian_version');
  if (canInstall) {
    console.error('Installing Chromium and a Chinese font from Debian …');
    const options = { stdio: ['ignore', 2, 2], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
    spawnSync('apt-get', ['update', '-qq'], options);
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium', 'fonts-noto-cjk'], options);
    if (existsSync(chromiumPath)) return undefined;
  }
  return `No Chromium at ${chromiumPath}: install Chromium or Chrome (on Debian: apt-get install chromium fonts-noto-cjk) or put its path into the CHROMIUM variable.`;
}
