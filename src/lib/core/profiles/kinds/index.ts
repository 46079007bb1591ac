import { z } from '../../base/shape';
import { attributeTrait } from './attributeTrait';
import { affinityTrait } from './affinityTrait';
import { casesTrait } from './casesTrait';
import { discountTrait } from './discountTrait';
import { favoriteTrait } from './favoriteTrait';
import { formulaTrait } from './formulaTrait';
import { gapsTrait } from './gapsTrait';
import type { DefinitionKind } from './kind';
import { marginTrait } from './marginTrait';
import { measureTrait } from './measureTrait';
import { rankTrait } from './rankTrait';
import { responsesTrait } from './responsesTrait';

/** Every way to define a trait, by the key under which it stands in a plan. */
export const definitionKinds = {
  measure: measureTrait,
  attribute: attributeTrait,
  formula: formulaTrait,
  rank: rankTrait,
  favorite: favoriteTrait,
  gaps: gapsTrait,
  responses: responsesTrait,
  cases: casesTrait,
  affinity: affinityTrait,
  discount: discountTrait,
  margin: marginTrait,
};

export type DefinitionKey = keyof typeof definitionKinds;
type DefinitionOf<K extends DefinitionKey> = (typeof definitionKinds)[K] extends DefinitionKind<infer D> ? D : never;

/** A definition: an object with one of the keys. */
export type TraitDefinition = { [K in DefinitionKey]: { [P in K]: DefinitionOf<K> } }[DefinitionKey];

/** The kind of a definition, and what stands under its key. */
export function definitionOf(trait: TraitDefinition): { key: DefinitionKey; kind: DefinitionKind<unknown>; definition: unknown } {
  const key = (Object.keys(definitionKinds) as DefinitionKey[]).find((candidate) => candidate in trait);
  if (!key) throw new Error('a trait without a definition');
  return { key, kind: definitionKinds[key] as DefinitionKind<unknown>, definition: (trait as Record<string, unknown>)[key] };
}

/** The schemas of all definitions, each with the keys that all traits share. */
export function definitionSchemas<S extends z.ZodRawShape>(shared: S): z.ZodObject[] {
  return (Object.keys(definitionKinds) as DefinitionKey[]).map((key) =>
    z.strictObject({ ...shared, [key]: definitionKinds[key].schema as z.ZodType }),
  );
}
