import { basename, dirname, isAbsolute, resolve } from 'node:path';
import type { RunContext } from '../lib/core/base/run';
import type { Plan } from '../lib/core/plan/schema';
import type { FileSource } from '../lib/core/schema/files';
import type { Desk } from '../lib/work/desk';
import { sampleFile } from '../lib/work/sampleFile';
import type { OpenedSource } from '../lib/work/openPlan';
import type { Arguments, CommandIo } from './command';
import { readPlanFile } from './planFile';

/** What a command works on: read and built by `open`, and `plan` from then on. */
export interface Opening {
  plan(): Plan;
  /** What decides what comes out, before anything is read: the files, and the plan where it is in none of them. */
  inputs(): Promise<{ files: FileSource[]; plan?: Plan }>;
  open(run: RunContext): Promise<OpenedSource[]>;
}

/** What the word PLAN of a command may be. */
export const planWord = 'The plan: YAML or JSON. Its files are looked up beside it. Or a workspace saved as a file (NAME.muster).';

/**
 * Opens what PLAN names: a workspace that was saved as a file, or a plan.
 * @param change what the command's options change of the plan
 */
export async function openingOf(desk: Desk, args: Arguments, io: CommandIo, change = (plan: Plan) => plan): Promise<Opening> {
  const path = io.path(args.text('PLAN'));
  return path.endsWith('.muster') ? workspaceFrom(desk, path, change) : planFrom(desk, path, args, io, change);
}

/** A file of data by itself, read as the import screen proposes it. */
export async function dataFrom(desk: Desk, path: string): Promise<Opening> {
  const [{ openFile }, { openPlan }, { inspectSource }, { readPlan }] = await Promise.all([
    import('../lib/platform/node/files'),
    import('../lib/work/openPlan'),
    import('../lib/core/schema/inspect/inspectSource'),
    import('../lib/core/plan/read'),
  ]);
  const file = await openFile(path);
  const { mapping } = await inspectSource(file);
  const { timeZone, currency } = mapping;
  const sources = [{ id: 'data', files: [path], mapping }];
  const { plan } = readPlan(JSON.stringify({ muster: 2, name: basename(path), timeZone, currency, sources }), path);
  return {
    plan: () => plan,
    inputs: () => Promise.resolve({ files: [file] }),
    open: (run) => openPlan(desk, plan, () => Promise.resolve(file), run),
  };
}

async function planFrom(desk: Desk, path: string, args: Arguments, io: CommandIo, change: (plan: Plan) => Plan): Promise<Opening> {
  const { plan: saved, changes } = await readPlanFile(path, args.text('PLAN'));
  for (const change of changes) io.note(`muster: the plan was brought forward: ${change}`);
  const [{ openFile }, { openPlan }, { withMappings }] = await Promise.all([
    import('../lib/platform/node/files'),
    import('../lib/work/openPlan'),
    import('../lib/work/planMappings'),
  ]);
  const fileIn = (folder: string) => (name: string) => openFile(isAbsolute(name) ? name : resolve(folder, name));
  // Mappings lie beside the plan, wherever its data is.
  const plan = change(await withMappings(saved, fileIn(dirname(path))));
  const dataFolder = args.has('data') ? io.path(args.text('data')) : dirname(path);
  const names = plan.sources.flatMap(({ files, orders }) => [...files, ...(orders?.files ?? [])]).filter((name) => name !== sampleFile);
  return {
    plan: () => plan,
    inputs: async () => ({ files: await Promise.all(names.map(fileIn(dataFolder))), plan }),
    open: (run) => openPlan(desk, plan, fileIn(dataFolder), run),
  };
}

/** A workspace that the page has saved as a file: its plan, and its data as it was. */
async function workspaceFrom(desk: Desk, path: string, change: (plan: Plan) => Plan): Promise<Opening> {
  const [{ openFile }, { openFromFile }] = await Promise.all([import('../lib/platform/node/files'), import('../lib/work/keeping')]);
  const file = await openFile(path);
  return {
    plan: () => desk.state.plan,
    inputs: () => Promise.resolve({ files: [file] }),
    async open(run) {
      const { data } = await openFromFile(desk, file, run, change);
      return [...(data?.reports.values() ?? [])].map(({ sourceId, fileName, rowsRead, rowsRejected, rejectReasons }) => ({
        id: sourceId,
        file: fileName,
        rowsRead,
        rowsRejected,
        rejects: Object.fromEntries(rejectReasons.map(({ code, count }) => [code, count])),
      }));
    },
  };
}
