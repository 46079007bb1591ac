import { Bitset } from '../base/bitset';
import { UserError } from '../base/errors';
import type { RunContext } from '../base/run';
import { sha256Hex } from '../base/hash';
import { armsOf, type AudienceArms } from './arms';
import { chosenMembers, type ChosenMembers } from './chosenMembers';
import { controlArm } from './experiment';
import { notes, smallAudience } from './notes';
import type { PlanAudience } from './schema';
import { shareOut, type AudienceScope } from './shareOut';
import { sharingOf } from './traitsOfAudience';

export type { AudienceStep, ConditionCount } from './chosenMembers';
export type { AudienceScope } from './shareOut';

/** Whom an audience's files address; who is held out is not among them. */
export interface AudienceMembers extends ChosenMembers {
  /** Of an audience with an experiment: everybody's arm, those who are held out among them. */
  arms?: AudienceArms;
}

/**
 * Who is in an audience: whom it chooses, without those who go to another audience that it shares people with, and of these
 * all who are not held out.
 * @throws UserError `experiment_nobody_left`, and what {@link chosenMembers}, {@link shareOut} and {@link armsOf} throw
 */
export async function audienceMembers(scope: AudienceScope, audience: PlanAudience, run: RunContext): Promise<AudienceMembers> {
  const group = sharingOf(audience.id, scope.sharing);
  const chosen = group
    ? (await shareOut(scope, group, audience, run)).members.get(audience.id)!
    : await chosenMembers(scope, audience, run);
  const found: AudienceMembers = audience.experiment ? await withoutHeldOut(scope, chosen, audience, run) : chosen;
  return { ...found, notes: [...found.notes, ...notesOn(scope, audience, found)] };
}

/** Those whom the experiment does not hold out, in the order that they have. */
async function withoutHeldOut(
  scope: AudienceScope,
  chosen: ChosenMembers,
  { id, experiment }: PlanAudience,
  run: RunContext,
): Promise<AudienceMembers> {
  const { members, order, steps } = chosen;
  const arms = await armsOf(scope, members, experiment!, run);
  const control = arms.arms.findIndex((arm) => arm.id === controlArm);
  const sent = Bitset.of(
    scope.users,
    arms.users.filter((_, i) => arms.arm[i] !== control),
  );
  const left = sent.count;
  if (left === 0 && order.length > 0) {
    throw new UserError(
      'experiment_nobody_left',
      `The experiment of "${id}" holds out everybody whom the audience has: ${order.length}.`,
      'Hold out less, or address more people.',
      { audience: id, people: order.length },
    );
  }
  return { ...chosen, members: sent, order: order.filter((user) => sent.has(user)), steps: [...steps, { step: 'held_out', left }], arms };
}

function* notesOn({ past = [] }: AudienceScope, { id, experiment }: PlanAudience, { members, arms }: AudienceMembers) {
  const people = members.count;
  if (people === 0) yield notes.empty(id);
  else if (people < smallAudience) yield notes.small(id, people);
  if (!experiment || !arms) return;
  if (experiment.holdOut > 0 && arms.customers.length > 0 && arms.customers.length === people) yield notes.nobodyHeldOut(id, people);
  const last = past.filter(({ audience, salt }) => audience === id && salt !== undefined).at(-1);
  if (last && last.salt !== sha256Hex(experiment.salt)) yield notes.saltChanged(id);
}
