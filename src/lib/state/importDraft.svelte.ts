import { Cancelled } from '$lib/core/base/errors';
import type { Progress } from '$lib/core/base/run';
import type { EventRole, ItemRole, Mapping, UserRole } from '$lib/core/schema/roles';
import type { ImportReport, SourcePreview } from '$lib/core/schema/report';
import type { CallOptions } from '$lib/work/client';
import type { OperationInput, OperationName, OperationOutput } from '$lib/work/operations';

export type Role = EventRole | ItemRole | UserRole;
export type Dialect = Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind'>>;

/** Where the import of one file stands; the screen draws each of these. */
export type ImportStep =
  | { at: 'choose' }
  | { at: 'inspecting'; file: File }
  | { at: 'refused'; file: File; error: unknown }
  | { at: 'mapping'; file: File; preview: SourcePreview; error?: unknown }
  | { at: 'importing'; file: File; preview: SourcePreview; progress: Progress | null; startedAt: number }
  | { at: 'done'; file: File; report: ImportReport };

type Call = <Name extends OperationName>(
  operation: Name,
  input: OperationInput<Name>,
  options?: CallOptions,
) => Promise<OperationOutput<Name>>;

/** The wizard from a chosen file to imported tables: an explicit state machine around `sourceInspect` and `sourceImport`. */
export class ImportDraft {
  step = $state.raw<ImportStep>({ at: 'choose' });
  /** The mapping being corrected; meaningful while mapping or importing. */
  mapping = $state.raw<Mapping | null>(null);
  mode = $state<'replace' | 'add'>('replace');
  /** Files dropped together wait their turn. */
  waiting = $state.raw<File[]>([]);
  #abort: AbortController | undefined;

  constructor(
    private readonly call: Call,
    private readonly onImported: (output: OperationOutput<'sourceImport'>) => void,
  ) {}

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
      const preview = await this.call('sourceInspect', { file, dialect }, { replaces: 'inspect' });
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
    const abort = (this.#abort = new AbortController());
    this.step = { at: 'importing', file, preview, progress: null, startedAt: performance.now() };
    try {
      const output = await this.call(
        'sourceImport',
        { file, sourceId: sourceIdOf(file.name), mapping: this.mapping, preset: preview.preset ?? undefined, mode: this.mode },
        {
          signal: abort.signal,
          onProgress: (progress) => {
            if (this.step.at === 'importing') this.step = { ...this.step, progress };
          },
        },
      );
      this.onImported(output);
      this.step = { at: 'done', file, report: output.report };
    } catch (error) {
      // A cancelled import goes back to the mapping: nothing was changed, and nothing has to be chosen again.
      this.step = { at: 'mapping', file, preview, error: error instanceof Cancelled ? undefined : error };
    }
  }

  cancel(): void {
    this.#abort?.abort();
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

/** A plan id made from a file name: `Online Retail (2).csv` → `Online-Retail-2`. */
export function sourceIdOf(fileName: string): string {
  const stem = fileName
    .replace(/\.[^.]+$/, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
  return stem.slice(0, 64) || 'source';
}
