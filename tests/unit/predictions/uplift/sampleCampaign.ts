import { quietContext } from '$lib/core/base/run';
import { readSampleShop, sampleShop } from '$lib/core/schema/sampleShop';
import { appendStaged } from '$lib/core/store/dataset';
import { indexesOf, textsOf } from '$lib/core/store/columns';
import { identifier, sql } from '$lib/core/store/sql';
import { nodePlatform } from '$lib/platform/node/platform';
import { plainScope } from '../../../support/scope';
import { facts } from '../../shop/shippedShop';

/** The sample shop in a native store, with the planted segment of everybody in the randomised campaign. */
export async function openSampleCampaign() {
  const run = quietContext();
  const store = await nodePlatform({ threads: 2 }).openStore();
  const source = await readSampleShop(await nodePlatform().openDataset(`${sampleShop.sourceId}/${sampleShop.fileName}`), run);
  const { timeZone, currency } = sampleShop;
  const { version } = await appendStaged(store, null, [{ staged: source, files: [] }], { timeZone, currency, run });
  const { experiment } = facts.truth;
  const scope = { ...plainScope(store, '2026-11-01T00:00:00', version.facts.users), tables: version.tables };
  const events = identifier(version.tables.events);
  const sent = `${experiment.day}T${experiment.hour}:00:00`;
  const table = await store.query(
    sql`WITH lots AS (SELECT DISTINCT user_index FROM ${events} WHERE campaign = ${experiment.campaign} AND event IN ('campaign_received', 'campaign_held_out')),
      bought AS (
        SELECT user_index, count(DISTINCT order_id) AS orders, date_diff('second', max(local_ts), ${sent}::TIMESTAMP) / 86400 AS days,
          avg(starts_with(category, '茶 Tea')::INTEGER) AS tea
        FROM ${events} AS e JOIN ${identifier(version.tables.items)} AS i ON i.item_index = e.item_index
        WHERE event = 'order_completed' AND local_ts < ${sent}::TIMESTAMP GROUP BY user_index
      )
      SELECT user_index, CASE WHEN days BETWEEN 45 AND 270 AND tea >= .4 THEN 'lapsed-tea' WHEN days < 45 AND orders >= 4 THEN 'loyal'
        WHEN days > 270 THEN 'sleepers' ELSE 'others' END AS segment
      FROM lots JOIN bought USING (user_index) ORDER BY user_index`,
  );
  const segments = textsOf(table, 'segment') as string[];
  const segmentOf = new Map(Array.from(indexesOf(table, 'user_index'), (user, row) => [user, segments[row]]));
  return { store, scope, segmentOf };
}
