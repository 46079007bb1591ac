import { basename } from 'node:path';
import type { QualityReport } from '../lib/core/store/quality/report';
import type { OpenedSource } from '../lib/work/openPlan';
import type { Arguments, Command, CommandIo } from './command';
import { count, table } from './help';
import { dataFrom, openingOf, planWord } from './opening';

export const check: Command = {
  name: 'check',
  summary: 'Read the files of a plan, or one file, and say what is wrong, or odd, with the data and the plan’s audiences.',
  words: [{ name: 'PLAN', what: `${planWord} Or a file of data, read as the import screen proposes it.`, required: true }],
  options: [
    { name: 'data', kind: 'text', value: 'DIR', what: 'Look the plan’s files up here instead of beside the plan.' },
    { name: 'json', kind: 'flag', what: 'Print the report as one JSON object.' },
  ],
  examples: ['check orders_export.csv', 'check plan.yaml', 'check shop.muster --json'],
  run: checkData,
};

async function checkData(args: Arguments, io: CommandIo): Promise<number> {
  const [{ Desk }, { nodePlatform }, { qualityReport }, { audienceNotes }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/work/operations/quality'),
    import('../lib/work/audiences'),
  ]);
  const desk = new Desk(nodePlatform({}));
  const path = io.path(args.text('PLAN'));
  const { open } = (await isData(path)) ? await dataFrom(desk, path) : await openingOf(desk, args, io);
  const sources = await open(io.run);
  const report = await qualityReport(undefined, { ...io.run, desk });
  const notes = await desk.read(io.run, audienceNotes);
  for (const { message, hint } of notes) io.note(`muster: ${[message, hint].filter(Boolean).join(' ')}`);
  io.print(args.flag('json') ? JSON.stringify(report, null, 2) : [...rowsOf(sources), inWords(report)].join('\n'));
  return 0;
}

/** Plans and saved workspaces are told by their names; JSON may be either, and says so at its beginning. */
async function isData(path: string): Promise<boolean> {
  if (/\.(ya?ml|muster)$/i.test(path)) return false;
  if (!/\.json$/i.test(path)) return true;
  const { openFile } = await import('../lib/platform/node/files');
  for await (const block of (await openFile(path)).stream(0, 4096)) return !/^\s*\{\s*"muster"\s*:/.test(new TextDecoder().decode(block));
  return true;
}

/** What reading left out, before what the checks found in the rest. */
function rowsOf(sources: readonly OpenedSource[]): string[] {
  return table(
    sources.map(({ file, rowsRead, rowsRejected, rejects }): [string, string] => {
      const reasons = Object.entries(rejects).map(([reason, rows]) => `${reason} ${count(rows)}`);
      return [
        basename(file),
        `${count(rowsRead)} rows read, ${count(rowsRejected)} rejected${reasons.length > 0 ? ` (${reasons.join(', ')})` : ''}`,
      ];
    }),
  );
}

function inWords({ checks, removed, events, today }: QualityReport): string {
  const findings = checks.filter(({ verdict }) => verdict !== 'good');
  const lines = [
    ...removed.map(({ step, source, rows }): [string, string] => [step, `${count(rows)} events of ${source} removed`]),
    ...findings.map(({ id, verdict, count: found, of, remedy }): [string, string] => [
      id,
      [
        `${verdict}: ${count(found)}${of === undefined ? '' : ` of ${count(of)}`}`,
        ...(remedy ? [`remedy: ${JSON.stringify(remedy)}`] : []),
      ].join(', '),
    ]),
  ];
  const satisfied = checks.length - findings.length;
  return [
    ...table(lines),
    `${count(events)} events checked, days after ${today} count as future; ${satisfied} of ${checks.length} checks found nothing.`,
  ].join('\n');
}
