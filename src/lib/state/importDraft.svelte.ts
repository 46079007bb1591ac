import { Cancelled, UserError } from '$lib/core/base/errors';
import type { Mapping } from '$lib/core/schema/roles';
import { m } from '$lib/paraglide/messages';
import { freshId } from './freshId';
import { isOf } from '$lib/work/planSources';
import type { StagedImport } from '$lib/work/operations/sources';
import type { ImportMode } from '$lib/work/stages';
import type { ImportReport } from '$lib/core/schema/report';
import type { FileTable, OpenedFiles } from '$lib/work/operations/files';
import { needsLook } from './importing/needsLook';
import { ordersFor } from './importing/orderPairs';
import { addOrders, asError, pair, pairAll, type PairingHost } from './importing/pairing';
import { canBeTried, SourceDraft } from './importing/sourceDraft.svelte';
import { otherFiles, tablesOf } from './importing/planFiles';
import { openPlan } from './importing/openPlan';
import { planAmong } from './importing/planAmong';
import { alikeGroups, groupTables } from './importing/tableGroups';
import type { Job } from './jobs.svelte';
import { workbench, type Workbench } from './workbench.svelte';
import { workspaceNameOf } from './workspaceName';

export type { ColumnUse, Dialect, Role } from './importing/sourceDraft.svelte';

/** What chosen files are for, where it is not simply "more data". */
export interface Intent {
  /** More of the same, read as that source is; or the same files again, read in another way. */
  does: 'add' | 'correct';
  sourceId: string;
  /** The source's files by name. */
  files: readonly string[];
}

/** Where the import stands; the screen draws each of these. Every arrow between them is a method of {@link ImportDraft}. */
export type ImportStep =
  /** Nothing is chosen yet. `error`: why what was chosen could not be used. */
  | { at: 'choose'; intent: Intent | null; error?: unknown }
  /** Files are unpacked and their tables listed. */
  | { at: 'opening'; files: readonly File[]; job: Job | null }
  /** None of the files is a table. */
  | { at: 'refused'; name: string; error: unknown }
  /** Several tables were found: which of them come in, and as which sources. */
  | { at: 'files' }
  /** How the text becomes rows: encoding, separator, sheet. */
  | { at: 'format'; source: SourceDraft }
  /** What the columns mean. */
  | { at: 'columns'; source: SourceDraft }
  /** Every row is read and counted; nothing is changed. */
  | { at: 'reading'; source: SourceDraft; job: Job | null }
  /** What the import would change. */
  | { at: 'checks'; source: SourceDraft; staged: StagedImport; error?: unknown }
  | { at: 'importing'; source: SourceDraft; job: Job | null }
  | { at: 'done'; source: SourceDraft; report: ImportReport };

/** What is drawn needs the bench only this far; the whole of it is {@link Workbench}. */
type Bench = Pick<Workbench, 'call' | 'show' | 'edit' | 'plan' | 'view' | 'history'>;

/**
 * The wizard from chosen files to imported tables: an explicit state machine around `filesOpen`, `sourceInspect`,
 * `sourceStage` and `sourceImport`. What was chosen stays in the {@link SourceDraft}s, so that every step leads back.
 */
export class ImportDraft implements PairingHost {
  step = $state.raw<ImportStep>({ at: 'choose', intent: null });
  /** Sources in the making, in the order in which they come in. */
  sources = $state.raw<readonly SourceDraft[]>([]);
  /** Files that are no tables, with the reason. */
  skipped = $state.raw<OpenedFiles['skipped']>([]);
  /** The ones that are left come in one after the other, without a question for each. */
  #isAll = false;
  #nextId = 1;
  #job: Job | null = null;
  /** Steps away from a run: its answer is no longer wanted. */
  #run = 0;
  /** Files of imported sources while the page is open, by workspace and source: their mapping can be corrected without asking for them. */
  readonly #atHand = new Map<string, readonly FileTable[]>();
  #workspace: string | null = null;

  constructor(private readonly bench: Bench) {}

  /** The source at hand; null where the step is about none. */
  readonly source = $derived('source' in this.step ? this.step.source : null);
  /** Sources with at least one file, in order. */
  readonly wanted = $derived.by(() => this.sources.filter((source) => source.included.length > 0 && this.linesOf(source).length === 0));
  readonly left = $derived.by(() => this.wanted.filter(({ report }) => report === null));
  /** Whether everything that is left can come in with one click. */
  readonly isAllReady = $derived(this.left.length > 0 && this.left.every((source) => source.isReady && !source.isDoubtful));
  readonly next = $derived.by(() => this.left.find((source) => source !== this.source) ?? null);

  /** Sources whose lines take buyer and time from this one, which does not come in by itself then. */
  linesOf(orders: SourceDraft): SourceDraft[] {
    return this.sources.filter((source) => source.included.length > 0 && source.ordersInUse === orders);
  }

  /** Sources that these lines could take buyer and time from; the likeliest first. */
  ordersFor(lines: SourceDraft): SourceDraft[] {
    return ordersFor(lines, this.sources);
  }

  /** Sources of the plan that a source in the making can be added to: of the same kind. */
  targetsOf({ mapping }: SourceDraft): { id: string; mapping: Mapping }[] {
    return this.#known().filter((known) => known.mapping.kind === mapping?.kind);
  }

  /** Reports of the sources that go when this one replaces those of its kind. */
  replacedBy({ mapping }: SourceDraft): ImportReport[] {
    return (this.bench.view?.reports ?? []).filter(({ kind }) => kind === mapping?.kind);
  }

  /** The workspace on screen: what was chosen for another one is let go. */
  visit(workspace: string | null): void {
    if (this.#workspace !== null && this.#workspace !== workspace) void this.finish();
    this.#workspace = workspace;
  }

  /** Opens files: unpacks them, lists their tables, and looks at each source that they make. */
  async choose(files: readonly File[]): Promise<void> {
    if (files.length === 0) return;
    this.#workspace = this.bench.view?.entry.id ?? null;
    const intent = this.step.at === 'choose' ? this.step.intent : null;
    await this.#leave();
    const run = ++this.#run;
    this.step = { at: 'opening', files, job: null };
    try {
      const planned = await planAmong(files);
      if (run !== this.#run) return;
      if (planned) openPlan(this.bench, planned.plan);
      const tableFiles = planned?.others ?? files;
      if (tableFiles.length === 0) return void (this.step = { at: 'choose', intent });
      const { tables, skipped } = await this.bench.call(
        'filesOpen',
        { files: [...tableFiles] },
        {
          job: () => m.wizard_job_open({ count: tableFiles.length }),
          onjob: (job) => this.#at(run, { at: 'opening', files: tableFiles, job }),
        },
      );
      if (run !== this.#run) return;
      this.skipped = skipped;
      if (tables.length === 0) return this.#refuse(skipped, files);
      if (intent?.does === 'correct') return await this.#correctWith(intent, tables);
      this.sources = groupTables(tables).map((group) => new SourceDraft(this.bench, this.#nextId++, group));
      await this.#lookAtAll(run, intent);
    } catch (error) {
      if (run !== this.#run) return;
      this.step = error instanceof Cancelled ? { at: 'choose', intent } : { at: 'refused', name: files[0].name, error };
    } finally {
      this.#job = null;
    }
  }

  /** More files for a source that is there: next month's. */
  addTo(sourceId: string): void {
    this.#ask({ does: 'add', sourceId, files: this.#filesOf(sourceId) });
  }

  /** Reads the files of an imported source in another way; asks for them where they are no longer at hand. */
  correct(sourceId: string): void {
    const intent: Intent = { does: 'correct', sourceId, files: this.#filesOf(sourceId) };
    const tables = this.#atHand.get(this.#keyOf(sourceId));
    if (tables) void this.#correctWith(intent, tables);
    else this.#ask(intent);
  }

  /** Lines take buyer and time from this source; with null, from none, and it comes in by itself. */
  pair(lines: SourceDraft, orders: SourceDraft | null): Promise<void> {
    return pair(this, lines, orders);
  }

  /** The file of the orders, for lines that came without it. */
  addOrders(lines: SourceDraft, files: readonly File[]): Promise<void> {
    return addOrders(this, lines, files);
  }

  async lookInto(files: readonly File[]): Promise<{ drafts: SourceDraft[]; skipped: OpenedFiles['skipped'] }> {
    const job = () => m.wizard_job_open({ count: files.length });
    const { tables, skipped } = await this.bench.call('filesOpen', { files: [...files] }, { job });
    const drafts = groupTables(tables).map((group) => new SourceDraft(this.bench, this.#nextId++, group));
    for (const draft of drafts) await draft.look();
    return { drafts, skipped };
  }

  ordersMappingOf(sourceId: string): Mapping | undefined {
    const known = this.#planned(sourceId)?.orders?.mapping;
    return typeof known === 'object' ? (known as Mapping) : undefined;
  }

  /** To an earlier step, or on to the next one that asks something; what was chosen stays. */
  async goTo(at: 'files' | 'format' | 'columns', source = this.source ?? this.left[0]): Promise<void> {
    await this.#leave();
    if (at === 'files' || !source) this.step = { at: 'files' };
    else if (at === 'columns' && !source.preview) this.step = { at: 'format', source };
    else this.step = { at, source };
  }

  /** Everything that is left, one source after the other; it stops where something wants to be seen. */
  async importAll(): Promise<void> {
    const [first] = this.left;
    if (!first || !this.isAllReady) return;
    this.#isAll = true;
    await this.start(first);
  }

  /** Reads the rows; imports them at once where nothing wants to be seen first. */
  start(source = this.source): Promise<void> {
    return this.#read(source, false);
  }

  /** Reads the rows, and shows what they would change. */
  check(source = this.source): Promise<void> {
    return this.#read(source, true);
  }

  /** Chooses how what was read joins what is there, and counts again what that would change; nothing is read again. */
  async setMode(mode: ImportMode['mode']): Promise<void> {
    const { step } = this;
    const source = this.source;
    if (!source) return;
    source.mode = mode;
    if (step.at !== 'checks') return;
    try {
      const staged = await this.bench.call('sourceStage', { staged: step.staged.staged, mode }, { replaces: 'stage-mode' });
      if (this.step === step) this.step = { at: 'checks', source, staged };
    } catch (error) {
      if (!(error instanceof Cancelled) && this.step === step) this.#back(source, error);
    }
  }

  /** Which source of the plan the rows go into; null makes a new one. */
  setInto(sourceId: string | null): void {
    const { source, step } = this;
    if (!source) return;
    source.into = sourceId;
    // What was read bears the name of the source that it was read for.
    if (step.at === 'checks') void this.check(source);
  }

  /** Brings in what was read and shown. */
  async confirm(): Promise<void> {
    if (this.step.at === 'checks') await this.#import(this.step.source, this.step.staged);
  }

  /** On to the next source that is left, or back to the beginning. */
  async proceed(): Promise<void> {
    const { next } = this;
    if (next) await this.#begin(next);
    else await this.finish();
  }

  /** Lets go of everything that is not imported yet. */
  async finish(): Promise<void> {
    const leaving = this.#leave();
    this.sources = [];
    this.skipped = [];
    this.#isAll = false;
    this.step = { at: 'choose', intent: null };
    await leaving;
  }

  /** Looks at every source; of several, the list is shown meanwhile. */
  async #lookAtAll(run: number, intent: Intent | null): Promise<void> {
    let { sources } = this;
    const known = this.#known().filter(({ id }) => !intent || id === intent.sourceId);
    const isOne = sources.length === 1 && sources[0].tables.length === 1 && this.skipped.length === 0;
    if (!isOne) this.step = { at: 'files' };
    for (const source of sources) {
      await source.look(known);
      if (this.sources !== sources) return;
    }
    const joined = alikeGroups(sources).map(([first, ...others]) => {
      if (others.length === 0) return first;
      return new SourceDraft(
        this.bench,
        this.#nextId++,
        [first, ...others].flatMap(({ tables }) => tables),
      );
    });
    if (joined.length < sources.length) this.sources = sources = joined;
    for (const source of sources) {
      if (!source.preview && !source.error) await source.look(known);
      if (this.sources !== sources) return;
      source.into = source.preview?.like ?? null;
      if (!isOne && source.isUnneeded) for (const table of source.tables) source.include(table, false);
    }
    await pairAll(this, sources);
    if (this.sources !== sources) return;
    if (intent?.does === 'add' && known.length > 0)
      for (const source of sources) if (source.into === null && this.linesOf(source).length === 0) this.#addAnyway(source, known[0]);
    this.#settle(sources);
    if (!isOne || run !== this.#run) return;
    const [source] = sources;
    if (source.error && !source.preview) this.step = { at: 'refused', name: source.title, error: source.error };
    else await this.#begin(source);
  }

  /** A file that is meant for a source and is not like it by its header: it has none, or it has other columns. */
  #addAnyway(source: SourceDraft, { id, mapping }: { id: string; mapping: Mapping }): void {
    if (!mapping.header && source.preview?.columns.length === mapping.columns.length) {
      source.take(mapping);
      source.into = id;
      return;
    }
    const values = { file: source.title, source: id };
    source.error = new UserError(
      'add_other_columns',
      `"${source.title}" has other columns than ${id}.`,
      'It comes in as a source of its own: match its columns.',
      values,
    );
  }

  /** The first step of a source that asks something. */
  async #begin(source: SourceDraft): Promise<void> {
    await this.goTo(!source.preview || source.isFormatDoubtful ? 'format' : 'columns', source);
  }

  async #read(source: SourceDraft | null, isCheck: boolean): Promise<void> {
    if (!source?.mapping || !source.isReady) return;
    await this.#leave();
    const run = ++this.#run;
    const { mapping, mode, into, corrects, files, preview, ordersInUse } = source;
    this.step = { at: 'reading', source, job: null };
    source.error = null;
    try {
      // The time zone and the currency may just have been chosen.
      await this.bench.history.flush();
      const staged = await this.bench.call(
        'sourceStage',
        {
          files,
          sourceId: into ?? this.#freshId(source),
          mapping,
          preset: preview?.preset ?? undefined,
          ...(ordersInUse && { orders: { files: ordersInUse.files, mapping: ordersInUse.mapping ?? undefined } }),
          ...(corrects ? { mode: 'replace', replaces: 'source' } : { mode }),
        },
        { job: () => m.wizard_job_read({ name: source.title }), onjob: (job) => this.#at(run, { at: 'reading', source, job }) },
      );
      if (run !== this.#run) return void this.#discard(staged);
      const wantsLook = corrects ? this.#isAnotherFile(source, staged) : needsLook(mode, staged.change, staged.report);
      if (isCheck || wantsLook) this.step = { at: 'checks', source, staged };
      else await this.#import(source, staged);
    } catch (error) {
      if (run === this.#run) this.#back(source, error);
    } finally {
      if (run === this.#run) this.#job = null;
    }
  }

  async #import(source: SourceDraft, staged: StagedImport): Promise<void> {
    const run = ++this.#run;
    this.step = { at: 'importing', source, job: null };
    try {
      const { report, view } = await this.bench.call(
        'sourceImport',
        { staged: staged.staged },
        { job: () => m.data_job_import({ file: source.title }), onjob: (job) => this.#at(run, { at: 'importing', source, job }) },
      );
      source.report = report;
      const before = source.corrects ? [] : (this.#atHand.get(this.#keyOf(report.sourceId)) ?? []);
      this.#atHand.set(this.#keyOf(report.sourceId), [...before, ...source.included, ...(source.ordersInUse?.included ?? [])]);
      this.bench.show(view);
      this.step = { at: 'done', source, report };
      if (this.#isAll && this.next) await this.start(this.next);
      else this.#isAll = false;
    } catch (error) {
      void this.#discard(staged);
      this.#back(source, error);
    }
  }

  /** Back to the columns: nothing was changed, and nothing has to be chosen again. */
  #back(source: SourceDraft, error: unknown): void {
    this.#isAll = false;
    source.error = error instanceof Cancelled ? null : error;
    this.step = { at: 'columns', source };
  }

  async #correctWith({ sourceId, files }: Intent, tables: readonly FileTable[]): Promise<void> {
    const mapping = this.#known().find(({ id }) => id === sourceId)?.mapping;
    if (!mapping) return;
    const orders = this.#planned(sourceId)?.orders;
    const ordersMapping = typeof orders?.mapping === 'object' ? (orders.mapping as Mapping) : null;
    const ownFiles = files.filter((name) => !orders?.files.includes(name));
    const mine = tablesOf(tables, ownFiles, mapping);
    const ofOrders = orders ? tablesOf(tables, orders.files, ordersMapping) : [];
    const error = otherFiles(ownFiles, mine, mapping) ?? (orders ? otherFiles(orders.files, ofOrders, ordersMapping) : null);
    if (error) {
      this.step = { at: 'choose', intent: { does: 'correct', sourceId, files }, error };
      return;
    }
    const source = new SourceDraft(this.bench, this.#nextId++, mine, mapping);
    source.into = sourceId;
    if (orders) source.orders = new SourceDraft(this.bench, this.#nextId++, ofOrders, ordersMapping);
    this.sources = source.orders ? [source, source.orders] : [source];
    for (const each of this.sources) await each.look();
    this.step = { at: 'columns', source };
  }

  /** A file that is read again to correct its mapping has the rows that it had, unless rows are made in another way. */
  #isAnotherFile({ mapping, corrects }: SourceDraft, { report }: StagedImport): boolean {
    const before = this.rowsBefore(report.sourceId);
    const isSameWay =
      mapping?.header === corrects?.header && mapping?.rowsAt === corrects?.rowsAt && mapping?.reshape === corrects?.reshape;
    return isSameWay && before !== null && before !== report.rowsRead;
  }

  /** How many rows were read of a source when it was imported; null where nobody knows. */
  rowsBefore(sourceId: string): number | null {
    const mine = (this.bench.view?.reports ?? []).filter((report) => isOf(report.sourceId, sourceId));
    return mine.length > 0 ? mine.reduce((sum, { rowsRead }) => sum + rowsRead, 0) : null;
  }

  #ask(intent: Intent): void {
    void this.finish();
    this.step = { at: 'choose', intent };
  }

  #refuse([first]: OpenedFiles['skipped'], files: readonly File[]): void {
    const { name } = first;
    const error = asError(first);
    // Perhaps it is a table that is written in an unusual way.
    if (files.length === 1 && canBeTried(error)) {
      const table: FileTable = { file: files[0], name, bytes: files[0].size, format: 'delimited', columns: [] };
      const source = new SourceDraft(this.bench, this.#nextId++, [table]);
      source.error = error;
      this.sources = [source];
    }
    this.step = { at: 'refused', name, error };
  }

  /** Stops what runs and lets go of what was read. */
  async #leave(): Promise<void> {
    const { step } = this;
    this.#run++;
    this.#job?.cancel();
    this.#job = null;
    if (step.at === 'checks') await this.#discard(step.staged);
  }

  async #discard({ staged }: StagedImport): Promise<void> {
    // It goes with the worker's memory at the latest: nobody has to hear of it.
    await this.bench.call('sourceDiscard', { staged }).catch(() => {});
  }

  #at(run: number, step: ImportStep & { job: Job | null }): void {
    if (run !== this.#run) return step.job?.cancel();
    this.#job = step.job;
    this.step = step;
  }

  /** Another workspace can have a source of the same id. */
  #keyOf(sourceId: string): string {
    return `${this.bench.view?.entry.id}/${sourceId}`;
  }

  #planned(sourceId: string) {
    return this.bench.plan?.sources.find(({ id }) => id === sourceId);
  }

  /** All files that a source of the plan is read from. */
  #filesOf(sourceId: string): string[] {
    const { files = [], orders } = this.#planned(sourceId) ?? {};
    return [...files, ...(orders?.files ?? [])];
  }

  #known(): { id: string; mapping: Mapping }[] {
    return (this.bench.plan?.sources ?? []).flatMap(({ id, mapping }) =>
      typeof mapping === 'object' ? [{ id, mapping: mapping as Mapping }] : [],
    );
  }

  #freshId(source: SourceDraft): string {
    const gone = new Set(source.mode === 'replace' ? this.replacedBy(source).map(({ sourceId }) => sourceId) : []);
    const taken = (this.bench.plan?.sources ?? []).map(({ id }) => id).filter((id) => !gone.has(id));
    return freshId(source.name, taken);
  }

  /** A workspace without data takes what a known data set is called and measured in. */
  #settle(sources: readonly SourceDraft[]): void {
    const { plan, view } = this.bench;
    const preview = sources.map(({ preview }) => preview).find((each) => each?.suggests);
    if (!plan || !preview || view?.facts || plan.sources.length > 0) return;
    const { name, currency = plan.currency, timeZone = plan.timeZone } = preview.suggests ?? {};
    const isGivenName = plan.name !== (workspaceNameOf(preview.fileName) ?? m.shell_new_workspace());
    const called = isGivenName || !name ? plan.name : name;
    if (called !== plan.name || currency !== plan.currency || timeZone !== plan.timeZone)
      this.bench.edit((plan) => ({ ...plan, name: called, currency, timeZone }));
  }
}

/** One for the whole page: files dropped on the start screen, and a running import, survive a change of screen. */
export const importDraft = new ImportDraft(workbench);
