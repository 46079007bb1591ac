import type { z } from '../../base/shape';
import type { UserError } from '../../base/errors';
import type { Dialect } from '../../measures/dialect';
import type { KeptColumn } from '../../measures/kept';
import type { EventMeasure } from '../../measures/measure';
import type { MeasureScope } from '../../measures/measureQuery';
import type { Sql } from '../../store/sql';
import type { TraitKind } from '../traits';

/** What is known of the traits around one: kinds by id, and of the users table's columns. */
export interface TraitContext {
  kindOf(trait: string): TraitKind | undefined;
  attributeKind(column: string): TraitKind | undefined;
  /** Kept properties of events and items; any may exist where they are not given. */
  kept?: readonly KeptColumn[];
}

/** What a trait is made with: expressions over one row per customer. */
export interface TraitBuilder extends MeasureScope {
  dialect: Dialect;
  /** A measure, from the one scan that all measures share. */
  measure(measure: EventMeasure): Sql;
  /** A column of a relation with `user_index`, joined once; null where it has no row of a customer. */
  from(relation: Sql, column: string): Sql;
  /** A column of the users table. */
  attribute(column: string): Sql;
  /** The value of another trait. */
  trait(id: string): Sql;
}

/**
 * A kind of definition. In a plan it is the key under which the definition stands: `{ id: basket, formula: revenue /
 * orders }`. Adding a kind is a file like this one and a line in the catalogue.
 */
export interface DefinitionKind<D> {
  schema: z.ZodType<D>;
  /** Ids of the traits that the definition is made of. */
  refersTo(definition: D): string[];
  /** The definition with one of those named differently. */
  rename?(definition: D, from: string, to: string): D;
  /** How the values are shown and compared, unless the plan says otherwise. */
  kindOf(definition: D, context: TraitContext): TraitKind;
  /** What is wrong, its references aside. */
  check(definition: D, context: TraitContext): UserError[];
  /** The value; only traits named by {@link refersTo} may be asked for. */
  expression(definition: D, builder: TraitBuilder): Sql;
}
