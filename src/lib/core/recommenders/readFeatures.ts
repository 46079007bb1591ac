import { describeAttributes, type PrivacyChoices } from '../profiles/personal';
import { kindOfType, queryUserColumns } from '../profiles/attributes';
import { indexesOf, numbersOf, textsOf } from '../store/columns';
import type { DataScope } from '../store/dataScope';
import { readInteractionContext, type EventWeights, type InteractionScope } from '../store/interactionQueries';
import { identifier, join, sql } from '../store/sql';
import { groupsByFeature, labelFeature, pathFeature, segmentByUnknown, textsByNumber } from './features';
import { segmentsNamed } from './segmentNames';
import type { Feature, FeatureParts } from './trainingData';

export interface FeatureScope extends Pick<DataScope, 'store'>, InteractionScope, Partial<Pick<DataScope, 'cache' | 'dataKey'>> {
  /** What the person decided about columns that say something about people. */
  privacy?: PrivacyChoices;
  /** The plan's segments, which {@link segmentOf} knows. */
  segmentIds?: readonly string[];
  /** The first of some segments that each customer, by number, is in: as of asOf, or of an instant in microseconds. */
  segmentOf?(ids: readonly string[], before?: number): Promise<(string | null)[]>;
}

/**
 * What is known of items, customers and events, by number, read when it is asked for. Of customers those columns that say
 * nothing about who somebody is, or were allowed (the plan's `privacy.allowFeatures`): traits made of events are left out,
 * because models learn from the events themselves, and a trait of today would know what a test holds out.
 * @param weights those of the events that `context` has a row for
 */
export function featureParts(scope: FeatureScope, weights: EventWeights, signal?: AbortSignal): FeatureParts {
  const { store, tables, users, items } = scope;
  const parts: FeatureParts = {
    async itemFeatures() {
      const rows = await store.query(
        sql`SELECT item_index, title, category, brand, price::DOUBLE AS price FROM ${identifier(tables.items)}`,
        signal,
      );
      const numbers = indexesOf(rows, 'item_index');
      const texts = (column: string) => textsByNumber(textsOf(rows, column), numbers, items);
      return [
        { name: 'title', kind: 'text', texts: texts('title') },
        pathFeature('category', texts('category')),
        labelFeature('brand', texts('brand')),
        numberFeature('price', numbersOf(rows, 'price'), numbers, items),
      ];
    },

    async userFeatures() {
      const types = new Map((await queryUserColumns(store, tables.users)).map(({ column, type }) => [column, kindOfType(type)]));
      // Days are no taste.
      const described = (await describeAttributes(scope, scope.privacy)).filter(
        ({ column, isFeature }) => isFeature && types.get(column) !== 'date',
      );
      if (described.length === 0) return [];
      const columns = described.map(({ column }, at) => {
        const cell = types.get(column) === 'number' ? sql`${identifier(column)}::DOUBLE` : sql`${identifier(column)}::VARCHAR`;
        return sql`${cell} AS ${identifier(`f${at}`)}`;
      });
      const rows = await store.query(sql`SELECT user_index, ${join(columns)} FROM ${identifier(tables.users)}`, signal);
      const numbers = indexesOf(rows, 'user_index');
      return described.map(({ id, column }, at): Feature =>
        types.get(column) === 'number'
          ? numberFeature(id, numbersOf(rows, `f${at}`), numbers, users)
          : labelFeature(id, textsByNumber(textsOf(rows, `f${at}`), numbers, users)),
      );
    },

    async context() {
      const { hours, weekdays, channels } = await readInteractionContext(store, scope, weights, signal);
      return contextFeatures(hours, weekdays, channels);
    },

    async groups(by, before) {
      const { segmentIds = [], segmentOf } = scope;
      const names = segmentsNamed({ segmentBy: by });
      if (segmentOf && names.length > 0 && names.every((name) => segmentIds.includes(name)))
        return labelFeature(by, await segmentOf(names, before));
      const features = await parts.userFeatures!();
      if (names.length === 1) return groupsByFeature(features, by, segmentIds);
      throw segmentByUnknown(by, features, segmentIds);
    },
  };
  return parts;
}

/** Hour of the day, day of the week (1 is Monday) and channel, one row an event. */
export function contextFeatures(hours: Int32Array, weekdays: Int32Array, channels?: (string | null)[]): Feature[] {
  return [
    { name: 'hour', kind: 'label', codes: hours, labels: Array.from({ length: 24 }, (_, hour) => String(hour)) },
    { name: 'weekday', kind: 'label', codes: weekdays.map((day) => day - 1), labels: ['1', '2', '3', '4', '5', '6', '7'] },
    ...(channels ? [labelFeature('channel', channels)] : []),
  ];
}

function numberFeature(name: string, given: Float64Array, numbers: Int32Array, rows: number): Feature {
  const values = new Float32Array(rows).fill(NaN);
  given.forEach((value, row) => (values[numbers[row]] = value));
  return { name, kind: 'number', values };
}
