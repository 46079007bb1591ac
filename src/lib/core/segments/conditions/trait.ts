import { addDays } from '../../schema/asOf';
import { scoreMissing } from '../../profiles/planTraits';
import { scorePrefix } from '../../profiles/profileColumns';
import { z } from '../../base/shape';
import { comparisonShape, comparisonsOf } from '../../measures/asked';
import { checkComparison } from '../../measures/askedCheck';
import { comparisonPhrase } from '../comparisonPhrase';
import { emptyCondition, pick, type ConditionKind } from '../condition';
import { gap, phrase } from '../phrase';

const schema = z.strictObject({ trait: z.string(), ...comparisonShape });

/** A condition on one trait (a profile column, or a model's output `score:<modelId>`). Exactly one comparison is given. */
export type TraitRule = z.infer<typeof schema>;

export const traitCondition: ConditionKind<TraitRule> = {
  key: 'trait',
  schema,
  compares: true,
  check(rule, { traits }) {
    const { trait } = rule;
    if (!trait) return [emptyCondition()];
    const kind = traits.find(({ id }) => id === trait)?.kind;
    if (kind) return checkComparison(rule, trait, kind);
    if (!trait.startsWith(scorePrefix))
      return [
        {
          code: 'trait_unknown',
          message: `There is no trait "${trait}".`,
          hint: 'Choose one of the traits in the list; names are exact.',
          values: { trait },
        },
      ];
    const { code, message, hint, values } = scoreMissing(trait);
    return [{ code, message, hint, values }];
  },
  meaning: (rule) => ({ kind: 'comparison', trait: rule.trait, comparison: comparisonsOf(rule)[0] }),
  refersTo: ({ trait }) => [{ kind: 'trait', id: trait, at: ['trait'] }],
  rename: (rule, { kind, id }, to) => (kind === 'trait' && rule.trait === id ? { ...rule, trait: to } : rule),
  readBack: (rule) =>
    phrase('segments_say_trait', {
      trait: gap.trait(rule.trait),
      comparison: gap.phrase(comparisonPhrase(comparisonsOf(rule)[0], { trait: rule.trait })),
    }),
  fresh: ({ traits }) =>
    traits.some(({ id }) => id === 'daysSinceLastOrder') || traits.length === 0
      ? { trait: 'daysSinceLastOrder', atMost: 30 }
      : { trait: traits[0].id, exists: true },
  sample(random, { numberTraits, textTraits, dateTraits, booleanTraits, asOf }) {
    const percent = 1 + random.below(100);
    const day = (days: number) => addDays(asOf.slice(0, 10), -days);
    const ofNumber = (): TraitRule => {
      const trait = pick(random, numberTraits);
      const number = random.below(pick(random, [6, 90]));
      return pick<() => TraitRule>(random, [
        () => ({ trait, atLeast: number }),
        () => ({ trait, atMost: number }),
        () => ({ trait, moreThan: number + 0.5 }),
        () => ({ trait, lessThan: number }),
        () => ({ trait, between: [number, number + random.below(40)] }),
        () => ({ trait, is: number }),
        () => ({ trait, isNot: number }),
        () => ({ trait, oneOf: [number, number + 1] }),
        () => ({ trait, exists: random.below(2) === 0 }),
        () => ({ trait, topPercent: percent }),
        () => ({ trait, bottomPercent: percent }),
      ])();
    };
    const ofText = (): TraitRule => {
      const trait = pick(random, Object.keys(textTraits));
      const value = pick(random, textTraits[trait]);
      return pick<TraitRule>(random, [
        { trait, is: value },
        { trait, isNot: value },
        { trait, contains: value.slice(0, 1).toLowerCase() },
        { trait, startsWith: value.slice(0, 2).toUpperCase() },
        { trait, oneOf: [value, 'nowhere'] },
        { trait, exists: false },
      ]);
    };
    const ofDate = (): TraitRule => {
      const trait = pick(random, dateTraits);
      const days = 1 + random.below(120);
      return pick<TraitRule>(random, [
        { trait, before: day(days) },
        { trait, after: day(days) },
        { trait, on: day(days) },
        { trait, betweenDates: [day(days + random.below(60)), day(days)] },
        { trait, withinDays: days },
        { trait, longerAgoThanDays: days },
        { trait, exists: true },
      ]);
    };
    const ofBoolean = (): TraitRule => ({ trait: pick(random, booleanTraits), is: random.below(2) === 0 });
    return pick(random, [ofNumber, ofNumber, ofNumber, ofText, ofDate, ofBoolean])();
  },
};
