import { Cancelled, UserError } from '$lib/core/base/errors';
import { stableJson } from '$lib/core/base/hash';
import type { Plan } from '$lib/core/plan/schema';
import { tagKey } from '$lib/core/profiles/tags/tag';
import { idListKey } from '$lib/core/segments/idList';
import { segmentsInside } from '$lib/core/segments/names';
import type { Rule } from '$lib/core/segments/rule';
import type { WorkspaceView } from '$lib/work/operations/workspaces';
import type { SegmentCount } from '$lib/work/operations/segments';

/** A rule to be counted, and the key of all that the answer depends on. */
export interface CountQuestion {
  key: string;
  rule: Rule;
  segmentId: string;
}

/**
 * Where the count of the rule on screen stands. `old` is the last count of another rule, other data or another day: it
 * may be shown as old, never as if it were the count.
 */
export type CountState =
  | { at: 'counting'; old: SegmentCount | undefined }
  | { at: 'counted'; count: SegmentCount }
  | { at: 'incomplete'; error: UserError; old: SegmentCount | undefined }
  | { at: 'failed'; error: unknown; old: SegmentCount | undefined };

/** The live count of one rule. Answers bear the key of their question, and only an answer to the question of now counts. */
export class RuleCount {
  #answer = $state.raw<{ key: string; count: SegmentCount }>();
  #refusal = $state.raw<{ key: string; error: unknown }>();
  #asked: string | undefined;

  constructor(private readonly call: (question: CountQuestion) => Promise<SegmentCount>) {}

  stateOf(key: string): CountState {
    const old = this.#answer?.count;
    if (this.#answer?.key === key) return { at: 'counted', count: this.#answer.count };
    if (this.#refusal?.key !== key) return { at: 'counting', old };
    const { error } = this.#refusal;
    return isIncomplete(error) ? { at: 'incomplete', error, old } : { at: 'failed', error, old };
  }

  /** Asks, unless this question is on its way or answered. One that was refused or taken back is asked again. */
  async ask(question: CountQuestion): Promise<void> {
    const { key } = question;
    if (key === this.#asked || key === this.#answer?.key) return;
    this.#asked = key;
    try {
      const count = await this.call(question);
      if (key === this.#asked) this.#answer = { key, count };
    } catch (error) {
      if (key === this.#asked && !(error instanceof Cancelled)) this.#refusal = { key, error };
    }
    if (key === this.#asked) this.#asked = undefined;
  }
}

/**
 * Names all that a rule's count depends on: the rule, what it refers to, the data, the day and the making of every
 * score that it may read.
 */
export function countKey(view: Pick<WorkspaceView, 'entry' | 'dataKey' | 'asOf' | 'predictionReports'>, plan: Plan, rule: Rule): string {
  return stableJson([
    rule,
    segmentsInside(rule, plan.segments),
    // A trait of the plan may be what the rule asks for.
    (plan as { traits?: unknown }).traits ?? null,
    // A tag or a list that is uploaded again, or that somebody was taken from, is another one.
    (plan.tags ?? []).map(tagKey),
    (plan.idLists ?? []).map((list) => [list.id, idListKey(list)]),
    view.entry.id,
    view.dataKey,
    view.asOf,
    view.predictionReports,
  ]);
}

/** A condition that the person has not finished, unlike one that cannot be counted. */
function isIncomplete(error: unknown): error is UserError {
  return error instanceof UserError && error.code === 'condition_empty';
}
