/** What the script in Node can ask for in the page: prepare, do what is to be killed, look at what is left. */
import { Random } from '../../src/lib/core/base/random';
import { sha256Hex, stableJson } from '../../src/lib/core/base/hash';
import { WorkClient, type WorkerLike } from '../../src/lib/work/client';
import { stepChannel, type StepMessage } from './steps';

declare global {
  interface Window {
    /** Given by the script: hears what is acknowledged and when a step is reached. */
    told(kind: string, value: unknown): Promise<void>;
    harness: typeof harness;
  }
}

interface StoredRecord {
  id: string;
  revision: string;
  entry: { name: string; deletedAt?: string };
  files: Record<string, { storedAs: string; bytes: number }>;
}

const client = new WorkClient(
  () => new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'muster-kill-worker' }) as WorkerLike,
);
const channel = stepChannel();
channel.addEventListener('message', ({ data }: MessageEvent<StepMessage>) => {
  if (data.type === 'stopped') void window.told('stopped', data.what);
});

const model = {
  id: 'soon',
  kind: 'prediction' as const,
  task: 'propensity',
  learner: 'logistic',
  target: { event: 'order_completed', withinDays: 5 },
  options: {},
};

const harness = {
  /** Counts steps from now on; before the one of this number everything stands still. */
  async watch(stopAt: number): Promise<void> {
    // The worker listens as soon as it has answered once.
    await client.call('workspaceList', undefined);
    await ask({ type: 'watch', stopAt: stopAt < 0 ? Infinity : stopAt }, 'watching');
  },

  steps: async () => ((await ask({ type: 'count' }, 'counted')) as { steps: string[] }).steps,

  async create(): Promise<string> {
    const { entry } = await client.call('workspaceCreate', { name: 'edit 0', timeZone: 'Asia/Shanghai', currency: 'CNY' });
    await acknowledge(entry.id, { edit: 0, dataHash: null });
    return entry.id;
  },

  /** Adds a month to the open workspace. */
  async add(id: string, month: number): Promise<void> {
    const file = monthFile(month);
    const { mapping } = await client.call('sourceInspect', { file });
    const { view, report } = await client.call('sourceImport', { file, sourceId: `month-${month}`, mapping, mode: 'add' });
    const problem = report.diagnostics.find(({ severity }) => severity === 'error');
    if (problem) throw new Error(problem.message);
    await acknowledge(id, { edit: 0, dataHash: view.facts!.dataHash });
  },

  /** The same where there may be no room; says what became of it. */
  async tryToAdd(month: number, isBlind: boolean) {
    channel.postMessage({ type: 'blind', isBlind } satisfies StepMessage);
    const file = monthFile(month);
    const { mapping } = await client.call('sourceInspect', { file });
    const { view, report } = await client.call('sourceImport', { file, sourceId: `month-${month}`, mapping, mode: 'add' });
    const problem = report.diagnostics.find(({ severity }) => severity === 'error');
    const people = (await client.call('profilesPage', { offset: 0, limit: 5 })).total;
    return { code: problem?.code ?? null, isUnsaved: view.isUnsaved ?? false, dataHash: view.facts!.dataHash, people };
  },

  /** Saves what is open once more. */
  async saveAgain(id: string): Promise<boolean> {
    channel.postMessage({ type: 'blind', isBlind: false } satisfies StepMessage);
    const entry = await client.call('workspaceRename', { id, name: 'edit 1' });
    return entry.name === 'edit 1';
  },

  /** One edit after the other, and every third time a training, which saves scores and weights. */
  async saves(id: string): Promise<void> {
    let { plan } = await client.call('workspaceOpen', { id });
    let isScored = false;
    for (let edit = 1; edit <= 12; edit++) {
      const { view } = await client.call('workspaceSavePlan', { plan: { ...plan, name: `edit ${edit}` } });
      ({ plan } = view);
      await acknowledge(id, { edit, isScored });
      if (edit % 3 !== 1) continue;
      await client.call('predictionTrain', { model });
      isScored = true;
      await acknowledge(id, { edit, isScored });
    }
  },

  async duplicate(id: string): Promise<string> {
    const entry = await client.call('workspaceDuplicate', { id, name: 'edit 0' });
    await acknowledge(entry.id, { edit: 0 });
    return entry.id;
  },

  async removeAndWipe(id: string): Promise<void> {
    await client.call('workspaceRemove', { id });
    await window.told('acknowledged', { id, isDeleted: true });
    await client.call('workspaceWipe', { id });
    await window.told('acknowledged', { id, isWiped: true });
  },

  /** The workspace through a file. */
  async throughFile(id: string): Promise<string> {
    const { file } = await client.call('workspaceExport', { id });
    const { entry } = await client.call('workspaceImport', { file: new File([file!], 'shop.muster') });
    await acknowledge(entry.id, { edit: 0 });
    return entry.id;
  },

  open: async (id: string) => void (await client.call('workspaceOpen', { id })),

  /** Opens it and reads all that is in it; `content` is the same for the same tables. */
  async look(id: string) {
    const view = await client.call('workspaceOpen', { id });
    const { facts, readOnly, plan } = view;
    const found = {
      revision: await revisionOf(id),
      edit: Number(plan.name.split(' ')[1]),
      readOnly,
      dataHash: facts?.dataHash ?? null,
      bytes: view.entry.bytes,
    };
    const isScored = view.predictionReports.length > 0;
    if (!facts) return { ...found, isScored, content: null };
    const all = { offset: 0, limit: 100_000 };
    const { rows, columns } = await client.call('profilesPage', all);
    const scores = columns.indexOf('score:soon');
    if (isScored && !rows.some((row) => typeof row[scores] === 'number')) throw new Error('the scores are not there');
    const people = rows.map((row) => row.filter((_, i) => !columns[i].startsWith('score:')));
    const items = (await client.call('itemsPage', all)).rows;
    const months = await client.call('salesByMonth', undefined);
    return { ...found, isScored, content: sha256Hex(stableJson([facts.events, people, items, months])) };
  },

  stepBack: async () => (await client.call('dataStepBack', undefined)).facts?.dataHash ?? null,
  wipe: (id: string) => client.call('workspaceWipe', { id }),

  /** What lies in the storage, once it was swept: files that nobody names, and files that are named and not whole. */
  async stored() {
    await client.call('workspaceList', undefined);
    const records = await readRecords();
    const named = new Map(records.flatMap(({ files }) => Object.values(files).map(({ storedAs, bytes }) => [storedAs, bytes] as const)));
    const there = new Map<string, number>();
    const root = await navigator.storage.getDirectory();
    const folder = await root.getDirectoryHandle('muster', { create: true });
    for await (const [name, handle] of (folder as unknown as { entries(): AsyncIterable<[string, FileSystemFileHandle]> }).entries())
      there.set(name, (await handle.getFile()).size);
    return {
      usage: (await navigator.storage.estimate()).usage ?? 0,
      workspaces: records.map(({ id, revision, entry }) => ({ id, revision, isDeleted: entry.deletedAt !== undefined })),
      orphans: [...there.keys()].filter((name) => !named.has(name)),
      broken: [...named].filter(([name, bytes]) => there.get(name) !== bytes).map(([name]) => name),
    };
  },
};
window.harness = harness;

async function acknowledge(id: string, state: { edit: number; dataHash?: string | null; isScored?: boolean }): Promise<void> {
  await window.told('acknowledged', { id, revision: await revisionOf(id), ...state });
}

function ask(message: StepMessage, answer: StepMessage['type']): Promise<StepMessage> {
  return new Promise((resolve) => {
    const hear = ({ data }: MessageEvent<StepMessage>) => {
      if (data.type !== answer) return;
      channel.removeEventListener('message', hear);
      resolve(data);
    };
    channel.addEventListener('message', hear);
    channel.postMessage(message);
  });
}

async function revisionOf(id: string): Promise<string | undefined> {
  return (await readRecords()).find((record) => record.id === id)?.revision;
}

/** Past the app: what the database says. */
function readRecords(): Promise<StoredRecord[]> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open('muster');
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const reading = database.transaction('workspaces').objectStore('workspaces').getAll();
      reading.onerror = () => reject(reading.error);
      reading.onsuccess = () => (database.close(), resolve(reading.result as StoredRecord[]));
    };
  });
}

/** A month of a shop's orders, the same at every call. */
function monthFile(month: number): File {
  const random = new Random(100 + month);
  const lines = ['customer_id,product_id,event_name,timestamp,quantity,price,order_id,city'];
  for (let line = 0; line < 6000; line++) {
    const day = String(1 + Math.floor(line / 220)).padStart(2, '0');
    const time = `${String(random.below(24)).padStart(2, '0')}:${String(random.below(60)).padStart(2, '0')}:00`;
    const customer = random.below(300 + 100 * month);
    const cells = [`c${customer}`, `p${random.below(60)}`, 'order_completed', `2026-${String(month).padStart(2, '0')}-${day} ${time}`];
    lines.push(
      [...cells, 1 + random.below(3), (2 + random.below(400) / 100).toFixed(2), `o${month}-${line}`, `city ${customer % 7}`].join(','),
    );
  }
  return new File([`${lines.join('\n')}\n`], `month-${month}.csv`);
}
