import { Cancelled } from '../core/base/errors';
import { isNearlyFull, keepDeletedDays, type StorageRoom, type WorkspaceEntry } from '../core/store/snapshots';
import { m } from '../paraglide/messages';
import type { OperationOutput } from '../work/operations';
import type { FileTarget } from '../work/keeping';
import type { StorageReport } from '../work/storageReport';
import type { WorkspaceView } from '../work/workspace';
import { format } from './format.svelte';
import { toasts } from './toasts.svelte';
import { workbench, type Workbench } from './workbench.svelte';

/** What the browser said when it was asked to keep what is stored. */
export interface PersistAnswer {
  /** ISO instant. */
  at: string;
  granted: boolean;
}

/** A workspace in the list, or the open one. */
export type Named = Pick<WorkspaceEntry, 'id' | 'name'>;

/** Which dialog of keeping is open, and for what. */
export type KeepingDialog = { what: 'storage' } | { what: 'rename' | 'wipe'; workspace: Named };

const answerKey = 'muster:persist';

/** What can be done with whole workspaces, open or not, and how much room they have. */
export class Keeping {
  dialog = $state.raw<KeepingDialog | null>(null);
  /** Deleted workspaces that can be brought back; null until asked for. */
  deleted = $state.raw<WorkspaceEntry[] | null>(null);
  report = $state.raw<StorageReport | null>(null);
  room = $state.raw<StorageRoom | null>(null);
  answer = $state.raw<PersistAnswer | null>(readAnswer());
  /** The open workspace's data as it was last seen, to notice an import. */
  #seen: { id: string; dataKey: string | null } | undefined;

  constructor(
    private readonly bench: Workbench,
    private readonly storage: Partial<StorageManager> | undefined = globalThis.navigator?.storage,
  ) {}

  get isNearlyFull(): boolean {
    return this.room !== null && isNearlyFull(this.room);
  }

  /** Whether the browser can be asked to keep what is stored. */
  get canAsk(): boolean {
    return this.storage?.persist !== undefined;
  }

  /** The name as it is taken, or why it is not. */
  nameProblem(name: string): string | undefined {
    if (name.trim() === '') return m.keeping_name_empty();
    return name.length > 120 ? m.keeping_name_long() : undefined;
  }

  async rename({ id, name: before }: Named, name: string): Promise<void> {
    const wanted = name.trim();
    if (wanted === before) return;
    if (id === this.bench.view?.entry.id) {
      // Through the plan: it can be undone.
      this.bench.edit((plan) => ({ ...plan, name: wanted }));
      await this.bench.history.flush();
      await this.bench.list();
    } else if (await this.#ask('workspaceRename', { id, name: wanted })) await this.bench.list();
    else return;
    toasts.show(m.keeping_renamed({ name: wanted }), { tone: 'positive' });
  }

  async duplicate({ id, name }: Named): Promise<void> {
    await this.#flush(id);
    const copy = await this.#ask('workspaceDuplicate', { id, name: m.keeping_copy_name({ name }).slice(0, 120) });
    if (!copy) return;
    await this.bench.list();
    toasts.show(m.keeping_duplicated({ name: copy.name }), { tone: 'positive' });
  }

  /** Deletes it; the notice offers to bring it back, and so does the list of deleted ones. */
  async remove(workspace: Named): Promise<void> {
    const wasOpen = workspace.id === this.bench.view?.entry.id;
    if (!(await this.bench.remove(workspace.id))) return;
    await this.listDeleted();
    toasts.show(m.keeping_deleted({ name: workspace.name, days: keepDeletedDays }), {
      action: { label: m.keeping_undo(), run: () => void this.restore(workspace, wasOpen) },
    });
  }

  async restore({ id, name }: Named, opens = false): Promise<void> {
    if (!(await this.#ask('workspaceRestore', { id }))) return;
    await Promise.all([this.bench.list(), this.listDeleted()]);
    toasts.show(m.keeping_restored({ name }), { tone: 'positive' });
    if (opens && !this.bench.view && !this.bench.opening) await this.bench.open(id, () => m.shell_opening({ name }));
  }

  async wipe({ id, name }: Named): Promise<void> {
    if (!(await this.bench.remove(id, 'workspaceWipe'))) return;
    await this.listDeleted();
    toasts.show(m.keeping_wiped({ name }));
  }

  /** Saves a workspace as a file where the person says, or among the downloads. `download` hands a Blob over. */
  async exportFile({ id, name }: Named, download: (name: string, file: Blob) => void, salvage = false): Promise<void> {
    let to: FileTarget | undefined;
    try {
      to = await chooseTarget(name);
    } catch (error) {
      // The person closed the browser's dialog.
      if (error instanceof DOMException && error.name === 'AbortError') return;
    }
    await this.#flush(id);
    const saved = await this.#ask('workspaceExport', { id, to, salvage }, () => m.keeping_export_job({ name }));
    if (!saved) return;
    if (saved.file) download(saved.fileName, saved.file);
    const words =
      saved.missing.length > 0
        ? m.keeping_exported_partly({ file: saved.fileName, count: format().count(saved.missing.length) })
        : m.keeping_exported({ file: saved.fileName, size: format().bytes(saved.bytes) });
    toasts.show(words, { tone: 'positive' });
  }

  /** Takes a workspace file in and opens it; true where it is open. */
  async importFile(file: File): Promise<boolean> {
    this.bench.problem = null;
    const taken = await this.#ask('workspaceImport', { file }, () => m.keeping_import_job({ file: file.name }));
    if (!taken) return false;
    await this.bench.list();
    const { id, name } = taken.entry;
    if (!(await this.bench.open(id, () => m.shell_opening({ name })))) return false;
    const words =
      taken.missing.length > 0
        ? m.keeping_imported_partly({ name, file: file.name, count: format().count(taken.missing.length) })
        : m.keeping_imported({ name, file: file.name });
    toasts.show(words, { tone: 'positive' });
    return true;
  }

  async listDeleted(): Promise<void> {
    this.deleted = (await this.#ask('workspaceListDeleted', undefined)) ?? [];
  }

  async refresh(): Promise<void> {
    this.report = (await this.#ask('storageReport', undefined)) ?? null;
    if (this.report) this.room = this.report;
  }

  /** Saves what is open once more, after there was no room. */
  async saveAgain(): Promise<void> {
    const { plan } = this.bench;
    const saved = plan && (await this.#ask('workspaceSavePlan', { plan }));
    if (!saved) return;
    this.bench.problem = null;
    this.bench.show(saved.view);
    await this.look();
  }

  /**
   * Told of every state of the open workspace. The right moment to ask the browser to keep what is stored is when
   * somebody's own data has just been imported and saved; asked once by itself, then only when the person wants to.
   */
  async see(view: WorkspaceView | null): Promise<void> {
    const before = this.#seen;
    this.#seen = view ? { id: view.entry.id, dataKey: view.dataKey } : undefined;
    const isImport = view !== null && view.entry.id === before?.id && view.dataKey !== null && view.dataKey !== before.dataKey;
    if (!isImport || view.readOnly) return;
    await this.look();
    if (view.isUnsaved || view.entry.bytes === 0 || this.answer || this.room?.persisted) return;
    await this.askToPersist();
  }

  /** Asks the browser, and remembers what it said. */
  async askToPersist(): Promise<void> {
    if (!this.storage?.persist) return;
    const granted = await this.storage.persist().catch(() => false);
    this.answer = { at: new Date().toISOString(), granted };
    localStorage.setItem(answerKey, JSON.stringify(this.answer));
    this.room = this.room && { ...this.room, persisted: granted };
    toasts.show(granted ? m.keeping_persist_granted() : m.keeping_persist_denied(), { tone: granted ? 'positive' : 'neutral' });
  }

  /** How much room there is, without asking the worker. */
  async look(): Promise<void> {
    const [estimate, persisted] = await Promise.all([
      this.storage?.estimate?.().catch(() => undefined),
      this.storage?.persisted?.().catch(() => undefined),
    ]);
    this.room = { quota: estimate?.quota ?? null, usage: estimate?.usage ?? null, persisted: persisted ?? null };
  }

  /** Edits of the open workspace that wait are saved first. */
  async #flush(id: string): Promise<void> {
    if (id === this.bench.view?.entry.id) await this.bench.history.flush();
  }

  /** The answer; undefined where it failed (`bench.problem` says why) or was cancelled. */
  async #ask<Name extends Parameters<Workbench['call']>[0]>(
    operation: Name,
    input: Parameters<typeof workbench.call<Name>>[1],
    job?: () => string,
  ): Promise<OperationOutput<Name> | undefined> {
    try {
      return await this.bench.call(operation, input, { job });
    } catch (error) {
      if (!(error instanceof Cancelled)) this.bench.problem = error;
      return undefined;
    }
  }
}

type Picker = (options: { suggestedName: string; types: { accept: Record<string, string[]> }[] }) => Promise<FileTarget>;

/** Where the browser can write straight into a file of the person's choice; undefined where it cannot. */
async function chooseTarget(name: string): Promise<FileTarget | undefined> {
  const picker = (globalThis as { showSaveFilePicker?: Picker }).showSaveFilePicker;
  // Characters that no system takes in a name.
  const suggestedName = `${name.replace(/[\\/:*?"<>|]+/g, '_').slice(0, 100)}.muster`;
  return picker?.({ suggestedName, types: [{ accept: { 'application/zip': ['.muster'] } }] });
}

function readAnswer(): PersistAnswer | null {
  try {
    return JSON.parse(globalThis.localStorage?.getItem(answerKey) ?? 'null') as PersistAnswer | null;
  } catch {
    return null;
  }
}

export const keeping = new Keeping(workbench);
