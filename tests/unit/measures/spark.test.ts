import { describe, expect, it } from 'vitest';
import { measureMembers } from '$lib/core/measures/comparison';
import { measureQuery } from '$lib/core/measures/measureQuery';
import { sequenceQuery } from '$lib/core/measures/sequence';
import { spark } from '$lib/core/measures/spark';
import type { Sql } from '$lib/core/store/sql';

const scope = { tables: { events: 'shop`events', users: 'users', items: 'items' }, asOf: '2026-06-01T00:00:00' };
const written = ({ text }: Sql) => text.replace(/\s+/g, ' ').trim();

/** Not run yet: the text is what Spark 3.4 documents. */
describe('Spark SQL', () => {
  it('prints a share of orders in a category', () => {
    const query = measureQuery(
      scope,
      {
        aggregate: 'shareOf',
        events: 'order_completed',
        where: [{ property: 'category', oneOf: ["Women's \\ tea"] }],
        window: { withinDays: 90 },
      },
      spark,
    );
    expect(written(query)).toMatchInlineSnapshot(
      `"WITH seen AS (SELECT * FROM ( SELECT user_index, item_index, event, local_ts, to_date(local_ts) AS day, coalesce(order_id, 'day ' || to_date(local_ts)) AS order_key, value, price, quantity, rating, channel, campaign, device FROM \`shop\`\`events\` WHERE local_ts < CAST('2026-06-01T00:00:00' AS TIMESTAMP_NTZ)) e LEFT JOIN (SELECT item_index AS item_number, (category = 'Women\\'s \\\\ tea' OR startswith(category, 'Women\\'s \\\\ tea / ')) AS \`of_item_0\` FROM \`items\`) i ON i.item_number = e.item_index WHERE event = 'order_completed' AND local_ts >= CAST('2026-03-03T00:00:00' AS TIMESTAMP_NTZ)) SELECT user_index, \`value\` FROM (SELECT user_index, CAST(coalesce(count(DISTINCT order_key) FILTER (WHERE \`of_item_0\`), 0) AS DOUBLE) / nullif(CAST(count(DISTINCT order_key) AS DOUBLE), 0) AS \`value\` FROM seen GROUP BY user_index)"`,
    );
  });

  it('prints a comparison, dates included', () => {
    const { sql, complement } = measureMembers(
      scope,
      { aggregate: 'min', of: 'day', events: 'order_completed' },
      { operator: 'after', operand: '2026-01-31' },
      spark,
    );
    expect(complement).toBe(false);
    expect(written(sql)).toMatchInlineSnapshot(
      `"SELECT user_index FROM (WITH seen AS (SELECT * FROM ( SELECT user_index, item_index, event, local_ts, to_date(local_ts) AS day, coalesce(order_id, 'day ' || to_date(local_ts)) AS order_key, value, price, quantity, rating, channel, campaign, device FROM \`shop\`\`events\` WHERE local_ts < CAST('2026-06-01T00:00:00' AS TIMESTAMP_NTZ)) e WHERE event = 'order_completed') SELECT user_index, \`value\` FROM (SELECT user_index, min(\`day\`) AS \`value\` FROM seen GROUP BY user_index) ) WHERE CAST(value AS DATE) > CAST('2026-01-31' AS DATE)"`,
    );
  });

  it('prints a sequence', () => {
    const query = sequenceQuery(
      scope,
      { first: { events: 'product_added' }, next: { events: 'order_completed' }, without: { events: 'order_cancelled' }, withinDays: 7 },
      spark,
    );
    expect(written(query)).toMatchInlineSnapshot(
      `"SELECT DISTINCT user_index FROM (SELECT user_index, local_ts, role, lag(role) OVER (PARTITION BY user_index ORDER BY local_ts, role) AS role_before, lag(local_ts) OVER (PARTITION BY user_index ORDER BY local_ts, role) AS time_before FROM (SELECT user_index, local_ts, 0 AS role FROM (SELECT * FROM ( SELECT user_index, item_index, event, local_ts, to_date(local_ts) AS day, coalesce(order_id, 'day ' || to_date(local_ts)) AS order_key, value, price, quantity, rating, channel, campaign, device FROM \`shop\`\`events\` WHERE local_ts < CAST('2026-06-01T00:00:00' AS TIMESTAMP_NTZ)) e WHERE event = 'order_completed') UNION ALL SELECT user_index, local_ts, 1 AS role FROM (SELECT * FROM ( SELECT user_index, item_index, event, local_ts, to_date(local_ts) AS day, coalesce(order_id, 'day ' || to_date(local_ts)) AS order_key, value, price, quantity, rating, channel, campaign, device FROM \`shop\`\`events\` WHERE local_ts < CAST('2026-06-01T00:00:00' AS TIMESTAMP_NTZ)) e WHERE event = 'order_cancelled') UNION ALL SELECT user_index, local_ts, 2 AS role FROM (SELECT * FROM ( SELECT user_index, item_index, event, local_ts, to_date(local_ts) AS day, coalesce(order_id, 'day ' || to_date(local_ts)) AS order_key, value, price, quantity, rating, channel, campaign, device FROM \`shop\`\`events\` WHERE local_ts < CAST('2026-06-01T00:00:00' AS TIMESTAMP_NTZ)) e WHERE event = 'product_added'))) WHERE role = 0 AND role_before = 2 AND datediff(to_date(local_ts), to_date(time_before)) <= 7"`,
    );
  });

  it('holds nothing that only DuckDB reads', () => {
    const everything = [
      measureQuery(scope, { aggregate: 'mostFrequent', of: 'item' }, spark),
      measureQuery(scope, { aggregate: 'sum', of: 'value', events: ['order_completed', 'order_refunded'] }, spark),
      measureQuery(scope, { aggregate: 'last', of: 'channel', where: [{ property: 'value', moreThan: 9.5 }] }, spark),
      measureQuery(scope, { aggregate: 'daysSinceFirst' }, spark),
      measureQuery(scope, { aggregate: 'mostFrequent', of: 'weekday' }, spark),
      measureQuery(scope, { aggregate: 'distinct', of: 'hour' }, spark),
      measureMembers(scope, { aggregate: 'count' }, { operator: 'topPercent', operand: 12.5 }, spark).sql,
      sequenceQuery(scope, { first: { events: 'a' }, without: { events: 'b' }, withinDays: 3 }, spark),
    ];
    for (const { text } of everything) expect(text).not.toMatch(/::|"|arg_min|arg_max|date_diff|starts_with|strftime|HUGEINT|''/);
  });
});
