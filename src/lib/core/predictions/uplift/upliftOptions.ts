import { resolveOptions, type OptionSpec, type OptionValues } from '../../base/options';
import { bases } from './bases';
import { findUpliftLearner, upliftLearners } from './catalogue';
import type { UpliftLearner } from './upliftLearner';

export const defaultMetaLearner = 'dr-learner';

/** What a model of uplift can be set to, whichever learner it takes; options of one that is not taken say nothing. */
export const upliftOptions: readonly OptionSpec[] = [
  {
    name: 'metaLearner',
    kind: 'choice',
    default: defaultMetaLearner,
    choices: upliftLearners.map(({ id }) => id),
    what: 'How it learns whom a message changes: DR- and R-learner from what is left when all else is explained, X-learner good for small hold-outs, T-learner from two models, S-learner from one, class transformation from one of "changed", a forest by splitting where the message does most.',
  },
  {
    name: 'base',
    kind: 'choice',
    default: 'linear',
    choices: bases.map(({ id }) => id),
    what: 'What the stages of a learner are fitted with; a forest has no stages.',
  },
  {
    name: 'regularization',
    kind: 'number',
    default: 0,
    min: 0,
    max: 1e9,
    what: "Raising it brings all people's uplifts nearer to the average; 0 chooses what predicts held-out people best.",
  },
  ...learnersOwn(),
];

/** Options of the learners, each once. */
function learnersOwn(): OptionSpec[] {
  const all = upliftLearners.flatMap(({ options }) => options);
  return all.filter((option, i) => all.findIndex(({ name }) => name === option.name) === i);
}

/** The learner that options name, with its own of them. */
export function learnerOf(options: OptionValues): { learner: UpliftLearner; own: OptionValues } {
  const learner = findUpliftLearner(String(options.metaLearner));
  const own = Object.fromEntries(learner.options.map(({ name }) => [name, options[name]]).filter(([, value]) => value !== undefined));
  return { learner, own: resolveOptions(learner.id, learner.options, own as OptionValues) };
}
