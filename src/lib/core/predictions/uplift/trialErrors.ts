import { UserError } from '../../base/errors';
import type { Trial } from './trial';

/** With fewer, any measure is luck. */
export const fewest = { people: 50, outcomes: 5 };

/**
 * @param treatment how a person names it: a column, or the event of being addressed
 * @throws UserError `uplift_all_treated`, `uplift_none_treated`, `uplift_arm_small`, `uplift_no_outcomes`, `uplift_outcome_constant`
 */
export function checkTrial(
  { treated, outcome, outcomeKind }: Omit<Trial, 'inputs' | 'propensity'>,
  treatment: string,
  outcomeName: string,
): void {
  const people = [0, 0];
  const did = [0, 0];
  treated.forEach((arm, row) => {
    people[arm]++;
    if (outcome[row] !== 0) did[arm]++;
  });
  const values = { treatment, outcome: outcomeName, treated: people[1], control: people[0] };
  if (people[1] === 0) {
    throw new UserError(
      'uplift_none_treated',
      `Nobody was addressed by "${treatment}", so there is no effect to learn.`,
      'Choose the value or event of those who were addressed.',
      values,
    );
  }
  if (people[0] === 0) {
    throw new UserError(
      'uplift_all_treated',
      `Everybody was addressed by "${treatment}": without people held out nobody knows what they would have done anyway.`,
      'Choose the value or event of those who were held out, or hold some out next time.',
      values,
    );
  }
  const smallest = Math.min(...people);
  if (smallest < fewest.people) {
    throw new UserError(
      'uplift_arm_small',
      `${people[1]} people were addressed and ${people[0]} held out; at least ${fewest.people} of each are needed.`,
      'Add more campaigns or people.',
      { ...values, fewest: fewest.people },
    );
  }
  const least = Math.min(...did);
  if (least < fewest.outcomes) {
    throw new UserError(
      'uplift_no_outcomes',
      `Of the addressed ${did[1]} and of the held out ${did[0]} have the outcome "${outcomeName}"; at least ${fewest.outcomes} in each arm are needed.`,
      'Ask about more days, a more frequent outcome, or add more people.',
      { ...values, treatedDid: did[1], controlDid: did[0], fewest: fewest.outcomes },
    );
  }
  if (outcomeKind === 'binary' && did[0] + did[1] === outcome.length) {
    throw new UserError(
      'uplift_outcome_constant',
      `Everybody has the outcome "${outcomeName}", so no message can change anything.`,
      'Ask about fewer days or a rarer outcome.',
      values,
    );
  }
}
