import type { Deciding, Reason } from '$lib/core/segments/explain';
import { decidingFor } from '$lib/core/segments/explain';
import type { Phrase } from '$lib/core/segments/phrase';
import { readBack } from '$lib/core/segments/readBack';
import { reasonPhrase } from '$lib/core/segments/reasonPhrase';
import type { Rule } from '$lib/core/segments/rule';
import { m } from '$lib/paraglide/messages';
import { locale } from '$lib/state/locale.svelte';
import { sentence, type Names } from '../sentence';

/** The condition at a path as a sentence; of a group, how it opens. */
export function conditionWords(rule: Rule, path: string, asOf: string, names: Names): string {
  const lines = readBack(rule, { asOf });
  const line = lines.find((each) => each.path === path) ?? lines.find((each) => withoutNots(each.path) === withoutNots(path));
  if (!line) return '…';
  return said(line.phrase, line.negated, names);
}

export function said(phrase: Phrase, negated: boolean, names: Names): string {
  return negated ? m.segments_say_not({ phrase: sentence(phrase, names) }) : sentence(phrase, names);
}

/** The figure that decided, as words; how far away it was is told only of what stands in the way. */
export function figureWords(reason: Reason, negated: boolean, names: Names): string | undefined {
  const phrase = reasonPhrase(negated ? { figure: reason.figure } : reason);
  return phrase && sentence(phrase, names);
}

/** Why somebody is in, or is not, in one sentence: the conditions that decide, each with its figure. */
export function reasonSentence(rule: Rule, reasons: readonly Reason[], asOf: string, names: Names): string {
  const said = decidingFor(rule, reasons).map((deciding) => decidingWords(rule, deciding, reasons, asOf, names));
  if (said.length === 0) return m.segments_why_no_reason();
  return new Intl.ListFormat(locale.tag, { type: 'conjunction' }).format(said);
}

function decidingWords(rule: Rule, { path, negated }: Deciding, reasons: readonly Reason[], asOf: string, names: Names): string {
  const condition = conditionWords(rule, path, asOf, names);
  const figure = figureWords(
    reasons.find((reason) => reason.path === path)!,
    negated,
    names,
  );
  return figure === undefined ? condition : m.segments_why_condition({ condition, figure });
}

function withoutNots(path: string): string {
  return path
    .split('.')
    .filter((step) => step !== 'not')
    .join('.');
}
