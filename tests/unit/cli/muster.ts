import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const door = fileURLToPath(new URL('../../../scripts/muster.mjs', import.meta.url));

export interface Ended {
  code: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the real command line; `onStderr` may act (send a signal) while it runs. */
export function muster(words: string[], cwd?: string, onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void) {
  // A test runner started by npm would otherwise pass its own folder on as the person's.
  const environment = { ...process.env };
  delete environment.npm_lifecycle_event;
  const child = spawn(process.execPath, [door, ...words], { cwd, env: environment });
  return new Promise<Ended>((resolve) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (block) => (stdout += block));
    child.stderr.on('data', (block) => {
      stderr += block;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
