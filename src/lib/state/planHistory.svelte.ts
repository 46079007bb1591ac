import type { Plan } from '../core/plan/schema';

const saveAfterMs = 500;
const stepsKept = 100;
/** Edits of the same thing within this time are one step back. */
const mergeWithinMs = 1200;

/**
 * The plan's edits: each replaces the plan whole, can be undone, and is saved a moment later. `save` is told the
 * newest plan only; `onproblem` what saving said.
 */
export class PlanHistory {
  #past = $state.raw<Plan[]>([]);
  #future = $state.raw<Plan[]>([]);
  #isDirty = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lastEdit: { key: string; at: number } | undefined;
  #saving: Promise<void> = Promise.resolve();

  constructor(
    private readonly plan: { get(): Plan | null; set(plan: Plan): void },
    private readonly save: (plan: Plan) => Promise<void>,
    /** What a step back or forward leaves as it is now: what belongs to the data goes with the data. */
    private readonly fixed: (target: Plan, present: Plan) => Plan = (target) => target,
    private readonly onproblem: (error: unknown) => void = () => {},
  ) {}

  get canUndo(): boolean {
    return this.#past.length > 0;
  }
  get canRedo(): boolean {
    return this.#future.length > 0;
  }
  /** There are edits that are not saved yet. */
  get isDirty(): boolean {
    return this.#isDirty;
  }

  /**
   * Replaces the plan. Edits with the same `key` in quick succession (typing into one box) are undone together.
   */
  edit(change: (plan: Plan) => Plan, key?: string): void {
    const before = this.plan.get();
    if (!before) return;
    const after = change(before);
    if (after === before) return;
    const now = Date.now();
    const continues = key !== undefined && this.#lastEdit?.key === key && now - this.#lastEdit.at < mergeWithinMs;
    if (!continues) this.#past = [...this.#past.slice(1 - stepsKept), before];
    this.#lastEdit = key === undefined ? undefined : { key, at: now };
    this.#future = [];
    this.#put(after);
  }

  /** What is edited next is a step of its own, however soon it comes. */
  endStep(): void {
    this.#lastEdit = undefined;
  }

  undo(): void {
    this.#step(
      this.#past,
      (past) => (this.#past = past),
      (plan) => (this.#future = [...this.#future, plan]),
    );
  }

  redo(): void {
    this.#step(
      this.#future,
      (future) => (this.#future = future),
      (plan) => (this.#past = [...this.#past, plan]),
    );
  }

  /** Another workspace was opened: its edits begin anew. */
  reset(): void {
    clearTimeout(this.#timer);
    this.#past = [];
    this.#future = [];
    this.#lastEdit = undefined;
    this.#isDirty = false;
  }

  /** Saves what is waiting, now; resolves when it is stored. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    if (this.#isDirty) this.#saving = this.#saving.then(() => this.#saveNow());
    return this.#saving;
  }

  #step(from: Plan[], setFrom: (plans: Plan[]) => void, keep: (plan: Plan) => void): void {
    const present = this.plan.get();
    const target = from.at(-1);
    if (!present || !target) return;
    setFrom(from.slice(0, -1));
    keep(present);
    this.#lastEdit = undefined;
    this.#put(this.fixed(target, present));
  }

  #put(plan: Plan): void {
    this.plan.set(plan);
    this.#isDirty = true;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), saveAfterMs);
  }

  async #saveNow(): Promise<void> {
    const plan = this.plan.get();
    if (!plan || !this.#isDirty) return;
    this.#isDirty = false;
    try {
      await this.save(plan);
    } catch (error) {
      // The edit stays on screen and is tried again with the next one.
      this.#isDirty = true;
      this.onproblem(error);
    }
  }
}
