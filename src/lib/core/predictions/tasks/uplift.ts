import type { OptionSpec } from '../../base/options';
import { computeUplift, scoreToday } from '../uplift/computeUplift';
import { upliftSegments } from '../uplift/segments';
import type { OutcomeKind } from '../uplift/trial';
import { upliftOptions } from '../uplift/upliftOptions';
import type { ComputedTask } from './task';

const taskOptions: Record<OutcomeKind, readonly OptionSpec[]> = {
  binary: [
    {
      name: 'upliftFrom',
      kind: 'number',
      default: 1,
      min: 0,
      max: 100,
      unit: '%',
      what: 'An uplift of so many points makes a persuadable, of so many below zero somebody not to disturb.',
    },
    {
      name: 'sureFrom',
      kind: 'number',
      default: 0,
      min: 0,
      max: 100,
      unit: '%',
      what: 'Of the others, whoever does it anyway with at least this chance is a sure thing; 0 takes the average of those held out.',
    },
  ],
  number: [
    {
      name: 'upliftFrom',
      kind: 'number',
      default: 1,
      min: 0,
      max: 1e9,
      what: 'So much money more makes a persuadable, so much less somebody not to disturb.',
    },
    {
      name: 'sureFrom',
      kind: 'number',
      default: 0,
      min: 0,
      max: 1e9,
      what: 'Of the others, whoever is expected to spend at least this much anyway is a sure thing; 0 takes the average of those held out.',
    },
  ],
};

const sharedOptions: readonly OptionSpec[] = [
  {
    name: 'testBy',
    kind: 'choice',
    default: 'people',
    choices: ['people', 'campaign'],
    what: 'People: everybody is predicted by a model that learnt from four fifths of the others. Campaign: the latest campaign is predicted by what the earlier ones taught.',
  },
  {
    name: 'plannedPercent',
    kind: 'number',
    default: 0,
    min: 0,
    max: 99,
    unit: '%',
    what: 'The share of people that was to be addressed, so that a share that does not fit is noticed; 0 where nobody knows.',
  },
];

/** "Whom does a message change?": who does the event within N days because they were addressed. */
export const uplift = upliftTask('uplift', 'binary');
/** The same of what they spend. */
export const upliftSpend = upliftTask('uplift-spend', 'number');

/**
 * Learns from randomised campaigns: features as of the midnight before each person was addressed or held out, the outcome
 * of the days after. Everybody with an event is then told apart as of now.
 */
function upliftTask(id: string, outcomeKind: OutcomeKind): ComputedTask {
  const kind = outcomeKind === 'binary' ? ('score' as const) : ('money' as const);
  return {
    id,
    asks: ['treated', 'control', 'event', 'withinDays'],
    may: ['arm', 'assignedOn'],
    options: [...taskOptions[outcomeKind], ...sharedOptions, ...upliftOptions],
    outputs: [
      { name: '', kind },
      { name: 'treated', kind },
      { name: 'control', kind },
      { name: 'segment', kind: 'text', words: upliftSegments },
    ],
    labels: null,
    learns: true,
    compute: (scope, asked, tools, run) => computeUplift(outcomeKind, scope, asked, tools, run),

    async again(scope, { options }, state, tools, run) {
      return { outputs: await scoreToday(outcomeKind, scope, options, state, tools, run) };
    },
  };
}
