import { resolve } from 'node:path';
import { UserError } from '../lib/core/base/errors';
import { resolveOptions, type OptionValues } from '../lib/core/base/options';
import { findDestination } from '../lib/core/exports/destinations';
import { subjectOf } from '../lib/core/recommendations/listKinds';
import type { Plan } from '../lib/core/plan/schema';
import type { IdentityPreview } from '../lib/core/store/dataset/identityPreview';
import type { FinishedExports } from '../lib/work/exports';
import type { OpenedSource } from '../lib/work/openPlan';
import type { Arguments, Command, CommandIo } from './command';
import { count, table } from './help';
import { mergedPeople, notesOnPeople, peopleInWords } from './mergedPeople';
import { openingOf, planWord } from './opening';
import { refuseOutFolder, writeOutFolder } from './outFolder';
import { readPastExports } from './pastExports';

export const run: Command = {
  name: 'run',
  summary: 'Run a saved plan and write its audiences and lists as files, with a manifest.',
  words: [{ name: 'PLAN', what: planWord, required: true }],
  options: [
    { name: 'out', kind: 'text', value: 'DIR', required: true, what: 'Folder for the files; it is made, whole or not at all.' },
    { name: 'force', kind: 'flag', what: 'Replace what an earlier run wrote into DIR; where anything else is in it, nothing is touched.' },
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
    'run docs/examples/uci-champions.yaml --data ~/Downloads --out files --json',
  ],
  run: runPlan,
};

async function runPlan(args: Arguments, io: CommandIo): Promise<number> {
  const started = performance.now();
  const out = io.path(args.text('out'));
  const threads = checkThreads(args.optionalNumber('threads'));
  await refuseOutFolder(out, args.flag('force'));
  const [{ Desk }, { nodePlatform }, { makeExports }, { documents }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/work/exports'),
    import('../lib/work/operations/exports'),
  ]);
  const desk = new Desk(nodePlatform({ threads }));
  const { plan, open } = await openingOf(desk, args, io, (plan) => withExportOptions(plan, args.pairs('set')));

  const importStarted = performance.now();
  const sources = await open(io.run);
  for (const { file, diagnostics = [] } of sources)
    for (const { message, hint } of diagnostics) io.note(`muster: ${file}: ${[message, hint].filter(Boolean).join(' ')}`);
  const people = await mergedPeople(desk, io.run);
  if (people) for (const note of notesOnPeople(people, plan().identity!.merge)) io.note(`muster: ${note}`);
  const importSeconds = (performance.now() - importStarted) / 1000;
  const { bringWeights, keepModels, namedWeights } = await import('./keptModels');
  const weights = io.path(args.optionalText('models') ?? args.optionalText('keep-models') ?? '.');
  if (namedWeights(plan()).length > 0) await desk.read(io.run, (epoch) => bringWeights(epoch, weights));
  const history = args.optionalText('history');
  const past = history === undefined ? [] : await readPastExports(io.path(history), io);
  const exports = await desk.read(io.run, (epoch) => makeExports(epoch, past));
  for (const { message, hint } of exports.manifest.audiences.flatMap(({ notes = [] }) => notes))
    io.note(`muster: ${[message, hint].filter(Boolean).join(' ')}`);
  const folder = args.optionalText('keep-models');
  const models = folder === undefined ? [] : await desk.read(io.run, (epoch) => keepModels(desk, epoch, io.path(folder)));
  for (const name of models) io.note(`muster: kept ${name}`);
  await io.run.breathe();
  await writeOutFolder(out, [...exports.files, ...documents(plan(), exports.manifest)]);

  const seconds = { import: importSeconds, ...exports.seconds, total: (performance.now() - started) / 1000 };
  if (args.flag('json')) io.print(JSON.stringify(summary(out, sources, people, exports, seconds), null, 2));
  else io.print(report(out, sources, people, exports, seconds));
  return 0;
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

type Seconds = Record<string, number>;

function summary(out: string, sources: OpenedSource[], people: IdentityPreview | null, { manifest }: FinishedExports, seconds: Seconds) {
  const { audiences, lists, ...rest } = manifest;
  return {
    out,
    manifest: resolve(out, 'manifest.json'),
    sources,
    ...(people && { people: { ids: people.ids, people: people.people, merged: people.merged, by: people.by } }),
    members: Object.fromEntries(audiences.map(({ id, members }) => [id, members])),
    listRows: Object.fromEntries(lists.map(({ id, rows }) => [id, rows])),
    audiences,
    lists,
    ...rest,
    seconds: Object.fromEntries(Object.entries(seconds).map(([step, value]) => [step, Number(value.toFixed(3))])),
    peakMemoryBytes: process.resourceUsage().maxRSS * 1024,
  };
}

function report(
  out: string,
  sources: OpenedSource[],
  people: IdentityPreview | null,
  { manifest }: FinishedExports,
  seconds: Seconds,
): string {
  return [
    ...table([
      ...sources.map(({ file, rowsRead, rowsRejected }): [string, string] => [
        file,
        `${count(rowsRead)} rows read, ${count(rowsRejected)} rejected`,
      ]),
      ...(people ? [['people', peopleInWords(people)] satisfies [string, string]] : []),
      ['as of', `${manifest.asOf} (${manifest.timeZone})`],
      ...manifest.audiences.map(({ id, members, steps }): [string, string] => [
        id,
        `${count(members)} customers: ${steps.map(({ step, left }) => `${step} ${count(left)}`).join(' → ')}`,
      ]),
      ...manifest.audiences.flatMap(({ id, experiment }) =>
        (experiment?.arms ?? []).map(({ id: arm, people: inArm }): [string, string] => [`${id}: ${arm}`, `${count(inArm)} customers`]),
      ),
      ...sharingInWords(manifest.sharing),
      ...manifest.lists.map(({ id, kind, rows, users, shortLists, model }): [string, string] => [
        id,
        `${count(rows)} recommendations by ${model} for ${count(users)} ${rowsOfList[subjectOf(kind ?? 'person')]}, ${count(shortLists)} lists short`,
      ]),
      ...manifest.exports
        .filter(({ rejects }) => rejects && Object.keys({ ...rejects.rows, ...rejects.values }).length > 0)
        .map(({ audience, destination, rejects }): [string, string] => [
          `${audience} → ${destination}`,
          `${count(total(rejects!.rows))} customers left out, ${count(total(rejects!.values))} values left empty`,
        ]),
      ...manifest.exports.flatMap(({ audience, destination, readiness = [] }) =>
        readiness.map(({ field, trait, valid, mended, rejected, empty }): [string, string] => [
          `${audience} → ${destination}: ${field}`,
          `from ${trait}: ${count(valid)} as they were, ${count(mended)} mended, ${count(rejected)} rejected, ${count(empty)} empty`,
        ]),
      ),
      ...manifest.exports
        .filter(({ leastRows }) => leastRows !== undefined)
        .map(({ audience, destination, rows, leastRows }): [string, string] => [
          `${audience} → ${destination}`,
          `${count(rows)} rows; the platform takes lists from ${count(leastRows!)} on`,
        ]),
      ...manifest.files.map(({ name, rows, sha256 }): [string, string] => [name, `${count(rows)} rows, SHA-256 ${sha256.slice(0, 16)}…`]),
    ]),
    `Wrote ${manifest.files.length} files, plan.json and manifest.json into ${out} in ${seconds.total.toFixed(1)} s.`,
  ].join('\n');
}

function sharingInWords(groups: FinishedExports['manifest']['sharing'] = []): [string, string][] {
  return groups.flatMap(({ id, rows, contacts, cost, profit, bound, priceOfBudget, priceOfContact }) => [
    ...rows.map(({ audience, wanted, went, nowhere }): [string, string] => [
      `${id}: ${audience}`,
      `wanted ${count(wanted)}: ${rows.map((to, i) => `${count(went[i])} to ${to.audience}`).join(', ')}, ${count(nowhere)} to none`,
    ]),
    [
      id,
      [
        `${count(contacts)} contacts for ${money(cost)}`,
        ...(profit === undefined ? [] : [`expected profit ${money(profit)}`]),
        ...(bound === undefined ? [] : [`at most ${money(bound)}`]),
        ...(priceOfBudget ? [`one more of the budget would bring ${money(priceOfBudget)}`] : []),
        ...(priceOfContact ? [`one contact more would bring ${money(priceOfContact)}`] : []),
      ].join(', '),
    ] satisfies [string, string],
  ]);
}

function money(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: 2 });
}

const rowsOfList = { user: 'customers', item: 'items', audience: 'audience' } as const;

function total(counts: Record<string, number>): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
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
