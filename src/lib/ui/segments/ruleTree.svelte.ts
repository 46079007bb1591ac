import { getContext, onMount, setContext, tick } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { m } from '$lib/paraglide/messages';
import { UserError } from '$lib/core/base/errors';
import type { Rule } from '$lib/core/segments/rule';
import {
  childrenOf,
  duplicateAt,
  exclusionsOf,
  exclude,
  groupRows,
  insertAt,
  isGroup,
  joinPath,
  moveBy,
  moveInto,
  moveOut,
  moveTo,
  placeOf,
  removeAt,
  ruleAt,
  type Edited,
  type GroupRule,
  type RulePath,
} from '$lib/core/segments/ruleEdit';
import { readRule, writeRule } from '$lib/core/segments/ruleText';
import { format } from '$lib/state/format.svelte';
import { toasts } from '$lib/state/toasts.svelte';
import { workbench } from '$lib/state/workbench.svelte';

/** Where a row that is dragged would come to stand: before the child at the index of the group. */
export interface DropPlace {
  group: RulePath;
  index: number;
}

/** What was copied last: where the system's clipboard may not be read, this is pasted. */
let lastCopied = '';

/**
 * The rule on screen as a whole: every edit that is not within one condition goes through it, as one step of undo; the
 * row that was edited keeps the focus, and what happened is said.
 */
export class RuleTree {
  /** Paths of the rows that were selected for "group". */
  readonly selected = new SvelteSet<RulePath>();
  dragged = $state<RulePath | null>(null);
  drop = $state.raw<DropPlace | null>(null);
  /** Around the whole tree. */
  element: HTMLElement | undefined;

  constructor(
    private readonly root: () => GroupRule,
    private readonly put: (root: GroupRule) => void,
  ) {}

  move(path: RulePath, way: 'up' | 'down' | 'in' | 'out'): void {
    const edits = {
      up: () => moveBy(this.root(), path, -1),
      down: () => moveBy(this.root(), path, 1),
      in: () => moveInto(this.root(), path),
      out: () => moveOut(this.root(), path),
    };
    const said = { up: m.segments_moved_to, down: m.segments_moved_to, in: m.segments_moved_in, out: m.segments_moved_out };
    this.#settle(edits[way](), said[way]);
  }

  dropAt(path: RulePath, { group, index }: DropPlace): void {
    this.#settle(moveTo(this.root(), path, group, index), m.segments_moved_to);
  }

  groupSelected(): void {
    const count = this.selected.size;
    const edited = groupRows(this.root(), [...this.selected]);
    this.#settle(edited, () => m.segments_grouped({ count: format().count(count) }));
  }

  removeSelected(): void {
    // From the bottom to the top: what stands above keeps its path.
    const inOrder = [...this.selected].sort((a, b) => comparePaths(b, a));
    const rule = inOrder.reduce<Rule>((tree, path) => (ruleAt(tree, path) ? removeAt(tree, path) : tree), this.root());
    this.#settle({ rule, path: '' }, m.segments_removed_said);
  }

  duplicate(path: RulePath): void {
    this.#settle(duplicateAt(this.root(), path), m.segments_duplicated);
  }

  /** Takes a row out; the focus goes to the row that takes its place, or the one above. */
  remove(path: RulePath, said: () => string = m.segments_removed_said): void {
    const place = placeOf(path);
    const rule = removeAt(this.root(), path);
    const group = place && ruleAt(rule, place.group);
    const left = group && isGroup(group) ? childrenOf(group).length : 0;
    const near = place && left > 0 ? joinPath(place.group, path.split('.').at(-2)!, Math.min(place.index, left - 1)) : '';
    this.#settle({ rule, path: near }, said);
  }

  /** Puts a rule at the end of the root's conditions, above those who are left out, and the focus into it. */
  async append(rule: Rule): Promise<void> {
    const root = this.root();
    const edited = insertAt(root, '', rule, exclusionsOf(root)?.index);
    this.#step(edited.rule);
    await this.focus(edited.path, 'form');
  }

  /** Another rule in place of all. */
  replaceAll(root: GroupRule): void {
    this.#step(root);
  }

  /** Leaves out, too, whoever fits the condition. */
  exclude(condition: Rule): RulePath {
    const { rule, path } = exclude(this.root(), condition);
    this.#step(rule);
    return path;
  }

  /** The text of a row, for the clipboard. */
  textOf(path: RulePath): string {
    lastCopied = writeRule(ruleAt(this.root(), path)!);
    return lastCopied;
  }

  async copy(path: RulePath): Promise<void> {
    const text = this.textOf(path);
    await navigator.clipboard?.writeText(text).catch(() => {});
    toasts.say(m.segments_copied());
  }

  async cut(path: RulePath): Promise<void> {
    const text = this.textOf(path);
    this.remove(path, m.segments_cut_said);
    await navigator.clipboard?.writeText(text).catch(() => {});
  }

  /** Pastes what the clipboard holds: below a row, or at the end of a group. */
  async pasteFromClipboard(path: RulePath): Promise<void> {
    const text = await navigator.clipboard?.readText?.().catch(() => lastCopied);
    this.paste(path, text || lastCopied);
  }

  paste(path: RulePath, text: string): void {
    let rule: Rule;
    try {
      if (text.trim() === '') throw new UserError('rule_not_readable', '', '');
      rule = readRule(text);
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      toasts.show(m.segments_paste_nothing(), { tone: 'negative' });
      return;
    }
    const place = placeOf(path);
    this.#settle(place ? insertAt(this.root(), place.group, rule, place.index + 1) : insertAt(this.root(), path, rule), m.segments_pasted);
  }

  toggle(path: RulePath): void {
    if (!this.selected.delete(path)) this.selected.add(path);
    toasts.say(m.segments_selected({ count: format().count(this.selected.size) }));
  }

  /** Puts the focus on the handle of a row, or into its form. */
  async focus(path: RulePath, where: 'handle' | 'form' = 'handle'): Promise<void> {
    await tick();
    const row = this.element?.querySelector<HTMLElement>(path === '' ? '[data-add]' : `[data-row="${path}"]`);
    const form = row?.querySelector<HTMLElement>('[data-form] :is(button, input, [tabindex="0"])');
    const handle = path === '' ? row : row?.querySelector<HTMLElement>('[data-handle]');
    (where === 'form' ? (form ?? handle) : handle)?.focus();
  }

  #settle({ rule, path }: Edited, said: (values: { place: string; count: string }) => string): void {
    if (rule === this.root()) {
      toasts.say(m.segments_moved_not());
      return;
    }
    this.#step(rule);
    const place = placeOf(path);
    const group = place && ruleAt(rule, place.group);
    const count = group && isGroup(group) ? childrenOf(group).length : 0;
    toasts.say(said({ place: format().count((place?.index ?? 0) + 1), count: format().count(count) }));
    void this.focus(path);
  }

  /** One step of undo, however quickly another edit came before or comes after. */
  #step(rule: Rule): void {
    this.selected.clear();
    workbench.history.endStep();
    this.put(rule as GroupRule);
    workbench.history.endStep();
  }
}

/** Ascending from top to bottom: numbers are compared as numbers. */
function comparePaths(a: RulePath, b: RulePath): number {
  return a.localeCompare(b, 'en', { numeric: true });
}

const key = Symbol('rule tree');

/** The tree around a group; the outermost group makes it. */
export function ruleTree(isRoot: boolean, root: () => GroupRule, put: (root: GroupRule) => void): RuleTree {
  if (!isRoot) return getContext<RuleTree>(key);
  const tree = setContext(key, new RuleTree(root, put));
  onMount(() => {
    shown = tree;
    return () => {
      if (shown === tree) shown = undefined;
    };
  });
  return tree;
}

let shown: RuleTree | undefined;

/** The tree on screen, for what stands beside it: its readings as text. */
export function treeShown(): RuleTree | undefined {
  return shown;
}

export function treeAround(): RuleTree {
  return getContext<RuleTree>(key);
}
