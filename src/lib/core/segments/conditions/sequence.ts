import { checkWindow } from '../../measures/check';
import type { SequenceStep } from '../../measures/sequence';
import { sequenceSchema } from '../../measures/schema';
import { z } from '../../base/shape';
import { emptyCondition, pick, type ConditionKind, type FormPart, type Problem } from '../condition';
import { checkFilters, filtersGap } from '../filters';
import { gap, nothing, phrase, type Gap } from '../phrase';
import { windowPhrase } from '../windowPhrase';
import { usualEvent } from './event';

const schema = z.strictObject({ sequence: sequenceSchema });

/** "Did A, then B within N days, without C between"; without a B, "did A, and no C after it within N days". */
export type SequenceRule = z.infer<typeof schema>;
type Step = 'first' | 'next' | 'without';

export const sequenceCondition: ConditionKind<SequenceRule> = {
  key: 'sequence',
  schema,
  expand: (written) => (isObject(written.sequence) ? { ...written, sequence: expandSteps(written.sequence) } : written),
  check({ sequence }, { kept }) {
    const { first, next, without, withinDays, window } = sequence;
    const steps = [first, next, without].filter((step) => step !== undefined);
    const found: Problem[] = steps.flatMap((step) => [
      ...(namesOf(step).every(Boolean) ? [] : [emptyCondition()]),
      ...checkFilters(step.where, kept),
    ]);
    if (!next && !without)
      found.push({
        code: 'sequence_alone',
        message: 'A sequence has only a first event.',
        hint: 'Say what comes next, or what does not come after it.',
      });
    if (withinDays !== undefined && !(Number.isInteger(withinDays) && withinDays >= 0 && withinDays <= 36500))
      found.push({
        code: 'days_invalid',
        message: `"${withinDays}" is no number of days.`,
        hint: 'Give a whole number of days from 0 to 36500.',
        values: { days: String(withinDays) },
      });
    return [...found, ...checkWindow(window)];
  },
  meaning: ({ sequence }) => ({ kind: 'sequence', sequence }),
  refersTo: ({ sequence }) =>
    (['first', 'next', 'without'] as const).flatMap((step) =>
      namesOf(sequence[step]).map((id) => ({ kind: 'event' as const, id, at: ['sequence', step, 'events'] })),
    ),
  readBack({ sequence: { first, next, without, withinDays, window } }) {
    return phrase(next ? (without ? 'segments_say_sequence_without' : 'segments_say_sequence') : 'segments_say_sequence_never', {
      first: stepGap(first),
      ...(next ? { next: stepGap(next) } : {}),
      ...(without ? { without: stepGap(without) } : {}),
      within: withinDays === undefined ? nothing : gap.phrase(phrase('segments_say_sequence_within', { days: gap.number(withinDays) })),
      window: window ? gap.phrase(windowPhrase(window)) : nothing,
    });
  },
  form: [
    { part: 'words', words: 'segments_sequence_first' },
    eventPart('first', 'segments_sequence_first'),
    { part: 'words', words: 'segments_sequence_next' },
    { ...eventPart('next', 'segments_sequence_next'), optional: true },
    { part: 'words', words: 'segments_sequence_within' },
    {
      part: 'number',
      label: 'segments_sequence_within',
      min: 0,
      max: 36500,
      integer: true,
      unit: 'segments_days_unit',
      optional: true,
      read: ({ sequence }) => sequence.withinDays,
      write: ({ sequence }, withinDays) => ({ sequence: { ...sequence, withinDays } }),
    },
    { part: 'words', words: 'segments_sequence_without' },
    { ...eventPart('without', 'segments_sequence_without'), optional: true },
  ],
  fresh: ({ events }) => {
    const then = usualEvent(events);
    const first = events.includes('product_added') ? 'product_added' : (events.find((event) => event !== then) ?? then);
    return { sequence: { first: { events: first }, next: { events: then }, withinDays: 7 } };
  },
  sample(random, shop) {
    const step = (): SequenceStep => ({
      events: random.below(4) === 0 ? [pick(random, shop.events), pick(random, shop.events)] : pick(random, shop.events),
      ...(random.below(4) === 0 ? { where: [pick(random, shop.filters)] } : {}),
    });
    const shape = random.below(3);
    return {
      sequence: {
        first: step(),
        ...(shape === 0 ? {} : { next: step() }),
        ...(shape === 1 ? {} : { without: step() }),
        ...(random.below(3) === 0 ? {} : { withinDays: random.below(40) }),
        ...(random.below(3) === 0 ? { window: { withinDays: 20 + random.below(80) } } : {}),
      },
    };
  },
};

function eventPart(step: Step, label: string): Extract<FormPart<SequenceRule>, { part: 'event' }> {
  return {
    part: 'event',
    label,
    read: ({ sequence }) => namesOf(sequence[step])[0],
    write: ({ sequence }, event) => {
      const { [step]: held, ...others } = sequence;
      return { sequence: (event === undefined ? others : { ...others, [step]: { ...held, events: event } }) as SequenceRule['sequence'] };
    },
  };
}

function stepGap(step: SequenceStep): Gap {
  const events = gap.list(namesOf(step).map(gap.event));
  return step.where?.length ? gap.phrase(phrase('segments_say_step', { events, where: filtersGap(step.where) })) : events;
}

/** An event's name stands for a step of it: `first: product_added`. */
function expandSteps(sequence: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sequence).map(([key, step]) => {
      const isStep = ['first', 'next', 'without'].includes(key) && (typeof step === 'string' || Array.isArray(step));
      return [key, isStep ? { events: step as unknown } : step];
    }),
  );
}

function namesOf(step: SequenceStep | undefined): string[] {
  return step === undefined ? [] : [step.events].flat();
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
