import { Cancelled } from '$lib/core/base/errors';
import type { EventRole, ItemRole, Mapping, UserRole } from '$lib/core/schema/roles';
import type { ImportReport, SourcePreview } from '$lib/core/schema/report';
import { m } from '$lib/paraglide/messages';
import { freshId } from './freshId';
import type { Job } from './jobs.svelte';
import { workbench, type Workbench } from './workbench.svelte';

export type Role = EventRole | ItemRole | UserRole;
export type Dialect = Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind'>>;

/** Where the import of one file stands; the screen draws each of these. */
export type ImportStep =
  | { at: 'choose' }
  | { at: 'inspecting'; file: File }
  | { at: 'refused'; file: File; error: unknown }
  | { at: 'mapping'; file: File; preview: SourcePreview; error?: unknown }
  | { at: 'importing'; file: File; preview: SourcePreview; job: Job | null }
  | { at: 'done'; file: File; report: ImportReport };

/** The wizard from a chosen file to imported tables: an explicit state machine around `sourceInspect` and `sourceImport`. */
export class ImportDraft {
  step = $state.raw<ImportStep>({ at: 'choose' });
  /** The mapping being corrected; meaningful while mapping or importing. */
  mapping = $state.raw<Mapping | null>(null);
  mode = $state<'replace' | 'add'>('replace');
  /** Files dropped together wait their turn. */
  waiting = $state.raw<File[]>([]);

  constructor(private readonly bench: Workbench) {}

  /** Columns that no role uses. */
  readonly unused = $derived.by(() => {
    const used = new Set(Object.values(this.mapping?.roles ?? {}));
    return (this.mapping?.columns ?? []).filter((column) => !used.has(column));
  });

  /** Roles that must have a column before the import can start. */
  readonly missingRoles = $derived.by((): Role[] => {
    if (!this.mapping) return [];
    const { kind, roles } = this.mapping;
    const needed: Role[] = kind === 'events' ? ['user', 'time'] : kind === 'items' ? ['item'] : ['user'];
    return needed.filter((role) => !roles[role]);
  });

  choose(files: File[]): void {
    if (files.length === 0) return;
    this.waiting = files.slice(1);
    void this.inspect(files[0]);
  }

  /** Reads the file's beginning again, with parts of the dialect given by the person. */
  async inspect(file: File, dialect: Dialect = {}): Promise<void> {
    this.step = { at: 'inspecting', file };
    try {
      const preview = await this.bench.call('sourceInspect', { file, dialect }, { replaces: 'inspect' });
      this.mapping = preview.mapping;
      this.step = { at: 'mapping', file, preview };
    } catch (error) {
      if (!(error instanceof Cancelled)) this.step = { at: 'refused', file, error };
    }
  }

  setDialect(dialect: Dialect): void {
    if (this.step.at !== 'mapping' || !this.mapping) return;
    const { delimiter, quote, header, encoding, kind } = this.mapping;
    void this.inspect(this.step.file, { delimiter, quote, header, encoding, kind, ...dialect });
  }

  /** Gives a role a column (taking it from the role that had it), or none. */
  setRole(role: Role, column: string | null): void {
    if (!this.mapping) return;
    const roles = { ...this.mapping.roles };
    delete roles[role];
    if (column) {
      for (const [other, taken] of Object.entries(roles)) if (taken === column) delete roles[other as Role];
      roles[role] = column;
    }
    this.mapping = { ...this.mapping, roles };
  }

  change(part: Partial<Mapping>): void {
    if (this.mapping) this.mapping = { ...this.mapping, ...part };
  }

  async start(): Promise<void> {
    if (this.step.at !== 'mapping' || !this.mapping || this.missingRoles.length > 0) return;
    const { file, preview } = this.step;
    this.step = { at: 'importing', file, preview, job: null };
    try {
      // The time zone and the currency may just have been chosen.
      await this.bench.history.flush();
      const taken = this.mode === 'add' ? (this.bench.plan?.sources ?? []).map(({ id }) => id) : [];
      const sourceId = freshId(file.name.replace(/\.[^.]+$/, ''), taken);
      const output = await this.bench.call(
        'sourceImport',
        { file, sourceId, mapping: this.mapping, preset: preview.preset ?? undefined, mode: this.mode },
        {
          job: () => m.data_job_import({ file: file.name }),
          onjob: (job) => (this.step = { at: 'importing', file, preview, job }),
        },
      );
      this.bench.show(output.view);
      this.step = { at: 'done', file, report: output.report };
    } catch (error) {
      // A cancelled import goes back to the mapping: nothing was changed, and nothing has to be chosen again.
      this.step = { at: 'mapping', file, preview, error: error instanceof Cancelled ? undefined : error };
    }
  }

  /** On to the next dropped file, or back to the beginning. */
  finish(): void {
    const [next, ...rest] = this.waiting;
    this.waiting = rest;
    this.mapping = null;
    this.mode = 'add';
    this.step = { at: 'choose' };
    if (next) void this.inspect(next);
  }
}

/** One for the whole page: files dropped on the start screen, and a running import, survive a change of screen. */
export const importDraft = new ImportDraft(workbench);
