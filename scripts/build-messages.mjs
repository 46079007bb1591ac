/**
 * Compiles the message catalogue. The areas' files are joined into one per language first: Paraglide reads a dozen
 * files per language forty times slower than one (65 s against 4 s for 800 messages).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { transformWithEsbuild } from 'vite';
import { withVariants } from './plurals.mjs';

for (const locale of readdirSync('messages')) {
  const joined = {};
  for (const name of readdirSync(`messages/${locale}`).sort()) {
    for (const [key, text] of Object.entries(JSON.parse(readFileSync(`messages/${locale}/${name}`, 'utf8')))) {
      if (key in joined && joined[key] !== text)
        throw new Error(`messages/${locale}/${name} says "${key}" in other words than another file: keep one.`);
      joined[key] = text;
    }
  }
  mkdirSync('.messages', { recursive: true });
  const variants = Object.fromEntries(Object.entries(joined).map(([key, text]) => [key, withVariants(text)]));
  writeFileSync(`.messages/${locale}.json`, JSON.stringify(variants));
}

execFileSync(
  process.execPath,
  [
    'node_modules/@inlang/paraglide-js/bin/run.js',
    'compile',
    '--project',
    './project.inlang',
    '--outdir',
    './src/lib/paraglide',
    '--strategy',
    'localStorage',
    'preferredLanguage',
    'baseLocale',
    '--silent',
  ],
  { stdio: ['ignore', 2, 2] },
);

// Names in place of stars: a bundler looks each name up in every star, which takes minutes with thousands of messages.
const folder = 'src/lib/paraglide/messages';
const index = readFileSync(`${folder}/_index.js`, 'utf8').replace(/export \* from '\.\/(.+)\.js'/g, (_, file) => {
  const source = readFileSync(`${folder}/${file}.js`, 'utf8');
  const names = [...source.matchAll(/^export const (\w+)|^export \{ \w+ as "(\w+)" \}/gm)].map((found) => found[1] ?? found[2]);
  if (names.length === 0) throw new Error(`${file}.js names no message: has Paraglide another form now?`);
  return `export { ${names.join(', ')} } from './${file}.js'`;
});
writeFileSync(`${folder}/_index.js`, index);

// The same messages in one file, for servers that do not bundle (development, tests): a browser takes seconds to fetch
// thousands of files. The app itself is built from the single files, so that a screen carries only its own messages.
const sources = readdirSync(folder)
  .filter((name) => name.endsWith('.js') && name !== '_index.js' && name !== 'together.js')
  .map((name) => readFileSync(`${folder}/${name}`, 'utf8'));
const imports = /^import .+$/gm;
const head = new Set(sources.flatMap((source) => source.match(imports) ?? []));
const bodies = sources.map((source) => source.replace(imports, ''));
const { code } = await transformWithEsbuild([...head, ...bodies].join('\n'), 'together.js', { minifyWhitespace: true, sourcemap: false });
writeFileSync(`${folder}/together.js`, code);
