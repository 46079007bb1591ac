import { Bitset } from '../base/bitset';
import type { RunContext } from '../base/run';
import { comparedAs, plainComparison, type Comparison } from '../measures/asked';
import type { ProfileColumn } from '../profiles/profileColumns';
import { traitVersion, type ProfileScope } from '../profiles/profileRelation';
import { readTraitValues, type TraitValues } from '../profiles/traitValues';
import { readIdOrder } from '../profiles/userIds';
import { dayNumber } from '../schema/days';
import { remember } from '../store/remember';
import { numberTest } from './eventDays';

/**
 * Whom a comparison with a trait holds for, by a pass over its values, which are read once: some milliseconds for a
 * million people where the query takes 120. It means what `comparisonMembers` says. Undefined where it has to be
 * asked as a query: texts, and what no size decides.
 */
export async function traitMembers(
  scope: ProfileScope,
  trait: ProfileColumn,
  comparison: Comparison,
  population: Bitset,
  run: RunContext,
): Promise<Bitset | undefined> {
  const as = comparedAs(trait.kind);
  if (as === 'text') return undefined;
  const { operator, operand } = comparison;
  const isTop = operator === 'topPercent';
  if (isTop || operator === 'bottomPercent')
    return (await percentMembers(scope, trait, Number(operand), isTop ? -1 : 1, run)).and(population);
  // What is not so of whoever has no value holds for them, too.
  const isNot = operator === 'isNot';
  const asked: Comparison = isNot ? { operator: 'is', operand } : comparison;
  const holds = as === 'date' ? dateTest(asked, scope.asOf) : numberTest(asNumbers(asked));
  if (!holds) return undefined;
  const { users, values } = await readTraitValues(scope, trait, run);
  const members = new Bitset(scope.users);
  for (let i = 0; i < users.length; i++) if (holds(values[i])) members.add(users[i]);
  return isNot ? population.andNot(members) : members.and(population);
}

/** Yes and no are kept as 1 and 0. */
function asNumbers({ operator, operand }: Comparison): Comparison {
  return { operator, operand: typeof operand === 'boolean' ? Number(operand) : operand };
}

/** By whole days; an instant of a trait is in milliseconds. */
function dateTest(comparison: Comparison, asOf: string): ((value: number) => boolean) | undefined {
  const { operator, operand } = plainComparison(comparison, asOf);
  const sameAs = { before: 'lessThan', after: 'moreThan', between: 'between', is: 'is' } as const;
  if (!(operator in sameAs)) return undefined;
  const days = [operand].flat().map((date) => dayNumber(String(date)));
  const holds = numberTest({ operator: sameAs[operator as keyof typeof sameAs], operand: days.length === 1 ? days[0] : days });
  return holds && ((value) => holds(Math.floor(value / 86_400_000)));
}

/**
 * N percent of those who have a value, rounded up to whole people; of equal values the lower id comes first.
 * @param direction 1: the lowest values; -1: the highest
 */
async function percentMembers(
  scope: ProfileScope,
  trait: ProfileColumn,
  percent: number,
  direction: 1 | -1,
  run: RunContext,
): Promise<Bitset> {
  const found = await readTraitValues(scope, trait, run);
  const { users, values } = found;
  const members = new Bitset(scope.users);
  // The small difference undoes the rounding of, say, 33.3 × 1000 / 100 = 333.00000000000006.
  let room = Math.ceil((percent * users.length) / 100 - 1e-9);
  if (room === 0) return members;
  const ascending = await remember(scope, `ascending ${trait.id} ${traitVersion(scope, trait.id)}`, () => ascendingOf(found), run);
  const cut = ascending[direction > 0 ? room - 1 : ascending.length - room];
  const atCut = new Bitset(scope.users);
  for (let i = 0; i < users.length; i++) {
    if (values[i] === cut) atCut.add(users[i]);
    else if (direction > 0 ? values[i] < cut : values[i] > cut) {
      members.add(users[i]);
      room--;
    }
  }
  if (room === atCut.count) return members.or(atCut);
  for (const user of await readIdOrder(scope, run)) {
    if (room === 0) break;
    if (!atCut.has(user)) continue;
    members.add(user);
    room--;
  }
  return members;
}

function ascendingOf({ values }: TraitValues): Float64Array {
  return Float64Array.from(values).sort();
}
