import { Cancelled, type Diagnostic } from '$lib/core/base/errors';
import type { ImportReport, SourcePreview } from '$lib/core/schema/report';
import type { EventRole, ItemRole, Mapping, UserRole } from '$lib/core/schema/roles';
import { defaultEventOf } from '$lib/core/schema/events';
import { knownEventNames, standardEventOf } from '$lib/core/schema/parse/eventNames';
import { m } from '$lib/paraglide/messages';
import { freshId } from './freshId';
import type { Job } from './jobs.svelte';
import { workbench, type Workbench } from './workbench.svelte';
import { workspaceNameOf } from './workspaceName';

export type Role = EventRole | ItemRole | UserRole;
/** What becomes of a column: a role, an attribute under its own name, or nothing. */
export type ColumnUse = Role | 'keep' | 'none';
export type Dialect = Partial<Pick<Mapping, 'delimiter' | 'quote' | 'header' | 'encoding' | 'kind'>>;

/** Where the import of one file stands; the screen draws each of these. */
export type ImportStep =
  | { at: 'choose' }
  | { at: 'inspecting'; file: File }
  | { at: 'refused'; file: File; error: unknown }
  | { at: 'mapping'; file: File; preview: SourcePreview; error?: unknown }
  | { at: 'importing'; file: File; preview: SourcePreview; job: Job | null }
  | { at: 'done'; file: File; report: ImportReport };

/** Doubts that a choice of the person settles, whichever way they chose. */
type Doubt = 'ambiguous_dates' | 'ambiguous_decimals';

/** What is drawn needs the bench only this far; the whole of it is {@link Workbench}. */
type Bench = Pick<Workbench, 'call' | 'show' | 'edit' | 'plan' | 'view' | 'history'>;

/** The wizard from a chosen file to imported tables: an explicit state machine around `sourceInspect` and `sourceImport`. */
export class ImportDraft {
  step = $state.raw<ImportStep>({ at: 'choose' });
  /** The mapping being corrected; meaningful while mapping or importing. */
  mapping = $state.raw<Mapping | null>(null);
  mode = $state<'replace' | 'add'>('add');
  /** Files dropped together wait their turn. */
  waiting = $state.raw<File[]>([]);
  #settled = $state.raw<readonly Doubt[]>([]);

  constructor(private readonly bench: Bench) {}

  /** Roles that must have a column before the import can start. */
  readonly missingRoles = $derived.by((): Role[] => {
    if (!this.mapping) return [];
    const { kind, roles } = this.mapping;
    const needed: Role[] = kind === 'events' ? ['user', 'time'] : kind === 'items' ? ['item'] : ['user'];
    return needed.filter((role) => !roles[role]);
  });

  /** Whether the import can start: the roles are there, and the times can be read. */
  readonly isReady = $derived(
    this.mapping !== null && this.missingRoles.length === 0 && (this.mapping.kind !== 'events' || this.mapping.timeFormat !== undefined),
  );

  /** What is still wrong or doubtful: what the mapping or the person has settled is gone. */
  readonly problems = $derived.by((): Diagnostic[] => {
    if (this.step.at !== 'mapping') return [];
    const { missingRoles } = this;
    const missing = { mapping_no_user: 'user', mapping_no_item: 'item', mapping_no_time: 'time' } as Record<string, Role>;
    return this.step.preview.diagnostics.filter(
      ({ code }) => !(code in missing && !missingRoles.includes(missing[code])) && !this.#settled.includes(code as Doubt),
    );
  });

  /** Sources that go when this file replaces those of its kind. */
  readonly replaced = $derived.by(() => (this.bench.view?.reports ?? []).filter(({ kind }) => kind === this.mapping?.kind));

  /** The words of the event column and what each becomes; null where no column is the event, or it has too many. */
  readonly eventWords = $derived.by((): { word: string; event: string }[] | null => {
    const { step, mapping } = this;
    if (step.at !== 'mapping' || mapping?.kind !== 'events' || !mapping.roles.event) return null;
    const words = step.preview.columns.find(({ name }) => name === mapping.roles.event)?.words;
    return words?.map((word) => ({ word, event: mapping.eventNames?.[word] ?? standardEventOf(word) ?? word })) ?? null;
  });

  choose(files: File[]): void {
    if (files.length === 0) return;
    this.waiting = files.slice(1);
    void this.inspect(files[0]);
  }

  /** Reads the file's beginning again, with parts of the dialect given by the person. */
  async inspect(file: File, dialect: Dialect = {}): Promise<void> {
    this.step = { at: 'inspecting', file };
    this.#settled = [];
    try {
      const preview = await this.bench.call('sourceInspect', { file, dialect }, { replaces: 'inspect' });
      this.mapping = preview.mapping;
      this.step = { at: 'mapping', file, preview };
      this.#settle(preview);
    } catch (error) {
      if (!(error instanceof Cancelled)) this.step = { at: 'refused', file, error };
    }
  }

  setDialect(dialect: Dialect): void {
    if (this.step.at !== 'mapping' || !this.mapping) return;
    const { delimiter, quote, header, encoding, kind } = this.mapping;
    void this.inspect(this.step.file, { delimiter, quote, header, encoding, kind, ...dialect });
  }

  useOf(column: string): ColumnUse {
    const { roles, kind, keep } = this.mapping ?? { roles: {}, kind: 'events', keep: [] };
    const role = Object.entries(roles).find(([, taken]) => taken === column)?.[0];
    if (role !== undefined) return role as Role;
    return kind !== 'events' && (keep?.includes(column) ?? true) ? 'keep' : 'none';
  }

  /** Gives a column a use; a role is taken from the column that had it, which is then not imported. */
  setUse(column: string, use: ColumnUse): void {
    const { mapping } = this;
    if (!mapping) return;
    const roles = { ...mapping.roles };
    for (const [role, taken] of Object.entries(roles)) if (taken === column) delete roles[role as Role];
    if (use !== 'keep' && use !== 'none') roles[use] = column;
    const kept = (name: string) => (name === column ? use === 'keep' : this.useOf(name) === 'keep');
    const next: Mapping = { ...mapping, roles };
    if (mapping.kind !== 'events') next.keep = mapping.columns.filter(kept);
    this.#change(followed(next, mapping, this.step.at === 'mapping' ? this.step.preview : null));
  }

  /** Chooses how days and months, or decimals, are read; the doubt about them is settled. */
  setReading(part: Pick<Partial<Mapping>, 'timeFormat' | 'decimal'>): void {
    this.#settled = [...this.#settled, 'timeFormat' in part ? 'ambiguous_dates' : 'ambiguous_decimals'];
    this.change(part);
  }

  /** What a word of the event column becomes. */
  rename(word: string, event: string): void {
    this.change({ eventNames: { ...this.mapping?.eventNames, [word]: event } });
  }

  change(part: Partial<Mapping>): void {
    if (this.mapping) this.#change({ ...this.mapping, ...part });
  }

  async start(): Promise<void> {
    if (this.step.at !== 'mapping' || !this.mapping || !this.isReady) return;
    const { file, preview } = this.step;
    const { mapping, mode } = this;
    const gone = new Set(mode === 'replace' ? this.replaced.map(({ sourceId }) => sourceId) : []);
    this.step = { at: 'importing', file, preview, job: null };
    try {
      // The time zone and the currency may just have been chosen.
      await this.bench.history.flush();
      const taken = (this.bench.plan?.sources ?? []).map(({ id }) => id).filter((id) => !gone.has(id));
      const sourceId = freshId(file.name.replace(/\.[^.]+$/, ''), taken);
      const output = await this.bench.call(
        'sourceImport',
        { file, sourceId, mapping, preset: preview.preset ?? undefined, mode },
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

  #change(mapping: Mapping): void {
    this.mapping = mapping;
    void this.#check();
  }

  /** Asks what the file looks like with the mapping as it is now; only the preview follows the answer. */
  async #check(): Promise<void> {
    if (this.step.at !== 'mapping' || !this.mapping) return;
    const { file } = this.step;
    const { mapping } = this;
    try {
      const preview = await this.bench.call('sourceInspect', { file, dialect: { mapping } }, { replaces: 'inspect' });
      if (this.step.at === 'mapping' && this.step.file === file) this.step = { ...this.step, preview };
    } catch (error) {
      if (!(error instanceof Cancelled) && this.step.at === 'mapping' && this.step.file === file) this.step = { ...this.step, error };
    }
  }

  /** A workspace without data takes what a known data set is called and measured in. */
  #settle({ fileName, suggests = {} }: SourcePreview): void {
    const { plan, view } = this.bench;
    if (!plan || view?.facts || plan.sources.length > 0) return;
    const { name, currency = plan.currency, timeZone = plan.timeZone } = suggests;
    const isGivenName = plan.name !== (workspaceNameOf(fileName) ?? m.shell_new_workspace());
    const called = isGivenName || !name ? plan.name : name;
    if (called !== plan.name || currency !== plan.currency || timeZone !== plan.timeZone)
      this.bench.edit((plan) => ({ ...plan, name: called, currency, timeZone }));
  }
}

/**
 * The parts of a mapping that belong to a column follow a change of its role: the words of events, the format of
 * times, and what rows are that have no event.
 */
function followed(next: Mapping, before: Mapping, preview: SourcePreview | null): Mapping {
  if (next.kind !== 'events') return next;
  const column = (name: string | undefined) => preview?.columns.find((guess) => guess.name === name);
  if (next.roles.event !== before.roles.event) {
    delete next.eventNames;
    const eventNames = knownEventNames(column(next.roles.event)?.words ?? []);
    if (eventNames) next.eventNames = eventNames;
  }
  if (next.roles.time !== before.roles.time) {
    delete next.timeFormat;
    const timeFormat = column(next.roles.time)?.timeFormat;
    if (timeFormat) next.timeFormat = timeFormat;
  }
  if (next.roles.event) delete next.defaultEvent;
  else if ((before.defaultEvent ?? defaultEventOf(before)) === defaultEventOf(before)) next.defaultEvent = defaultEventOf(next);
  return next;
}

/** One for the whole page: files dropped on the start screen, and a running import, survive a change of screen. */
export const importDraft = new ImportDraft(workbench);
