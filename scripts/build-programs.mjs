/** Python programs that travel with what is taken away, as modules: a worker cannot read files, and a bundler knows no .py. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const program = readFileSync('scripts/reference/reproduce.py', 'utf8');
mkdirSync('src/lib/core/predictions/away/build', { recursive: true });
writeFileSync(
  'src/lib/core/predictions/away/build/reproduce.ts',
  `/** scripts/reference/reproduce.py, as scripts/build-programs.mjs found it. */\nexport const reproduceProgram = ${JSON.stringify(program)};\n`,
);
