import { rm } from 'node:fs/promises';
import { UserError } from '../lib/core/base/errors';
import { resolveOptions, type OptionValues } from '../lib/core/base/options';
import { findDestination } from '../lib/core/exports/destinations';
import type { EarlierExport } from '../lib/core/exports/delta/previousList';
import type { DriftReport } from '../lib/core/exports/drift/driftReport';
import { driftMarkdown, excessText } from '../lib/core/exports/drift/driftText';
import { driftLimitNames, readDriftLimits } from '../lib/core/exports/drift/limits';
import type { Shelf } from '../lib/core/exports/shelf';
import type { Manifest } from '../lib/core/exports/types';
import type { Plan } from '../lib/core/plan/schema';
import type { Arguments, Command, CommandIo } from './command';
import { writeWhole } from './keptModels';
import { mergedPeople, notesOnPeople } from './mergedPeople';
import { openingOf, planWord } from './opening';
import { diskShelf, mendOutFolder, refuseOutFolder, writeOutFolder } from './outFolder';
import { readPastExports, saltsOf } from './pastExports';
import { earlierRun, inputsOf, isWhole, manifestMissing, readEarlier } from './runInputs';
import { LockedOut, takeRunLock } from './runLock';
import { runReport, runSummary } from './runReport';

/** What programs may rely on; in `--help` and in the docs. */
const exitCodes = { made: 0, drift: 3, locked: 4 } as const;

export const run: Command = {
  name: 'run',
  summary: 'Run a saved plan and write its audiences and lists as files, with a manifest.',
  words: [{ name: 'PLAN', what: planWord, required: true }],
  options: [
    { name: 'out', kind: 'text', value: 'DIR', required: true, what: 'Folder for the files; it is made, whole or not at all.' },
    { name: 'force', kind: 'flag', what: 'Replace what an earlier run wrote into DIR; where anything else is in it, nothing is touched.' },
    {
      name: 'refresh',
      kind: 'flag',
      what: 'For schedules: DIR holds an earlier run. Where plan and data are the same nothing is done; otherwise it is compared with and replaced.',
    },
    { name: 'since', kind: 'text', value: 'DIR', what: 'Compare with the run in this folder: drift.json and drift.md go along.' },
    {
      name: 'delta',
      kind: 'flag',
      what: 'Audiences deliver changes since that run, whatever the plan says: NAME-added, NAME-removed where the platform takes removals, and NAME-whole for the next time.',
    },
    {
      name: 'fail-on-drift',
      kind: 'text',
      value: 'LIMITS',
      what: `How far it may be from the earlier run, as size=30%,score-psi=.25, over what the plan says; beyond it nothing is handed over. Limits: ${driftLimitNames.join(', ')}.`,
    },
    { name: 'accept-drift', kind: 'flag', what: 'Hand the files over whatever the limits say.' },
    { name: 'set', kind: 'pairs', what: 'Options of exports, as destination.option=value, over those of the plan.' },
    { name: 'data', kind: 'text', value: 'DIR', what: 'Look the plan’s files up here instead of beside the plan.' },
    { name: 'models', kind: 'text', value: 'DIR', what: 'Where NAME.zip or NAME.npz lie of weights that models of the plan name.' },
    { name: 'keep-models', kind: 'text', value: 'DIR', what: 'Write each recommender that was trained there, as NAME.zip.' },
    {
      name: 'history',
      kind: 'text',
      value: 'DIR',
      what: 'Earlier runs: contacts of audiences with a frequency guard are counted from their manifests.',
    },
    { name: 'threads', kind: 'number', value: 'N', what: 'Threads of the engines; without it, as many as the machine has.' },
    { name: 'json', kind: 'flag', what: 'Print the summary as one JSON object.' },
  ],
  examples: [
    'run plan.yaml --out files',
    'run plan.yaml --out files --set google-customer-match.country=CN spreadsheet.delimiter=semicolon',
    'run shop.muster --out files',
    'run plan.yaml --out files --refresh --fail-on-drift size=30%,score-psi=.25',
    'run docs/examples/uci-champions.yaml --data ~/Downloads --out files --json',
  ],
  exitCodes: [
    [0, 'files made, or unchanged'],
    [exitCodes.drift, 'further from the earlier run than a limit allows: DIR is left as it was, the report lies beside it'],
    [exitCodes.locked, 'another run is writing into DIR'],
  ],
  run: runPlan,
};

async function runPlan(args: Arguments, io: CommandIo): Promise<number> {
  const out = io.path(args.text('out'));
  let release: () => Promise<void>;
  try {
    release = await takeRunLock(out, new Date());
  } catch (error) {
    if (!(error instanceof LockedOut)) throw error;
    io.note(`muster: ${error.message} ${error.hint}`);
    return exitCodes.locked;
  }
  const waiting = diskShelf(out);
  try {
    return await runLocked(out, waiting.shelf, args, io);
  } finally {
    await waiting.remove();
    await release();
  }
}

async function runLocked(out: string, shelf: Shelf, args: Arguments, io: CommandIo): Promise<number> {
  const started = performance.now();
  const threads = checkThreads(args.optionalNumber('threads'));
  const isRefresh = args.flag('refresh');
  const ownLimits = readDriftLimits(args.text('fail-on-drift'));
  await mendOutFolder(out);
  await refuseOutFolder(out, isRefresh || args.flag('force'));
  const earlier = await earlierOf(args, io, isRefresh ? out : undefined);
  const [{ Desk }, { nodePlatform }, { openFile }, { makeExports }, { documents }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/platform/node/files'),
    import('../lib/work/exports'),
    import('../lib/work/operations/exports'),
  ]);
  const desk = new Desk({ ...nodePlatform({ threads }), shelf });
  const { plan, inputs, open } = await openingOf(desk, args, io, (plan) => withExportOptions(plan, args.pairs('set')));
  const { bringWeights, keepModels, namedWeights, weightsFiles } = await import('./keptModels');
  const weights = io.path(args.optionalText('models') ?? args.optionalText('keep-models') ?? '.');
  const history = args.optionalText('history');
  const past = history === undefined ? [] : await readPastExports(io.path(history), out, io);
  const { files: read, plan: planned } = await inputs();
  const paths = planned ? await weightsFiles(planned, weights) : [];
  const madeFrom = await inputsOf([...read, ...(await Promise.all(paths.map(openFile)))], {
    plan: planned,
    set: args.pairs('set'),
    delta: args.flag('delta'),
    ...(past.length > 0 && { past }),
  });
  const here = isRefresh ? await earlierRun(out) : undefined;
  if (here && here.inputs?.sha256 === madeFrom.sha256 && (await isWhole(out, here))) {
    const files = here.files.map(({ name }) => name);
    if (args.flag('json')) io.print(JSON.stringify({ out, unchanged: files, since: here.createdAt, inputs: madeFrom }, null, 2));
    else
      io.print(
        `Unchanged since ${here.createdAt}: the same plan and the same data, so the ${files.length} files in ${out} stay as they are.`,
      );
    return exitCodes.made;
  }

  const importStarted = performance.now();
  const sources = await open(io.run);
  for (const { file, diagnostics = [] } of sources)
    for (const { message, hint } of diagnostics) io.note(`muster: ${file}: ${[message, hint].filter(Boolean).join(' ')}`);
  const people = await mergedPeople(desk, io.run);
  if (people) for (const note of notesOnPeople(people, plan().identity!.merge)) io.note(`muster: ${note}`);
  const importSeconds = (performance.now() - importStarted) / 1000;
  if (namedWeights(plan()).length > 0) await desk.read(io.run, (epoch) => bringWeights(epoch, weights));
  const since = earlier && {
    ...earlier,
    limits: { ...plan().drift, ...ownLimits },
    onlyChanges: args.flag('delta'),
  };
  const exports = await desk.read(io.run, (epoch) => makeExports(epoch, since, [...past, ...saltsOf(earlier?.manifest)]));
  for (const { message, hint } of exports.manifest.audiences.flatMap(({ notes = [] }) => notes))
    io.note(`muster: ${[message, hint].filter(Boolean).join(' ')}`);
  const folder = args.optionalText('keep-models');
  const models = folder === undefined ? [] : await desk.read(io.run, (epoch) => keepModels(desk, epoch, io.path(folder)));
  for (const name of models) io.note(`muster: kept ${name}`);
  await io.run.breathe();

  const { drift } = exports;
  if (drift && drift.exceeded.length > 0 && !args.flag('accept-drift')) return refuseDrift(out, drift, args, io);
  const manifest: Manifest = { ...exports.manifest, inputs: madeFrom };
  const { unchanged } = await writeOutFolder(out, [...exports.files, ...documents(plan(), manifest), ...(drift ? driftFiles(drift) : [])]);

  // What an earlier run was refused for is settled.
  for (const name of driftNames) await rm(`${out}.${name}`, { force: true });
  const seconds = { import: importSeconds, ...exports.seconds, total: (performance.now() - started) / 1000 };
  const done = { out, sources, people, manifest, unchanged, ...(drift && { drift }), seconds };
  io.print(args.flag('json') ? JSON.stringify(runSummary(done), null, 2) : runReport(done));
  return exitCodes.made;
}

/** The run that this one is compared with: that of `--since`, or the one in the folder that is refreshed. */
async function earlierOf(args: Arguments, io: CommandIo, out: string | undefined): Promise<EarlierExport | undefined> {
  const since = args.optionalText('since');
  const folder = since === undefined ? out : io.path(since);
  const found = folder === undefined ? undefined : await earlierRun(folder);
  if (since !== undefined && !found) throw manifestMissing(folder!);
  return found && { manifest: found, read: (name) => readEarlier(folder!, found, name) };
}

/** The folder stays as it was; what is wrong stands beside it. */
async function refuseDrift(out: string, drift: DriftReport, args: Arguments, io: CommandIo): Promise<number> {
  for (const { name, read } of driftFiles(drift)) await writeWhole(`${out}.${name}`, await read());
  if (args.flag('json')) io.print(JSON.stringify({ out, drift }, null, 2));
  for (const excess of drift.exceeded) io.note(`muster: ${excessText(excess)}`);
  io.note(`muster: ${out} was left as it was. The whole report: ${out}.drift.md. To hand the files over anyway, give --accept-drift.`);
  return exitCodes.drift;
}

const driftNames = ['drift.json', 'drift.md'];

function driftFiles(drift: DriftReport): { name: string; read(): Promise<Uint8Array> }[] {
  const text = (written: string) => () => Promise.resolve(new TextEncoder().encode(written));
  return [
    { name: driftNames[0], read: text(`${JSON.stringify(drift, null, 2)}\n`) },
    { name: driftNames[1], read: text(driftMarkdown(drift)) },
  ];
}

/**
 * The plan with options over those of its exports, by `destination.option`.
 * @throws UserError `argument_value`, and what resolveOptions throws
 */
function withExportOptions(plan: Plan, given: Record<string, string>): Plan {
  const changes = Object.entries(given).map(([key, value]) => {
    const at = key.lastIndexOf('.');
    const destination = key.slice(0, Math.max(0, at));
    if (plan.exports.some((entry) => entry.destination === destination)) return { destination, option: key.slice(at + 1), value };
    const known = [...new Set(plan.exports.map((entry) => entry.destination))].join(', ') || 'none';
    const wanted = 'destination.option=value, of a destination of the plan';
    throw new UserError('argument_value', `--set takes ${wanted}, got "${key}=${value}".`, `The plan exports to: ${known}.`, {
      name: 'set',
      wanted,
      value: key,
      command: 'run',
    });
  });
  const exports = plan.exports.map((entry) => {
    const own = changes.filter(({ destination }) => destination === entry.destination);
    if (own.length === 0) return entry;
    const changed = { ...entry, options: { ...entry.options, ...Object.fromEntries(own.map(({ option, value }) => [option, value])) } };
    const { options: specs } = findDestination(entry.destination);
    return { ...changed, options: onlyGiven(resolveOptions(entry.destination, specs, changed.options), changed.options) };
  });
  return { ...plan, exports };
}

/** Of the resolved options those that were given, so that the plan keeps saying no more than it must. */
function onlyGiven(resolved: OptionValues, given: OptionValues): OptionValues {
  return Object.fromEntries(Object.keys(given).map((name) => [name, resolved[name]]));
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
