import { Cancelled, UserError, type Diagnostic } from '$lib/core/base/errors';
import { standardEventOf } from '$lib/core/schema/parse/eventNames';
import type { EventRole, ItemRole, Mapping, UserRole } from '$lib/core/schema/roles';
import type { Workbench } from '../workbench.svelte';
import type { FileInput } from '$lib/core/schema/files';
import type { ImportReport } from '$lib/core/schema/report';
import type { ImportMode } from '$lib/work/stages';
import type { FileTable } from '$lib/work/operations/files';
import type { SourcePreview } from '$lib/core/schema/report';
import { carryOver, followRoles, renameColumns } from './followRoles';
import { givenByOrders, needsOrders } from './orderPairs';
import { sheetFile, sourceNameOf } from './tableGroups';

export type Role = EventRole | ItemRole | UserRole;
/** What becomes of a column: a role, another id of the row's person, a property or attribute under its own name, or nothing. */
export type ColumnUse = Role | `id:${string}` | 'keep' | 'none';
export type Dialect = Partial<Pick<Mapping, 'format' | 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind' | 'sheet' | 'rowsAt'>>;

/** Doubts that a choice of the person settles, whichever way they chose. */
type Doubt = 'ambiguous_dates' | 'ambiguous_decimals';

/** Findings that say that the file is perhaps read in the wrong way, so that its columns are not worth looking at yet. */
const doubtsOfFormat: readonly string[] = ['invalid_characters', 'broken_quotes', 'ragged_rows'];
/** Findings that say that a file belongs to a data set and holds nothing of it that is needed. */
const unneeded: readonly string[] = ['categories_not_needed', 'links_not_needed'];
/** A file that was refused for one of these can be tried with another separator. */
const triedOtherwise: readonly string[] = ['file_one_column', 'file_never_splits'];

/** Whether a file that was refused for this may be a table after all, with another separator. */
export function canBeTried(error: unknown): boolean {
  return error instanceof UserError && triedOtherwise.includes(error.code);
}

type Bench = Pick<Workbench, 'call'>;

/**
 * One source in the making: tables with the same columns, how they are read, and what their columns mean. It knows
 * nothing of steps; all that was chosen stays here while the wizard goes to and fro.
 */
export class SourceDraft {
  /** What the file's beginning looks like with the mapping as it is; null until it was looked at. */
  preview = $state.raw<SourcePreview | null>(null);
  mapping = $state.raw<Mapping | null>(null);
  /** Why it could not be looked at or imported. */
  error = $state.raw<unknown>(null);
  isLooking = $state(false);
  mode = $state<ImportMode['mode']>('add');
  /** The plan's source that the files are added to, or that they correct; null makes a new one. */
  into = $state<string | null>(null);
  /** Where the rows are lines of orders: the source that has the orders, and says whose they are and when. */
  orders = $state.raw<SourceDraft | null>(null);
  /** What became of it; null until it was imported. */
  report = $state.raw<ImportReport | null>(null);
  #leftOut = $state.raw<ReadonlySet<FileTable>>(new Set());
  #settled = $state.raw<readonly Doubt[]>([]);
  /** The person chose something for the columns, which another encoding must not undo. */
  #isTouched = false;
  #dialect: Dialect = {};
  #looks = 0;

  constructor(
    private readonly bench: Bench,
    readonly id: number,
    readonly tables: readonly FileTable[],
    /** The mapping of a source whose import is corrected: it is looked at with this one. */
    readonly corrects: Mapping | null = null,
  ) {
    this.mapping = corrects;
  }

  readonly included = $derived.by(() => this.tables.filter((table) => !this.#leftOut.has(table)));
  readonly name = $derived.by(() => sourceNameOf((this.included.length > 0 ? this.included : this.tables).map(({ name }) => name)));
  /** As a title: the file's name, or the name that several have in common. */
  readonly title = $derived(this.included.length === 1 ? this.included[0].name : this.name);
  readonly bytes = $derived(this.included.reduce((sum, { bytes }) => sum + bytes, 0));

  get files(): FileInput[] {
    return this.included.map((table) => this.#fileOf(table));
  }

  /** A sheet is a file of its own where its workbook gives several, or the mapping says another one. */
  #fileOf(table: FileTable): FileInput {
    const isOneOfSeveral = this.tables.some((other) => other !== table && other.file === table.file);
    const isOther = this.#dialect.sheet === undefined && table.sheet !== this.mapping?.sheet;
    return (isOneOfSeveral || isOther ? sheetFile(table) : undefined) ?? table.file;
  }

  /** Rows of all its files, from what the first one looks like. */
  readonly estimatedRows = $derived.by(() => {
    const { preview, included } = this;
    if (!preview) return included.reduce((sum, { estimatedRows = 0 }) => sum + estimatedRows, 0);
    const [, ...others] = included;
    const rowsPerByte = preview.estimatedRows / Math.max(1, preview.bytes);
    return others.reduce(
      (sum, { bytes, estimatedRows }) => sum + (estimatedRows ?? Math.round(bytes * rowsPerByte)),
      preview.estimatedRows,
    );
  });

  /** The source of the orders, as far as its files are taken in and these rows can name an order. */
  readonly ordersInUse: SourceDraft | null = $derived(
    this.orders && this.orders.included.length > 0 && this.mapping?.kind === 'events' && this.mapping.roles.order ? this.orders : null,
  );

  /** Of user and time, what the rows themselves do not say and their orders do. */
  readonly givenRoles = $derived.by((): (typeof givenByOrders)[number][] => {
    const orders = this.ordersInUse?.mapping;
    return orders?.kind === 'events' ? givenByOrders.filter((role) => !this.mapping?.roles[role] && orders.roles[role]) : [];
  });

  /** Roles that must have a column, here or in the file of the orders, before the import can start. */
  readonly missingRoles = $derived.by((): Role[] => {
    if (!this.mapping) return [];
    const { kind, roles } = this.mapping;
    const needed: Role[] = kind === 'events' ? ['user', 'time'] : kind === 'items' ? ['item'] : ['user'];
    const given: Role[] = this.givenRoles;
    return needed.filter((role) => !roles[role] && !given.includes(role));
  });

  /** Whether the rows are order lines, and nothing says yet whose or when. */
  readonly lacksOrders = $derived(this.ordersInUse === null && needsOrders(this.mapping));

  /** How times are read, by whichever file has them. */
  readonly timeFormat = $derived(this.givenRoles.includes('time') ? this.ordersInUse?.mapping?.timeFormat : this.mapping?.timeFormat);

  /** Whether the import can start: the roles are there, and the times can be read. */
  readonly isReady: boolean = $derived(
    this.preview !== null &&
      this.mapping !== null &&
      this.included.length > 0 &&
      this.missingRoles.length === 0 &&
      (this.mapping.kind !== 'events' || this.timeFormat !== undefined) &&
      (this.ordersInUse === null || this.ordersInUse.isReady),
  );

  /** What is still wrong or doubtful: what the mapping or the person has settled is gone. */
  readonly problems = $derived.by((): Diagnostic[] => {
    const missing = { mapping_no_user: 'user', mapping_no_item: 'item', mapping_no_time: 'time' } as Record<string, Role>;
    return (this.preview?.diagnostics ?? []).filter(
      ({ code }) =>
        !(code in missing && !this.missingRoles.includes(missing[code])) &&
        !(code === 'needs_orders' && (this.ordersInUse !== null || this.missingRoles.length === 0)) &&
        !this.#settled.includes(code as Doubt),
    );
  });

  /** Whether somebody should look at the columns before the rows come in. */
  readonly isDoubtful: boolean = $derived(
    !this.isReady || this.problems.some(({ severity }) => severity !== 'info') || (this.ordersInUse?.isDoubtful ?? false),
  );
  readonly isFormatDoubtful = $derived(this.problems.some(({ code }) => doubtsOfFormat.includes(code)));
  readonly isUnneeded = $derived(this.problems.some(({ code }) => unneeded.includes(code)));
  /** It could not be read, but perhaps with other settings. */
  readonly canBeReadOtherwise = $derived(canBeTried(this.error));

  /** The words of the event column and what each becomes; null where no column is the event, or it has too many. */
  readonly eventWords = $derived.by((): { word: string; event: string }[] | null => {
    const { preview, mapping } = this;
    if (!preview || mapping?.kind !== 'events' || !mapping.roles.event) return null;
    const words = preview.columns.find(({ name }) => name === mapping.roles.event)?.words;
    return words?.map((word) => ({ word, event: mapping.eventNames?.[word] ?? standardEventOf(word) ?? word })) ?? null;
  });

  isProblemOfFormat(code: string): boolean {
    return doubtsOfFormat.includes(code);
  }

  isIncluded(table: FileTable): boolean {
    return !this.#leftOut.has(table);
  }

  /** Takes a file in or leaves it out. */
  include(table: FileTable, isIncluded: boolean): void {
    const leftOut = new Set(this.#leftOut);
    if (isIncluded) leftOut.delete(table);
    else leftOut.add(table);
    this.#leftOut = leftOut;
  }

  /**
   * Reads the beginning of its first file, with parts of the dialect given by the person, and proposes a mapping.
   * @param known mappings of the sources that are there: one that fits is taken
   */
  async look(known: { id: string; mapping: Mapping }[] = [], dialect: Dialect = {}): Promise<void> {
    const table = this.included[0] ?? this.tables[0];
    const { format, sheet } = table;
    // With a mapping, its sheet is the first one's; without, the table's is asked for.
    const file = this.corrects ? this.#fileOf(table) : table.file;
    this.#dialect = { ...this.#dialect, ...dialect };
    const mine = ++this.#looks;
    this.isLooking = true;
    this.error = null;
    const asked = this.corrects ?? undefined;
    try {
      const preview = await this.bench.call(
        'sourceInspect',
        { file, dialect: asked ? { mapping: asked } : { format, ...(sheet !== undefined && { sheet }), ...this.#dialect, known } },
        { replaces: this.#key },
      );
      const before = this.mapping;
      this.mapping = this.#isTouched && before ? carryOver(before, preview.mapping) : preview.mapping;
      this.preview = preview;
      this.#settled = [];
      if (this.mapping !== preview.mapping) await this.#check();
    } catch (error) {
      if (!(error instanceof Cancelled)) this.error = error;
    } finally {
      // Another look may have been asked for meanwhile.
      if (mine === this.#looks) this.isLooking = false;
    }
  }

  /** Looks again, and reads the file as one like it was read before, where it is one. */
  async lookAs(mapping: Mapping): Promise<void> {
    await this.look([{ id: '', mapping }]);
    // It is like the orders of a source, not like the source.
    if (this.preview) this.preview = { ...this.preview, like: undefined };
  }

  setDialect(dialect: Dialect): Promise<void> {
    // The sheet is the table's own unless another one is chosen here.
    const { delimiter, quote, header, encoding, kind, format, rowsAt } = this.mapping ?? ({} as Partial<Mapping>);
    if (dialect.kind !== undefined && dialect.kind !== kind) this.#isTouched = false;
    const present: Dialect = { format, delimiter, quote, header, encoding, kind, rowsAt };
    for (const key of Object.keys(present) as (keyof Dialect)[]) if (present[key] === undefined) delete present[key];
    return this.look([], { ...present, ...dialect });
  }

  useOf(column: string): ColumnUse {
    const { roles, kind, keep, ids } = this.mapping ?? ({ roles: {}, kind: 'events', keep: [] } as Partial<Mapping>);
    const role = Object.entries(roles ?? {}).find(([, taken]) => taken === column)?.[0];
    if (role !== undefined) return role as Role;
    if (ids && column in ids) return `id:${ids[column]}`;
    return (keep?.includes(column) ?? kind !== 'events') ? 'keep' : 'none';
  }

  /** Gives a column a use; a role is taken from the column that had it, which is then not imported. */
  setUse(column: string, use: ColumnUse): void {
    const { mapping } = this;
    if (!mapping) return;
    const roles = { ...mapping.roles };
    const ids = { ...mapping.ids };
    for (const [role, taken] of Object.entries(roles)) if (taken === column) delete roles[role as Role];
    delete ids[column];
    if (use.startsWith('id:')) ids[column] = use.slice(3);
    else if (use !== 'keep' && use !== 'none') roles[use as Role] = column;
    const kept = (name: string) => (name === column ? use === 'keep' : this.useOf(name) === 'keep');
    const next: Mapping = { ...mapping, roles, keep: mapping.columns.filter(kept) };
    delete next.ids;
    if (Object.keys(ids).length > 0) next.ids = ids;
    if (next.keep?.length === 0 && mapping.kind === 'events') delete next.keep;
    this.#change(followRoles(next, mapping, this.preview));
  }

  /** Why a column cannot be called so; nothing where it can. */
  nameProblem(column: string, name: string): UserError | undefined {
    const wanted = name.trim();
    if (wanted === '') return new UserError('column_name_empty', 'A column needs a name.', 'Type one.');
    if (wanted === column || !this.mapping?.columns.includes(wanted)) return undefined;
    return new UserError('column_name_taken', `Another column is called "${wanted}" already.`, 'Choose another name.', { name: wanted });
  }

  /** Names a column of a file that has no header; a name that cannot be is not taken. */
  rename(column: string, name: string): void {
    const { mapping } = this;
    if (!mapping || name.trim() === column || this.nameProblem(column, name)) return;
    this.#change(renameColumns(mapping, new Map([[column, name.trim()]])));
  }

  /** Chooses how days and months, or decimals, are read; the doubt about them is settled. */
  setReading(part: Pick<Partial<Mapping>, 'timeFormat' | 'decimal'>): void {
    this.#settled = [...this.#settled, 'timeFormat' in part ? 'ambiguous_dates' : 'ambiguous_decimals'];
    this.change(part);
  }

  /** What a word of the event column becomes. */
  renameEvent(word: string, event: string): void {
    this.change({ eventNames: { ...this.mapping?.eventNames, [word]: event } });
  }

  change(part: Partial<Mapping>): void {
    if (!this.mapping) return;
    const next = { ...this.mapping, ...part };
    // What is taken away is not there: mappings are compared as texts.
    for (const key of Object.keys(part) as (keyof Mapping)[]) if (part[key] === undefined) delete next[key];
    this.#change(next);
  }

  /** Takes another mapping whole, such as one from a file; its columns must be those of the file. */
  take(mapping: Mapping): void {
    this.#change(mapping);
  }

  #change(mapping: Mapping): void {
    this.#isTouched = true;
    this.mapping = mapping;
    void this.#check();
  }

  /** Asks what the file looks like with the mapping as it is now; only the preview follows the answer. */
  async #check(): Promise<void> {
    const { mapping } = this;
    const table = this.included[0] ?? this.tables[0];
    if (!mapping) return;
    try {
      const preview = await this.bench.call('sourceInspect', { file: this.#fileOf(table), dialect: { mapping } }, { replaces: this.#key });
      const before = this.preview;
      // What was recognised in the file's own columns stays known while they are corrected.
      this.preview = { ...preview, preset: before?.preset ?? null, presetName: before?.presetName, like: before?.like };
      this.error = null;
    } catch (error) {
      if (!(error instanceof Cancelled)) this.error = error;
    }
  }

  get #key(): string {
    return `inspect-${this.id}`;
  }
}
