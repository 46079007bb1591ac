import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter((file) => file !== '' && existsSync(join(root, file)));
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** Packages that no file imports, each with its reason. */
const usedOtherwise: Record<string, string> = {
  '@inlang/paraglide-js': 'scripts/build-messages.mjs runs its compiler by path',
  '@inlang/plugin-message-format': 'project.inlang/settings.json names it',
  '@types/d3': 'types of d3',
  '@types/node': 'types of Node',
  '@vitest/browser': 'vitest needs it beside its Playwright provider',
  eslint: 'npm run lint',
  prettier: 'npm run format',
  'prettier-plugin-svelte': '.prettierrc names it',
  'svelte-check': 'npm run check',
  typescript: 'the compiler of svelte-check and eslint',
};

describe('user errors', () => {
  const sources = files.filter((file) => /^src\/.*\.(ts|svelte)$/.test(file));
  const codes = [
    ...new Set(
      sources.flatMap((file) => [...read(file).matchAll(/(?:new UserError\(|refusal\(\w+,)\s*'([a-z0-9_]+)'/g)].map((match) => match[1])),
    ),
  ].sort();
  const catalogue = (locale: string): Record<string, unknown> =>
    Object.assign({}, ...files.filter((file) => file.startsWith(`messages/${locale}/`)).map((file) => JSON.parse(read(file))));

  it.each(['en', 'zh'])('can all be said in %s', (locale) => {
    const messages = catalogue(locale);
    expect(codes.length).toBeGreaterThan(5);
    expect(codes.filter((code) => !(`error_${code}` in messages))).toEqual([]);
  });

  it('have the same messages in both languages', () => {
    expect(Object.keys(catalogue('zh')).sort()).toEqual(Object.keys(catalogue('en')).sort());
  });
});

describe('the repository', () => {
  it('pins every dependency exactly', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    const loose = Object.entries({ ...dependencies, ...devDependencies }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version),
    );
    expect(loose).toEqual([]);
  });

  it('imports every package that it installs, or says why not', () => {
    const { dependencies, devDependencies } = JSON.parse(read('package.json')) as Record<string, Record<string, string>>;
    // Lists of names use nothing: the bundler's, and the one above.
    const lists = ['scripts/prebundled.mjs', 'tests/unit/architecture/hygiene.test.ts'];
    const texts = files.filter((file) => /\.(m?[jt]s|svelte|css)$/.test(file) && !lists.includes(file)).map(read);
    const imported = (name: string) => texts.some((text) => new RegExp(`['"]${name}(/[^'"]*)?['"]`).test(text));
    const unused = Object.keys({ ...dependencies, ...devDependencies }).filter((name) => !imported(name));
    expect(unused.sort()).toEqual(Object.keys(usedOtherwise).sort());
  });

  it('makes no function from text, nor lets Arrow make one: the page’s content policy forbids it', () => {
    const makers = /\b(vectorFromArray|tableFromArrays|tableFromJSON|makeBuilder|builderThroughIterable)\(|\bnew Function\(|\beval\(/;
    expect(files.filter((file) => /^src\/lib\/.*\.(ts|svelte)$/.test(file) && makers.test(read(file)))).toEqual([]);
  });

  it('says nothing on the console of the page', () => {
    const talkers = files.filter((file) => /^src\/lib\/.*\.(ts|svelte)$/.test(file) && /\bconsole\.(log|debug|info)\(/.test(read(file)));
    expect(talkers).toEqual([]);
  });

  it('names each decision page in the index', () => {
    const pages = files.filter((file) => /^docs\/decisions\/\d{4}-.*\.md$/.test(file)).map((file) => file.split('/').at(-1)!);
    const index = read('docs/decisions/README.md');
    expect(pages.filter((page) => !index.includes(page))).toEqual([]);
  });

  it('has no dead links between its own documents', () => {
    const dead = files
      .filter((file) => file.endsWith('.md'))
      .flatMap((file) =>
        [...read(file).matchAll(/\]\((?!https?:|#|mailto:)([^)#\s]+)/g)]
          .map((match) => match[1])
          .filter((target) => !existsSync(join(root, file, '..', decodeURIComponent(target))))
          .map((target) => `${file} → ${target}`),
      );
    expect(dead).toEqual([]);
  });
});
