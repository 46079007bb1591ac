import type { Bitset } from '../base/bitset';
import { inSteps, type RunContext } from '../base/run';
import { isNumeric } from '../profiles/profileColumns';
import { requireColumn, traitColumns, traitSource, type ProfileScope } from '../profiles/profileRelation';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import { identifier, sql } from '../store/sql';
import { idsOf } from './customerIds';
import { armStretches, assignArms, controlArm, type Experiment } from './experiment';

/** Who of an audience is in which arm. */
export interface AudienceArms {
  /** The control first, where somebody is held out. */
  arms: { id: string; label?: string }[];
  /** Everybody of the audience, held out or not, in the byte order of ids. */
  customers: string[];
  users: Int32Array;
  /** Of each, the place of their arm, and their stratum where the experiment asks for one. */
  arm: Uint8Array;
  strata?: string[];
}

/** Groups of equal size that a numeric trait is cut into. */
const groupsOfNumbers = 5;

/** @throws UserError as {@link armStretches}; `column_unknown` */
export async function armsOf(scope: ProfileScope, members: Bitset, experiment: Experiment, run: RunContext): Promise<AudienceArms> {
  const stretches = armStretches(experiment);
  const { users, ids } = await idsOf(scope, members, run);
  const strata = experiment.stratify === undefined ? undefined : await strataOf(scope, users, experiment.stratify, run);
  const arm = await inSteps(assignArms(stretches, experiment.salt, ids, strata), run);
  return {
    arms: stretches.map(({ id, label }) => ({ id, ...(label !== undefined && { label }) })),
    customers: ids,
    users,
    arm,
    ...(strata && { strata }),
  };
}

/** How many people are in each arm, the control always among them. */
export function peopleOfArms({ arms, arm }: Pick<AudienceArms, 'arms' | 'arm'>): { id: string; label?: string; people: number }[] {
  const people = arms.map(() => 0);
  for (const place of arm) people[place]++;
  const counted = arms.map((each, place) => ({ ...each, people: people[place] }));
  return counted.some(({ id }) => id === controlArm) ? counted : [{ id: controlArm, people: 0 }, ...counted];
}

/** A label for each: the value of a text, or the fifth of the audience that a number is in; empty where there is none. */
async function strataOf(scope: ProfileScope, users: Int32Array, trait: string, run: RunContext): Promise<string[]> {
  const { id, kind } = requireColumn(await traitColumns(scope), trait);
  const column = identifier(id);
  const isNumber = isNumeric(kind) || kind === 'date';
  const value = kind === 'date' ? sql`epoch(${column}::TIMESTAMP)` : isNumber ? sql`${column}::DOUBLE` : sql`${column}::VARCHAR`;
  const table = await scope.store.query(
    sql`SELECT user_index, ${value} AS value FROM ${traitSource(scope, id)} WHERE ${column} IS NOT NULL`,
    run.signal,
  );
  const asked = new Map(Array.from(users, (user, place) => [user, place]));
  const labels = users.length > 0 ? new Array<string>(users.length).fill('') : [];
  const known = indexesOf(table, 'user_index');
  if (!isNumber) {
    const texts = textsOf(table, 'value');
    known.forEach((user, row) => asked.has(user) && (labels[asked.get(user)!] = texts[row] ?? ''));
    return labels;
  }
  const numbers = numbersOf(table, 'value');
  const valued = [...known.keys()].filter((row) => asked.has(known[row]) && !Number.isNaN(numbers[row]));
  // Places are in the order of ids, so equal values are cut in that order.
  valued.sort((a, b) => numbers[a] - numbers[b] || asked.get(known[a])! - asked.get(known[b])!);
  valued.forEach((row, rank) => (labels[asked.get(known[row])!] = String(Math.floor((rank * groupsOfNumbers) / valued.length) + 1)));
  return labels;
}
