import type { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { quantile } from '../math/quantile';
import type { ProfileColumn } from '../profiles/profileColumns';
import type { ProfileScope } from '../profiles/profileRelation';
import { readTraits } from '../profiles/traitSummary';
import { readTraitLabels, readTraitValues } from '../profiles/traitValues';
import type { TraitKind } from '../profiles/traits';
import { differenceOfNumbers, differenceOfShares, type Difference } from './difference';

/** One trait, or one value of a text, by which two groups differ. */
export interface PortraitLine extends Difference {
  trait: string;
  kind: TraitKind;
  /** Of texts and of yes/no: the value whose shares are compared. */
  value?: string;
  /** Median, or the share with the value; milliseconds of local time where it is a date. */
  first: number;
  second: number;
  /** How many have a value at all. */
  firstKnown: number;
  secondKnown: number;
}

/** Values of a text that are compared: the commonest, so that a list of titles does not drown the rest. */
const mostValues = 12;
/** Of fewer nothing is said. */
const fewestKnown = 5;

/**
 * What distinguishes the first group from the second, the greatest effect first: every number, date and yes/no, and the
 * commonest values of texts. People without a value of a trait are in no figure of it. Intervals are of 95 % each, not
 * of all together: of twenty traits that say nothing one looks as if it did.
 * @param leaveOut ids of traits that are not looked at, such as addresses
 */
export async function readPortrait(
  scope: ProfileScope,
  first: Bitset,
  second: Bitset,
  leaveOut: ReadonlySet<string>,
  run: RunContext,
): Promise<PortraitLine[]> {
  const traits = (await readTraits(scope, run.signal)).filter(({ id }) => !leaveOut.has(id));
  const lines: PortraitLine[] = [];
  for (const [done, trait] of traits.entries()) {
    run.report({ stage: 'compare', done, total: traits.length, unit: 'steps' });
    await run.breathe();
    if (trait.kind === 'text') lines.push(...(await ofTexts(scope, trait, first, second, run)));
    else if (trait.kind === 'boolean') lines.push(...(await ofFlags(scope, trait, first, second, run)));
    else lines.push(...(await ofNumbers(scope, trait, first, second, run)));
  }
  return lines.sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect));
}

async function ofNumbers(
  scope: ProfileScope,
  trait: ProfileColumn,
  first: Bitset,
  second: Bitset,
  run: RunContext,
): Promise<PortraitLine[]> {
  const { users, values } = await readTraitValues(scope, trait, run);
  const [a, b] = [first, second].map((group) => values.filter((_, i) => group.has(users[i])));
  if (Math.min(a.length, b.length) < fewestKnown) return [];
  const difference = differenceOfNumbers(a, b);
  return [{ ...lineOf(trait, a.length, b.length), ...difference, first: quantile(a, 0.5), second: quantile(b, 0.5) }];
}

async function ofFlags(scope: ProfileScope, trait: ProfileColumn, first: Bitset, second: Bitset, run: RunContext): Promise<PortraitLine[]> {
  const { users, values } = await readTraitValues(scope, trait, run);
  const [known, yes] = [
    [0, 0],
    [0, 0],
  ];
  users.forEach((user, i) => {
    const group = groupOf(user, first, second);
    if (group < 0) return;
    known[group]++;
    yes[group] += values[i];
  });
  if (Math.min(...known) < fewestKnown) return [];
  return [shareLine(trait, 'true', yes, known)];
}

async function ofTexts(scope: ProfileScope, trait: ProfileColumn, first: Bitset, second: Bitset, run: RunContext): Promise<PortraitLine[]> {
  const { users, codes, labels } = await readTraitLabels(scope, trait.id, run);
  const known = [0, 0];
  const counts = [new Int32Array(labels.length), new Int32Array(labels.length)];
  users.forEach((user, i) => {
    const group = groupOf(user, first, second);
    if (group < 0) return;
    known[group]++;
    counts[group][codes[i]]++;
  });
  if (Math.min(...known) < fewestKnown) return [];
  const total = (code: number) => counts[0][code] + counts[1][code];
  const common = labels.map((_, code) => code).sort((a, b) => total(b) - total(a) || a - b);
  // A text that hardly two people share is a name.
  if (labels.length > 1 && total(common[0]) < 2) return [];
  return common.slice(0, mostValues).map((code) => shareLine(trait, labels[code], [counts[0][code], counts[1][code]], known));
}

function groupOf(user: number, first: Bitset, second: Bitset): -1 | 0 | 1 {
  return first.has(user) ? 0 : second.has(user) ? 1 : -1;
}

function shareLine(trait: ProfileColumn, value: string, hits: number[], known: number[]): PortraitLine {
  const difference = differenceOfShares(hits[0], known[0], hits[1], known[1]);
  return { ...lineOf(trait, known[0], known[1]), value, ...difference, first: hits[0] / known[0], second: hits[1] / known[1] };
}

function lineOf({ id, kind }: ProfileColumn, firstKnown: number, secondKnown: number) {
  return { trait: id, kind, firstKnown, secondKnown };
}

/** What a trait is about; tabs of a portrait. */
export type TraitTheme = 'place' | 'person' | 'behaviour' | 'taste';

const placeNames = /country|province|state\b|city|region|district|postcode|zip|国家|省|市|地区|区域|邮编/i;

/** By where the trait comes from, and by the name of an attribute's column. */
export function themeOf({ id, kind, origin }: ProfileColumn): TraitTheme {
  if (origin === 'attribute') return placeNames.test(id) ? 'place' : /^consent/i.test(id) ? 'behaviour' : 'person';
  return kind === 'text' ? 'taste' : 'behaviour';
}
