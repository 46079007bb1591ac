/**
 * Makes what the sources need and git does not hold: the message functions, the SvelteKit types, the WebAssembly
 * kernels and the Python programs that travel with what is taken away. Each step runs only when something it reads is newer than what it wrote.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));

step(
  'messages',
  ['messages', 'project.inlang/settings.json', 'scripts/build-messages.mjs', 'scripts/plurals.mjs'],
  'src/lib/paraglide/messages.js',
  ['scripts/build-messages.mjs'],
);
step('kernels', ['src/lib/kernels/assembly', 'scripts/build-kernels.mjs'], 'src/lib/kernels/build/kernels.wasm', [
  'scripts/build-kernels.mjs',
]);
step('programs', ['scripts/reference/reproduce.py', 'scripts/build-programs.mjs'], 'src/lib/core/predictions/away/build/reproduce.ts', [
  'scripts/build-programs.mjs',
]);
step('types', ['svelte.config.js', 'src/routes'], '.svelte-kit/tsconfig.json', ['node_modules/@sveltejs/kit/svelte-kit.js', 'sync']);

function step(name, inputs, output, command) {
  if (existsSync(output) && newest(inputs) <= statSync(output).mtimeMs) return;
  if (!inputs.every(existsSync)) return;
  console.error(`preparing ${name} …`);
  execFileSync(process.execPath, command, { stdio: ['ignore', 2, 2] });
  // Some tools leave an unchanged output's time alone, and the step would run again each time.
  if (existsSync(output)) utimesSync(output, new Date(), new Date());
}

function newest(paths) {
  return Math.max(
    ...paths.map((path) =>
      statSync(path).isDirectory()
        ? Math.max(statSync(path).mtimeMs, newest(readdirSync(path).map((name) => join(path, name))))
        : statSync(path).mtimeMs,
    ),
  );
}
