import { sha256 } from '@noble/hashes/sha2.js';
import { UserError } from '../base/errors';
import { idShape, z } from '../base/shape';

/** The arm of those who are held out: they are in no platform's file. */
export const controlArm = 'control';

/** The one arm of those who are addressed, where an experiment names none. */
export const treatmentArm = 'treatment';

/** Most of an audience that can be held out. */
export const mostHeldOut = 0.5;

/** Who of an audience is held out, and which variant everybody else gets. */
export const experimentSchema = z.strictObject({
  /** Any text; who gets into which arm depends on it and on the customer's id alone. */
  salt: z.string().min(1).max(200),
  /** Share of the audience that is held out, 0 to .5. */
  holdOut: z.number().min(0).max(mostHeldOut),
  /** Variants with their shares of the whole audience; with the hold-out they make 1. One variant where it is left out. */
  arms: z
    .array(z.strictObject({ id: idShape, label: z.string().max(120).optional(), share: z.number().gt(0).max(1) }))
    .min(1)
    .max(20)
    .optional(),
  /** A trait whose groups are spread over the arms in equal shares; numbers in five groups of equal size. */
  stratify: z.string().min(1).optional(),
});
export type Experiment = z.infer<typeof experimentSchema>;

/** An arm with the end of its stretch of [0, 1): a person belongs to the first whose end is above their fraction. */
export interface ArmStretch {
  id: string;
  label?: string;
  end: number;
}

/**
 * The control first, then the variants in their order.
 * @throws UserError `experiment_arm_twice`, `experiment_arm_control`, `experiment_shares` where they do not make a whole
 */
export function armStretches({
  holdOut,
  arms = [{ id: treatmentArm, share: 1 - holdOut }],
}: Pick<Experiment, 'holdOut' | 'arms'>): ArmStretch[] {
  const ids = arms.map(({ id }) => id);
  const twice = ids.find((id, i) => ids.indexOf(id) !== i);
  if (twice !== undefined) {
    throw new UserError('experiment_arm_twice', `Two arms are called "${twice}".`, 'Give each arm an id of its own.', { arm: twice });
  }
  if (ids.includes(controlArm)) {
    throw new UserError(
      'experiment_arm_control',
      `An arm is called "${controlArm}".`,
      'That is the one that is held out: set holdOut, and give the arm another id.',
      {
        arm: controlArm,
      },
    );
  }
  const sum = arms.reduce((total, { share }) => total + share, holdOut);
  if (Math.abs(sum - 1) > 1e-9) {
    throw new UserError(
      'experiment_shares',
      `The hold-out and the arms are ${percent(sum)} of the audience together.`,
      'Make the shares 100 % together: nobody can be in two arms, and nobody in none.',
      { sum: percent(sum) },
    );
  }
  let end = holdOut;
  const stretches: ArmStretch[] = [
    ...(holdOut > 0 ? [{ id: controlArm, end }] : []),
    ...arms.map(({ id, label, share }) => ({ id, ...(label !== undefined && { label }), end: (end += share) })),
  ];
  // Sums of shares may fall short of 1 by a rounding.
  stretches[stretches.length - 1].end = Infinity;
  return stretches;
}

/**
 * Where a customer stands in [0, 1): the first eight bytes of SHA-256 of `salt`, a line feed and the id, as a fraction of
 * 2⁶⁴. It is a function of these two alone, so that a person keeps their arm whatever else changes.
 */
export function fractionOf(salt: string, customer: string): number {
  const bytes = sha256(encoder.encode(`${salt}\n${customer}`));
  const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
  return (view.getUint32(0) * 2 ** 32 + view.getUint32(4)) / 2 ** 64;
}

export function armAt(stretches: readonly ArmStretch[], fraction: number): number {
  return stretches.findIndex(({ end }) => fraction < end);
}

/**
 * The arm of each customer, as its place among the stretches.
 * @param strata one label a customer; inside a stratum the fractions decide the order, and the arms take their shares of
 * that order from a place on that the salt and the label choose, so that small strata favour no arm
 */
export function* assignArms(
  stretches: readonly ArmStretch[],
  salt: string,
  customers: readonly string[],
  strata?: readonly string[],
): Generator<void, Uint8Array> {
  const fractions = new Float64Array(customers.length);
  for (let i = 0; i < customers.length; i++) {
    fractions[i] = fractionOf(salt, customers[i]);
    if ((i & 1023) === 0) yield;
  }
  if (!strata) return Uint8Array.from(fractions, (fraction) => armAt(stretches, fraction));
  const arms = new Uint8Array(customers.length);
  const places = new Map<string, number[]>();
  strata.forEach((stratum, i) => {
    const found = places.get(stratum);
    if (found) found.push(i);
    else places.set(stratum, [i]);
  });
  for (const [stratum, members] of places) {
    const byFraction = members.sort((a, b) => fractions[a] - fractions[b] || (customers[a] < customers[b] ? -1 : 1));
    const offset = fractionOf(`${salt}\n`, stratum);
    byFraction.forEach((member, rank) => {
      arms[member] = armAt(stretches, (rank + offset) / members.length);
    });
    yield;
  }
  return arms;
}

const encoder = new TextEncoder();

function percent(share: number): string {
  return `${Number((100 * share).toFixed(4))} %`;
}
