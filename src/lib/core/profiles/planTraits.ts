import { UserError } from '../base/errors';
import type { KeptColumn } from '../measures/kept';
import { stableJson } from '../base/hash';
import type { PrivacyChoices } from './personal';
import type { NamedTrait } from './profilesQuery';
import { madeOf, references } from './profilesQuery';
import { kindOfType, type UserAttribute } from './attributes';
import { definitionOf } from './kinds';
import type { TraitContext } from './kinds/kind';
import { scorePrefix } from './profileColumns';
import { profileTraits } from './profileTraits';
import { tagPrefix } from './tags/tag';
import type { TraitKind } from './traits';

/** A trait that a person defined in the plan. */
export type PlanTrait = NamedTrait & {
  /** As people call it; the id where it is left out. */
  name?: string;
  /** How the values are shown, where the definition does not say: a formula over money is money. */
  kind?: 'number' | 'money' | 'days' | 'count' | 'share';
  /** Whether predictions learn from it. */
  feature?: boolean;
};

/** How a trait's values are shown and compared. */
export function planTraitKind(trait: PlanTrait, context: TraitContext): TraitKind {
  const { kind, definition } = definitionOf(trait);
  return trait.kind ?? kind.kindOf(definition, context);
}

/** Tags and outputs of trained models, as far as traits that are made of them need to know them; by trait id. */
export type KnownBeside = ReadonlyMap<string, { kind: TraitKind }>;

/** What is known around the traits of a plan; without data (null) any column may exist. */
export function traitContext(
  planned: readonly PlanTrait[],
  attributes: readonly UserAttribute[] | null,
  kept?: readonly KeptColumn[],
  beside?: KnownBeside,
): TraitContext {
  const byId = new Map(planned.map((trait) => [trait.id, trait]));
  const context: TraitContext = {
    kept,
    kindOf(id) {
      const trait = byId.get(id);
      // What is made of itself has no kind; that it is, is a problem of its own.
      if (trait) return circleFrom(id, byId) ? undefined : planTraitKind(trait, context);
      const builtIn = profileTraits.find((known) => known.id === id);
      if (builtIn) return builtIn.kind;
      const attribute = attributes?.find((known) => known.id === id);
      return attribute ? kindOfType(attribute.type) : beside?.get(id)?.kind;
    },
    attributeKind(column) {
      if (!attributes) return 'text';
      const attribute = attributes.find((known) => known.column === column);
      return attribute && kindOfType(attribute.type);
    },
  };
  return context;
}

/**
 * What is wrong with each trait of a plan: an id that is taken, a circle, a reference to nothing, a definition that does
 * not fit; and a feature that is made of a tag or a score, which are not known of past days. Without data (`attributes`
 * null), a name that is not known may be an attribute's; without `beside`, any tag may be there and any model have scored.
 */
export function planTraitProblems(
  traits: readonly PlanTrait[],
  attributes: readonly UserAttribute[] | null,
  kept?: readonly KeptColumn[],
  beside?: KnownBeside,
): { index: number; problem: UserError }[] {
  const byId = new Map(traits.map((trait) => [trait.id, trait]));
  const context = traitContext(traits, attributes, kept, beside);
  const isKnown = (id: string) =>
    byId.has(id) || profileTraits.some((known) => known.id === id) || (attributes?.some((known) => known.id === id) ?? true);
  return traits.flatMap((trait, index) => {
    const found: UserError[] = [];
    const { id } = trait;
    const lower = id.toLowerCase();
    if ([...profileTraits.map((known) => known.id), 'user_id', 'user_index'].some((other) => other.toLowerCase() === lower))
      found.push(
        new UserError('trait_id_built_in', `"${id}" is the name of a trait that every data set has.`, 'Give it another id.', { id }),
      );
    if (traits.findIndex((other) => other.id.toLowerCase() === lower) < index)
      found.push(new UserError('trait_id_twice', `Two traits of the plan are called "${id}".`, 'Give one of them another id.', { id }));
    const circle = circleFrom(id, byId);
    if (circle)
      found.push(
        new UserError('trait_circle', `Traits are made of each other in a circle: ${circle}.`, 'Take one of them out of the other.', {
          circle,
        }),
      );
    const [timeless] = trait.feature ? besideBehind([id], traits) : [];
    if (timeless !== undefined) found.push(noFeature(id, timeless));
    for (const other of references(trait)) {
      if (liesBeside(other)) {
        if (beside && !beside.has(other)) found.push(other.startsWith(tagPrefix) ? traitUnknown(other) : scoreMissing(other));
      } else if (!isKnown(other)) found.push(traitUnknown(other));
    }
    const { kind, definition } = definitionOf(trait);
    if (found.length === 0) found.push(...kind.check(definition, context));
    return found.map((problem) => ({ index, problem }));
  });
}

/** Somebody has to train it first. */
export function scoreMissing(trait: string): UserError {
  const model = trait.slice(scorePrefix.length);
  return new UserError('score_missing', `The model "${model}" has not scored anyone yet.`, 'Train it on the Predictions screen first.', {
    model,
  });
}

function traitUnknown(trait: string): UserError {
  return new UserError('trait_unknown', `There is no trait "${trait}".`, 'Choose one of the traits in the list; names are exact.', {
    trait,
  });
}

function noFeature(id: string, of: string): UserError {
  const [code, what] = of.startsWith(tagPrefix) ? ['trait_of_tag', 'a tag'] : ['trait_of_score', 'the score of a model'];
  const message = `"${id}" is made of "${of}", ${what}, so predictions cannot learn from it.`;
  return new UserError(code, message, 'Take it out of what predictions learn from.', { id, trait: of });
}

/** Whether a trait is no column of the data as of a day, but what people were given, or what a model says of them now. */
export function liesBeside(id: string): boolean {
  return id.startsWith(scorePrefix) || id.startsWith(tagPrefix);
}

/** The tags and scores among some traits and all that they are made of, each once. */
export function besideBehind(ids: readonly string[], traits: readonly PlanTrait[]): string[] {
  return [...madeOf(ids, traits)].filter(liesBeside);
}

/** Of these the scores: their models have to be trained first. */
export function scoresBehind(ids: readonly string[], traits: readonly PlanTrait[]): string[] {
  return besideBehind(ids, traits).filter((id) => id.startsWith(scorePrefix));
}

/** The traits that this one is made of, itself last, each after those it is made of. */
export function withReferences(trait: PlanTrait, traits: readonly PlanTrait[]): PlanTrait[] {
  const found: PlanTrait[] = [];
  const add = (one: PlanTrait): void => {
    if (found.includes(one)) return;
    for (const id of references(one)) {
      const planned = traits.find((candidate) => candidate.id === id);
      if (planned) add(planned);
    }
    found.push(one);
  };
  add(trait);
  return found;
}

/**
 * The definitions of the plan's traits that are features, and what is decided of personal columns, as one text: another
 * text means other features.
 */
export function featureDefinitions(planned: readonly PlanTrait[] = [], privacy: PrivacyChoices = {}): string {
  const needed = new Set(planned.filter(({ feature }) => feature).flatMap((trait) => withReferences(trait, planned)));
  const traits = needed.size === 0 ? '' : stableJson([...needed].map(({ name: _, ...definition }) => definition));
  const decided = Object.keys(privacy.columns ?? {}).length + (privacy.allowFeatures ?? []).length;
  return decided === 0 ? traits : `${traits}${stableJson(privacy)}`;
}

/** A circle that begins with the trait: `a → b → a`. */
function circleFrom(start: string, byId: ReadonlyMap<string, PlanTrait>): string | null {
  const visit = (id: string, trail: readonly string[]): string | null => {
    const trait = byId.get(id);
    if (!trait) return null;
    for (const next of references(trait)) {
      if (next === start) return [...trail, id, next].join(' → ');
      if (trail.includes(next) || next === id) continue;
      const circle = visit(next, [...trail, id]);
      if (circle) return circle;
    }
    return null;
  };
  return visit(start, []);
}
