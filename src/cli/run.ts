import { readFile } from 'node:fs/promises';
import { dirname, isAbsolute, resolve } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import { readPlan } from '../lib/core/plan/read';
import type { FinishedExports } from '../lib/work/exports';
import type { OpenedSource } from '../lib/work/openPlan';
import type { Arguments, Command, CommandIo } from './command';
import { table } from './help';
import { refuseOutFolder, writeOutFolder } from './outFolder';

export const run: Command = {
  name: 'run',
  summary: 'Run a saved plan and write its audiences and lists as files, with a manifest.',
  words: [{ name: 'PLAN', what: 'The plan: YAML or JSON. Its files are looked up beside it.', required: true }],
  options: [
    { name: 'out', kind: 'text', value: 'DIR', required: true, what: 'Folder for the files; it is made, whole or not at all.' },
    { name: 'force', kind: 'flag', what: 'Replace DIR where it holds something already.' },
    { name: 'data', kind: 'text', value: 'DIR', what: 'Look the plan’s files up here instead of beside the plan.' },
    { name: 'threads', kind: 'number', value: 'N', what: 'Threads of the engines; without it, as many as the machine has.' },
    { name: 'json', kind: 'flag', what: 'Print the summary as one JSON object.' },
  ],
  examples: ['run plan.yaml --out files', 'run docs/examples/uci-champions.yaml --data ~/Downloads --out files --json'],
  run: runPlan,
};

async function runPlan(args: Arguments, io: CommandIo): Promise<number> {
  const started = performance.now();
  const out = io.path(args.text('out'));
  const threads = checkThreads(args.optionalNumber('threads'));
  await refuseOutFolder(out, args.flag('force'));
  const planPath = io.path(args.text('PLAN'));
  const { plan, changes } = readPlan(await readText(planPath), args.text('PLAN'));
  for (const change of changes) io.note(`muster: the plan was brought forward: ${change}`);

  const [{ Desk }, { nodePlatform }, { openFile }, { openPlan }, { makeExports }, { documents }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/platform/node/files'),
    import('../lib/work/openPlan'),
    import('../lib/work/exports'),
    import('../lib/work/operations/exports'),
  ]);
  const desk = new Desk(nodePlatform({ threads }));
  const dataFolder = args.has('data') ? io.path(args.text('data')) : dirname(planPath);
  const openSource = (name: string) => openFile(isAbsolute(name) ? name : resolve(dataFolder, name));

  const importStarted = performance.now();
  const sources = await openPlan(desk, plan, openSource, io.run);
  const importSeconds = (performance.now() - importStarted) / 1000;
  const exports = await desk.read(io.run, makeExports);
  await io.run.breathe();
  await writeOutFolder(out, [...exports.files, ...documents(plan, exports.manifest)]);

  const seconds = { import: importSeconds, ...exports.seconds, total: (performance.now() - started) / 1000 };
  if (args.flag('json')) io.print(JSON.stringify(summary(out, sources, exports, seconds), null, 2));
  else io.print(report(out, sources, exports, seconds));
  return 0;
}

type Seconds = Record<string, number>;

function summary(out: string, sources: OpenedSource[], { manifest }: FinishedExports, seconds: Seconds) {
  const { audiences, lists, ...rest } = manifest;
  return {
    out,
    manifest: resolve(out, 'manifest.json'),
    sources,
    members: Object.fromEntries(audiences.map(({ id, members }) => [id, members])),
    listRows: Object.fromEntries(lists.map(({ id, rows }) => [id, rows])),
    audiences,
    lists,
    ...rest,
    seconds: Object.fromEntries(Object.entries(seconds).map(([step, value]) => [step, Number(value.toFixed(3))])),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function report(out: string, sources: OpenedSource[], { manifest }: FinishedExports, seconds: Seconds): string {
  return [
    ...table([
      ...sources.map(({ file, rowsRead, rowsRejected }): [string, string] => [file, `${rowsRead} rows read, ${rowsRejected} rejected`]),
      ['as of', `${manifest.asOf} (${manifest.timeZone})`],
      ...manifest.audiences.map(({ id, members, steps }): [string, string] => [
        id,
        `${members} customers: ${steps.map(({ step, left }) => `${step} ${left}`).join(' → ')}`,
      ]),
      ...manifest.lists.map(({ id, rows, users, shortLists, model }): [string, string] => [
        id,
        `${rows} recommendations by ${model} for ${users} customers, ${shortLists} lists short`,
      ]),
      ...manifest.files.map(({ name, rows, sha256 }): [string, string] => [name, `${rows} rows, SHA-256 ${sha256.slice(0, 16)}…`]),
    ]),
    `Wrote ${manifest.files.length} files, plan.json and manifest.json into ${out} in ${seconds.total.toFixed(1)} s.`,
  ].join('\n');
}

function checkThreads(threads: number | undefined): number | undefined {
  if (threads === undefined || (Number.isInteger(threads) && threads >= 1 && threads <= 256)) return threads;
  throw new UserError('argument_value', `--threads takes a whole number from 1 to 256, got "${threads}".`, 'See: muster run --help.', {
    name: 'threads',
    wanted: 'a whole number from 1 to 256',
    value: threads,
    command: 'run',
  });
}

async function readText(path: string): Promise<string> {
  const bytes = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    const problem = { ENOENT: 'there is no such file', EISDIR: 'it is a folder' }[error.code ?? ''] ?? error.message;
    throw new UserError('plan_missing', `The plan ${path} cannot be read: ${problem}.`, 'Check its path.', { path, problem });
  });
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new UserError('plan_not_text', `The plan ${path} is no text in UTF-8.`, 'Save it as UTF-8.', { path });
  }
}
