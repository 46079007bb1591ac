import { dirname, isAbsolute, resolve } from 'node:path';
import type { QualityReport } from '../lib/core/store/quality/report';
import type { Arguments, Command, CommandIo } from './command';
import { table } from './help';
import { readPlanFile } from './planFile';

export const check: Command = {
  name: 'check',
  summary: 'Read the files of a plan and say what is wrong, or odd, with the data.',
  words: [{ name: 'PLAN', what: 'The plan: YAML or JSON. Its files are looked up beside it.', required: true }],
  options: [
    { name: 'data', kind: 'text', value: 'DIR', what: 'Look the plan’s files up here instead of beside the plan.' },
    { name: 'json', kind: 'flag', what: 'Print the report as one JSON object.' },
  ],
  examples: ['check plan.yaml', 'check plan.yaml --json'],
  run: checkData,
};

async function checkData(args: Arguments, io: CommandIo): Promise<number> {
  const planPath = io.path(args.text('PLAN'));
  const { plan: saved, changes } = await readPlanFile(planPath, args.text('PLAN'));
  for (const change of changes) io.note(`muster: the plan was brought forward: ${change}`);
  const [{ Desk }, { nodePlatform }, { openFile }, { openPlan }, { withMappings }, { qualityReport }] = await Promise.all([
    import('../lib/work/desk'),
    import('../lib/platform/node/platform'),
    import('../lib/platform/node/files'),
    import('../lib/work/openPlan'),
    import('../lib/work/planMappings'),
    import('../lib/work/operations/quality'),
  ]);
  const desk = new Desk(nodePlatform({}));
  const fileIn = (folder: string) => (name: string) => openFile(isAbsolute(name) ? name : resolve(folder, name));
  const plan = await withMappings(saved, fileIn(dirname(planPath)));
  await openPlan(desk, plan, fileIn(args.has('data') ? io.path(args.text('data')) : dirname(planPath)), io.run);
  const report = await qualityReport(undefined, { ...io.run, desk });
  io.print(args.flag('json') ? JSON.stringify(report, null, 2) : inWords(report));
  return 0;
}

function inWords({ checks, removed, events, today }: QualityReport): string {
  const found = checks.filter(({ verdict }) => verdict !== 'good');
  const lines = [
    ...removed.map(({ step, source, rows }): [string, string] => [step, `${rows} events of ${source} removed`]),
    ...found.map(({ id, verdict, count, of, remedy }): [string, string] => [
      id,
      [`${verdict}: ${count}${of === undefined ? '' : ` of ${of}`}`, ...(remedy ? [`remedy: ${JSON.stringify(remedy)}`] : [])].join(', '),
    ]),
  ];
  const satisfied = checks.length - found.length;
  return [
    ...table(lines),
    `${events} events checked, days after ${today} count as future; ${satisfied} of ${checks.length} checks found nothing.`,
  ].join('\n');
}
