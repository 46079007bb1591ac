import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Folders of core in the order data flows. A file may import from its own layer and from earlier ones. Types are only
 * names, so `import type` may also point to a later layer.
 */
const coreLayers = [
  'base',
  'math',
  'schema',
  'store',
  'measures',
  'profiles',
  'segments',
  'segmentations',
  'recommenders',
  'predictions',
  'evaluation',
  'experiments',
  'audiences',
  'recommendations',
  'exports',
  'results',
  'plan',
];

/** What each part of src may import, beside itself. */
const mayImport: Record<string, string[]> = {
  'lib/core': [],
  'lib/kernels': [],
  'lib/platform/browser': ['lib/core', 'lib/work', 'lib/kernels'],
  'lib/platform/node': ['lib/core', 'lib/work', 'lib/kernels'],
  'lib/work': ['lib/core', 'lib/platform/browser'],
  'lib/state': ['lib/core', 'lib/work', 'lib/platform/browser', 'lib/paraglide'],
  'lib/ui': ['lib/core', 'lib/work', 'lib/state', 'lib/paraglide'],
  routes: ['lib/core', 'lib/work', 'lib/state', 'lib/ui', 'lib/platform/browser', 'lib/paraglide'],
  cli: ['lib/core', 'lib/work', 'lib/platform/node'],
  'service-worker.ts': [],
};

/** Siblings that must not know each other, even by type. */
const unrelated = [['segments', 'recommenders']];

/** Circles that may stay, each with its reason; one that is gone has to go from here, too. */
const knownCircles: Record<string, string> = {
  'lib/work/desk.ts ↔ lib/work/epoch.ts ↔ lib/work/saving.ts': 'the desk starts epochs and saves, and both know the desk by its type',
  'lib/ui/segments/RuleGroup.svelte ↔ lib/ui/segments/RuleRow.svelte': 'a group of a rule has rows, and a row may be a group',
};

/** Packages that only some parts may load; everything else stays free of them. */
const packageHomes: Record<string, string[]> = {
  '@duckdb/duckdb-wasm': ['lib/platform/browser'],
  '@duckdb/node-api': ['lib/platform/node', 'cli'],
  svelte: ['lib/state', 'lib/ui', 'routes'],
  idb: ['lib/platform/browser'],
};

interface Import {
  file: string;
  target: string;
  typeOnly: boolean;
  /** By `import()`: loaded when it is needed. */
  lazy?: boolean;
}

const imports = listFiles(join(root, 'src')).flatMap(readImports);

describe('architecture', () => {
  it('finds the imports it is there to judge', () => {
    expect(imports.length).toBeGreaterThan(20);
    expect(imports.some(({ target }) => target.startsWith('lib/core/base/'))).toBe(true);
  });

  it('lets core import only earlier layers of core', () => {
    const offences = imports.filter(({ file, target, typeOnly }) => {
      const [from, to] = [coreLayer(file), coreLayer(target)];
      if (!from || !to) return false;
      if (unrelated.some((pair) => pair.includes(from) && pair.includes(to) && from !== to)) return true;
      return !typeOnly && coreLayers.indexOf(to) > coreLayers.indexOf(from);
    });
    expect(offences.map(say)).toEqual([]);
  });

  it('knows every layer of core', () => {
    const unknown = new Set(imports.flatMap(({ file }) => (coreLayer(file) && !coreLayers.includes(coreLayer(file)!) ? [file] : [])));
    expect([...unknown]).toEqual([]);
  });

  it('lets each part of src import only what stands below it', () => {
    const offences = imports.filter(({ file, target, typeOnly }) => {
      const [from, to] = [part(file), part(target)];
      if (!from || !to || from === to || typeOnly) return false;
      return !mayImport[from].includes(to);
    });
    expect(offences.map(say)).toEqual([]);
  });

  it('keeps engines and frameworks in their homes', () => {
    const offences = imports.filter(({ file, target, typeOnly }) => {
      const homes = Object.entries(packageHomes).find(([name]) => target === name || target.startsWith(`${name}/`))?.[1];
      return homes && !typeOnly && !homes.some((home) => file.startsWith(home));
    });
    expect(offences.map(say)).toEqual([]);
  });

  it('has no files that need each other in a circle, types included', () => {
    expect(circles().map((files) => files.join(' ↔ '))).toEqual(Object.keys(knownCircles));
  });

  it('finds a circle where there is one', () => {
    const edges = new Map([
      ['a.ts', ['b.ts']],
      ['b.ts', ['c.ts', 'd.ts']],
      ['c.ts', ['a.ts']],
      ['d.ts', []],
    ]);
    expect(circles(edges)).toEqual([['a.ts', 'b.ts', 'c.ts']]);
  });

  it('opens with a page that holds no engine, no schema and no catalogue', () => {
    const first = reached(['routes/+layout.svelte', 'routes/+layout.ts', 'routes/+page.svelte']);
    expect(first.size).toBeGreaterThan(50);
    const heavy = /^(zod|apache-arrow|d3|ml-matrix|@tensorflow\/|@duckdb\/)|\/catalogue\.ts$|^lib\/core\/plan\//;
    expect([...first].filter((path) => heavy.test(path))).toEqual([]);
  });

  it('keeps core free of Node', () => {
    expect(imports.filter(({ file, target }) => file.startsWith('lib/core') && target.startsWith('node:')).map(say)).toEqual([]);
  });
});

/** The files of `src` by path, with those that each imports, as types too. */
function importGraph(): Map<string, string[]> {
  const files = new Set(imports.map(({ file }) => file));
  const found = (target: string) => ['', '.ts', '/index.ts', '.svelte.ts'].map((end) => target + end).find((path) => files.has(path));
  const graph = new Map<string, string[]>([...files].map((file) => [file, []]));
  for (const { file, target } of imports) {
    const path = found(target);
    if (path !== undefined && path !== file) graph.get(file)!.push(path);
  }
  return graph;
}

/** Files and packages that come with these files at once: by their imports, and by the imports of these. */
function reached(from: readonly string[]): Set<string> {
  const files = new Set(imports.map(({ file }) => file));
  const found = new Set(from);
  for (const file of found) {
    for (const { target } of imports.filter((each) => each.file === file && !each.typeOnly && !each.lazy)) {
      found.add(['', '.ts', '/index.ts', '.svelte.ts'].map((end) => target + end).find((path) => files.has(path)) ?? target);
    }
  }
  return found;
}

/** Groups of files of which each reaches all others (Tarjan's strongly connected components of more than one). */
function circles(graph = importGraph()): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const found: string[][] = [];
  const visit = (file: string): void => {
    order.set(file, order.size);
    lowest.set(file, order.get(file)!);
    open.push(file);
    for (const next of graph.get(file) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.includes(next)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== order.get(file)) return;
    const group = open.splice(open.indexOf(file));
    if (group.length > 1) found.push(group.sort());
  };
  for (const file of [...graph.keys()].sort()) if (!order.has(file)) visit(file);
  return found;
}

function say({ file, target }: Import): string {
  return `src/${file} (${coreLayer(file) ?? part(file)}) must not import ${target} (${coreLayer(target) ?? part(target) ?? 'package'})`;
}

function coreLayer(path: string): string | undefined {
  return /^lib\/core\/([^/]+)\//.exec(path)?.[1];
}

function part(path: string): string | undefined {
  return Object.keys(mayImport).find((name) => path === name || path.startsWith(`${name}/`));
}

function listFiles(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return ['paraglide', 'assembly', 'build'].includes(name) ? [] : listFiles(path);
    return /\.(ts|svelte)$/.test(name) && !name.endsWith('.d.ts') ? [path] : [];
  });
}

/** Static imports, re-exports and dynamic imports, with the target as a path under src or a package name. */
function readImports(path: string): Import[] {
  const file = relative(join(root, 'src'), path);
  const text = readFileSync(path, 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(import|export)\s+(type\s+)?([^'";]*?\sfrom\s+)?['"]([^'"]+)['"]/gm)) {
    found.push({ file, target: resolveTarget(path, match[4]), typeOnly: match[2] !== undefined });
  }
  for (const match of text.matchAll(/(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) {
    found.push({ file, target: resolveTarget(path, match[2]), typeOnly: match[1] !== undefined, lazy: true });
  }
  return found;
}

function resolveTarget(path: string, specifier: string): string {
  if (specifier.startsWith('$lib/')) return specifier.replace('$lib/', 'lib/');
  if (!specifier.startsWith('.')) return specifier;
  return relative(join(root, 'src'), normalize(join(dirname(path), specifier)));
}
