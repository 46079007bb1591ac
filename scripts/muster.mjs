/**
 * The command line's door: `npm run -s muster -- COMMAND …`. Installs and prepares what is missing (telling standard
 * error), then runs `src/cli/main.ts` in a process of its own and ends as that one ends.
 */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ensureDependencies } from './ensure-dependencies.mjs';

const problem = ensureDependencies();
if (problem) {
  console.error(`muster: ${problem}`);
  process.exit(2);
}
const folder = process.cwd();
await import('./prepare.mjs');
process.chdir(folder);

// An absolute loader path: `--import tsx` would be looked up from the folder the person is in. Worker threads inherit it.
const child = spawn(
  process.execPath,
  ['--import', import.meta.resolve('tsx'), fileURLToPath(new URL('../src/cli/main.ts', import.meta.url)), ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, TSX_TSCONFIG_PATH: fileURLToPath(new URL('../tsconfig.json', import.meta.url)) } },
);
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => {
  process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 1);
});
