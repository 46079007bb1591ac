import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '$lib/core/base/errors';
import { quietContext } from '$lib/core/base/run';
import { parseArguments } from '../../../src/cli/arguments';
import type { CommandIo } from '../../../src/cli/command';
import { commands } from '../../../src/cli/commands';

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
  return new Promise<Ended>((done) => {
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (block) => (stdout += block));
    child.stderr.on('data', (block) => {
      stderr += block;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    child.on('close', (code) => done({ code, stdout, stderr }));
  });
}

/** The same in this process, which starts no engine's code anew: for tests of many runs. */
export async function musterHere([name, ...words]: string[], cwd: string): Promise<Ended> {
  const command = commands.find((candidate) => candidate.name === name)!;
  const lines = { stdout: '', stderr: '' };
  const io: CommandIo = {
    print: (line) => void (lines.stdout += `${line}\n`),
    note: (line) => void (lines.stderr += `${line}\n`),
    run: quietContext(),
    path: (given) => resolve(cwd, given),
  };
  try {
    return { code: await command.run(parseArguments(command, words), io), ...lines };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    io.note(`muster: ${error.message} ${error.hint}`);
    return { code: 2, ...lines };
  }
}
